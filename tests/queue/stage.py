"""Queues for tests: one on an emulator, others in processes that are killed, and the journals that these leave."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from asyncsdk import PollPolicy, Session
from asyncsdk.emulator import Emulator, Settings
from asyncsdk.queue import ContactQueue, QueueReport
from asyncsdk.queue.batch import HoldTimes
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_statuses import journal_statuses
from asyncsdk.queue.options import QueueTiming
from asyncsdk.transport.call_options import DEFAULT_OPTIONS, CallOptions
from tests.queue.worker import LIMITS, POLLING
from tests.support.stage import emulator, outcome, session

HEADINGS = ["Email", "First Name", "Score"]

WORKER = Path(__file__).with_name("worker.py")

QUICK = Settings(job_pending=0.0, job_running=0.1)
"""Of an emulator whose jobs end soon."""

TAKES_OVER = """
import asyncio, os, sys
from pathlib import Path
from asyncsdk import Session
from asyncsdk.queue.folder import intake_reader, row_sources

def die(*_):
    os.kill(os.getpid(), 9)

if sys.argv[3] == "before":
    row_sources.write_left = row_sources.take = die
else:
    row_sources.remove = intake_reader.remove_intake = die

async def main():
    async with Session(token=os.environ["TOKEN"], base_url=sys.argv[1]) as acton:
        async with acton.contacts.queue("l-0001", journal=Path(sys.argv[2]), max_age=600.0):
            await asyncio.sleep(30)

asyncio.run(main())
"""
"""A program that takes over a journal, and is killed before its own has the rows, or after that."""


def adds_up(report: QueueReport) -> bool:
    """Whether every row that was taken has one end."""
    ends = report.created + report.updated + report.upserted + report.rejected + report.failed + report.unknown
    return report.puts + report.replayed == ends + report.coalesced + report.waiting


def all_ended(report: QueueReport) -> bool:
    """Whether every row that this process took out of a shared journal has one end."""
    ends = report.created + report.updated + report.upserted + report.rejected + report.failed + report.unknown
    return report.replayed == ends + report.coalesced + report.waiting


def waiting_in(folder: Path) -> int:
    """How many rows a folder holds that are to be sent or on their way."""
    return sum(each.waiting + each.on_the_way for each in journal_statuses(folder))


def emails(server: Emulator, list_id: str) -> list[str]:
    """The addresses in the list, sorted."""
    return sorted(row[0] for row in server.rows(list_id))


def some(number: int) -> list[str]:
    """So many addresses, sorted."""
    return sorted(f"p{n}@example.com" for n in range(number))


async def emptied(queue: ContactQueue) -> None:
    """Let time pass, a second at a time, until nothing is left in the queue."""
    for _ in range(10_000):
        if not len(queue):
            return
        await asyncio.sleep(1)
    raise AssertionError("the queue does not come to its end")


def caller_of(acton: Session) -> Any:
    """What makes the calls of a session, as a queue needs it."""
    return acton._caller


class Overheard:
    """A caller whose calls a test hears before they are made; what the test raises then comes instead.

    Args:
        acton: the session.
        hears: called with a call's route and arguments.
    """

    def __init__(self, acton: Session, hears: Callable[[str, dict[str, Any]], None]) -> None:
        self._caller = caller_of(acton)
        self._hears = hears

    def __getattr__(self, name: str) -> Any:
        return getattr(self._caller, name)

    async def call(self, route: Any, arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS) -> Any:
        """Make a call."""
        if options.before_attempt is not None:  # what a test raises comes as if the call had been sent
            await options.before_attempt()
        self._hears(route.name, arguments)
        return await self._caller.call(route, arguments, options)


def queue_on(
    acton: Session | Overheard,
    list_id: str,
    *,
    hold: float | None = None,
    adopt_every: float = 15.0,
    **options: Any,
) -> ContactQueue:
    """A queue whose waits are shortened, or whose calls a test hears.

    Args:
        acton: the session, or what hears its calls.
        list_id: the list.
        hold: seconds for which a copy whose answer was lost may still arrive, instead of those of real life.
        adopt_every: seconds between two looks for journals that dead processes have left.
        options: what ``contacts.queue`` takes, too.
    """
    timing = QueueTiming(HoldTimes(hold, hold), adopt_every)
    caller = caller_of(acton) if isinstance(acton, Session) else acton
    return ContactQueue(caller, lambda: None, list_id, timing=timing, **options)


@asynccontextmanager
async def opened(
    *, hears: Callable[[str, dict[str, Any]], None] | None = None, **options: Any
) -> AsyncIterator[tuple[Emulator, Session, str, ContactQueue]]:
    """A queue that knows the columns of an empty list already, and that the test closes itself.

    Args:
        hears: called with each call of the queue before it is made; what it raises comes instead.
        options: what ``contacts.queue`` takes.
    """
    async with emulator() as server, session(server, polling=PollPolicy(deadline=600.0)) as acton:
        leads = server.add_list("Leads", HEADINGS)
        options = {"max_age": 1.0, **options}
        if hears is None:
            queue = acton.contacts.queue(leads, **options)
        else:
            queue = queue_on(Overheard(acton, hears), leads, **options)
        await queue.open()
        await queue.put("p0@example.com", wait=True)
        yield server, acton, leads, queue
        await outcome(queue.close())
        mine = [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("asyncsdk queue")]
        assert not mine


@asynccontextmanager
async def worker(
    server: Emulator, folder: Path, first: int, number: int, age: float
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that has put so many rows; it is killed in the end."""
    command = [sys.executable, str(WORKER), server.url, str(folder), str(first), str(number), str(age)]
    env = {**os.environ, "TOKEN": server.issue_token()["access_token"]}
    process = await asyncio.create_subprocess_exec(*command, env=env, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        lines = [await process.stdout.readline() for _ in range(number + 1)]
        assert lines[-1] == b"all\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def session_on(server: Emulator) -> Session:
    """A session that is in a hurry."""
    token = server.issue_token()["access_token"]
    return Session(token=token, base_url=server.url, polling=POLLING, limits=LIMITS)


def left(folder: Path, puts: list[tuple[str, dict[str, str], float]], **marks: object) -> Path:
    """A journal as a killed process leaves it: rows put at these times, perhaps sent in a job or lost."""
    folder.mkdir(exist_ok=True)
    journal = QueueJournal(folder / f"{token_hex(4)}.journal", "l-0001")
    values = [
        (n, email, json.dumps(cells), marks.get("job"), marks.get("until"), at)
        for n, (email, cells, at) in enumerate(puts, 1)
    ]
    journal.database.executemany(
        "INSERT INTO queued (number, email, cells, job, until, put_at) VALUES (?, ?, ?, ?, ?, ?)", values
    )
    journal.release()
    return Path(journal.name)


def held(server: Emulator, leads: str) -> dict[str, list[str]]:
    """What the list holds."""
    return {row[0]: row[1:] for row in server.rows(leads)}
