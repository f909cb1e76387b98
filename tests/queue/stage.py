"""What the tests of the queue share: a queue on an emulator, and what they ask of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asyncsdk import PollPolicy, Session
from asyncsdk.emulator import Emulator
from asyncsdk.queue import ContactQueue, QueueReport
from tests.support.stage import emulator, outcome, session

HEADINGS = ["Email", "First Name", "Score"]


def adds_up(report: QueueReport) -> bool:
    """Whether every row that was taken has one end."""
    ends = report.created + report.updated + report.upserted + report.rejected + report.failed + report.unknown
    return report.puts + report.replayed == ends + report.coalesced + report.waiting


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


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[tuple[Emulator, Session, str, ContactQueue]]:
    """A queue that knows the columns of an empty list already, and that the test closes itself."""
    async with emulator() as server, session(server, polling=PollPolicy(deadline=600.0)) as acton:
        leads = server.add_list("Leads", HEADINGS)
        queue = acton.contacts.queue(leads, **{"max_age": 1.0, **options})
        await queue.open()
        await queue.put("p0@example.com", wait=True)
        yield server, acton, leads, queue
        await outcome(queue.close())
        mine = [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("asyncsdk queue")]
        assert not mine
