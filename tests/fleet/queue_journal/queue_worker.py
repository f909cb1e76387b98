"""A program that puts rows into a queue in Redis, as a web server's worker does, and is harmed where it is told to.

It takes its settings as JSON, and says on its output what it does. When it hears something on its input it puts no
more rows, and when that ends it does, too.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import Factory, define

from asyncsdk import ActOnError, Limits, PollPolicy, Session
from asyncsdk.fleet import Fleet
from asyncsdk.fleet.queue_journal import scripts
from asyncsdk.fleet.queue_journal.keys import MARKS, UNSAVED
from asyncsdk.fleet.queue_journal.stream_journal import StreamJournal
from asyncsdk.fleet.queue_journal.stream_lead import StreamLead
from asyncsdk.queue import ContactQueue, UnsavedRow
from asyncsdk.redis.script import Script
from tests.fleet.queue_journal.processes import LIST
from tests.queue.stage import queue_on

POLLING: Final = PollPolicy(min_gap=0.05, price=0.05)
LIMITS: Final = Limits(calls_per_second=60, calls_per_day=10**9)

REJECTED: Final = "rej@example.com"


def commands_in(script: Script, arguments: Sequence[str | int]) -> list[Sequence[str | int]]:
    """The commands of a sender's change; of another script none."""
    found: list[Sequence[str | int]] = []
    at = 3 if script is scripts.CHANGE else len(arguments)
    while at < len(arguments):
        size = int(arguments[at])
        found.append(arguments[at + 1 : at + 1 + size])
        at += size + 1
    return found


def changes(name: str, key: int, begin: str = "") -> Callable[[Script, Sequence[str | int]], bool]:
    """Whether a script has a command that sets or deletes such a field."""

    def fits(script: Script, arguments: Sequence[str | int]) -> bool:
        return any(
            (command[0], command[1]) == (name, key) and str(command[-1]).startswith(begin)
            for command in commands_in(script, arguments)
        )

    return fits


def runs(wanted: Script) -> Callable[[Script, Sequence[str | int]], bool]:
    """Whether it is this script."""
    return lambda script, _: script is wanted


_PUT, _LEADS = runs(scripts.APPEND), runs(scripts.BEGIN_TERM)
_SENDING, _ACCEPTED = changes("HSET", MARKS, "[null"), changes("HSET", MARKS, '["')
_ENDED, _GIVEN_UP, _TOLD = changes("HDEL", MARKS), changes("HSET", UNSAVED), changes("HDEL", UNSAVED)

POINTS: Final[Mapping[str, tuple[Callable[[Script, Sequence[str | int]], bool], int, bool]]] = {
    "after some rows were put": (_PUT, 5, False),
    "when it has got the lead": (_LEADS, 1, False),
    "before the first rows are sent": (_SENDING, 1, True),
    "when they are about to be sent": (_SENDING, 1, False),
    "after acceptance, before Redis knows": (_ACCEPTED, 1, True),
    "while the job is not done": (_ACCEPTED, 1, False),
    "before the end of rows is written down": (_ENDED, 1, True),
    "after it was": (_ENDED, 1, False),
    "before a row that is given up is written down": (_GIVEN_UP, 1, True),
    "after it was, before it is told of": (_GIVEN_UP, 1, False),
    "when it was told of, before Redis knows": (_TOLD, 1, True),
    "when newer values are about to be sent": (_SENDING, 2, False),
    "before the end of these is written down": (_ENDED, 2, True),
}
"""Where it is harmed: at which script for the n-th time, and whether before it is run or after."""


def harmed(journal: StreamJournal, point: str, number: signal.Signals) -> None:
    """Let a signal reach this process at a point."""
    fits, times, before = POINTS[point]
    run, left = journal._queue.run, [times]

    async def counted(script: Script, arguments: Sequence[str | int]) -> tuple[object, Sequence[object]]:
        concerned = fits(script, arguments)
        left[0] -= concerned
        if concerned and left[0] == 0 and before:
            os.kill(os.getpid(), number)
        answer = await run(script, arguments)
        if concerned and left[0] == 0 and not before:
            os.kill(os.getpid(), number)
        return answer

    journal._queue.run = counted  # type: ignore[method-assign]


def say(*words: object) -> None:
    """Tell the test."""
    print(json.dumps(words), flush=True)


def tells_of_its_lead(journal: StreamJournal) -> None:
    """Let the test know when this process gets the lead."""
    try_lead = journal.try_lead

    async def told() -> StreamLead | None:
        lead = await try_lead()
        if lead is not None:
            say("leads", time.monotonic())
        return lead

    journal.try_lead = told  # type: ignore[method-assign]


@define
class Input:
    """What the test says: that it is enough, and that this is the end."""

    enough: asyncio.Event = Factory(asyncio.Event)
    end: asyncio.Event = Factory(asyncio.Event)

    def heard(self) -> None:
        """Take what is there."""
        self.enough.set()
        if not os.read(sys.stdin.fileno(), 100):
            self.end.set()
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())


async def put(queue: ContactQueue, email: str, stop: asyncio.Event) -> None:
    """Put a row until it is taken; its value is the time, by the clock that all processes of a machine share."""
    while not stop.is_set():
        began = time.monotonic_ns()
        try:
            await queue.put(email, {"Score": str(began)})
        except ActOnError as error:
            say("refused", email, type(error).__name__)
        else:
            say("put", email, began, time.monotonic_ns())
            return


async def main(settings: Mapping[str, Any]) -> None:
    """Put rows, round after round."""
    told = Input()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), told.heard)

    def unsaved(row: UnsavedRow) -> None:
        say("unsaved", row.email, row.fate)

    async with (
        Fleet.from_url(settings["redis_url"]) as fleet,
        Session(token=settings["token"], base_url=settings["url"], polling=POLLING, limits=LIMITS) as acton,
    ):
        journal = fleet.queue_journal(settings["name"])
        tells_of_its_lead(journal)
        if point := settings.get("point"):
            harmed(journal, point, signal.Signals[settings["signal"]])
        async with queue_on(
            acton,
            LIST,
            hold=1.0,
            journal=journal,
            max_age=settings.get("max_age", 0.3),
            max_size=settings.get("max_size", 1_000),
            on_unsaved=unsaved,
        ) as queue:
            say("ready")
            emails = [f"p{n}@example.com" for n in range(settings["addresses"])]
            emails[:1] = [REJECTED] if settings.get("rejected") else emails[:1]
            for _ in range(settings["rounds"]):
                for email in emails:
                    await put(queue, email, told.enough)
                if told.enough.is_set():
                    break
                await asyncio.sleep(settings["pause"])
            say("done")
            await told.end.wait()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
