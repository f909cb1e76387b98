"""What the tests of the queue share: a queue on an emulator, and what they ask of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from asyncsdk import PollPolicy, Session
from asyncsdk.emulator import Emulator
from asyncsdk.queue import ContactQueue, QueueReport
from asyncsdk.queue.batch import HoldTimes
from asyncsdk.queue.options import QueueTiming
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


class Overheard:
    """A session whose calls a test hears before they are made; what the test raises then comes instead.

    Args:
        acton: the session.
        hears: called with a call's route and arguments.
    """

    def __init__(self, acton: Session, hears: Callable[[str, dict[str, Any]], None]) -> None:
        self._acton = acton
        self._hears = hears

    def __getattr__(self, name: str) -> Any:
        return getattr(self._acton, name)

    async def call(self, route: Any, arguments: dict[str, Any], *given: Any, **named: Any) -> Any:
        """Make a call."""
        self._hears(route.name, arguments)
        return await self._acton.call(route, arguments, *given, **named)


def queue_on(
    link: Any, list_id: str, *, hold: float | None = None, adopt_every: float = 15.0, **options: Any
) -> ContactQueue:
    """A queue on something like a session.

    Args:
        link: the session, or what stands in its place.
        list_id: the list.
        hold: seconds for which a copy whose answer was lost may still arrive, instead of those of real life.
        adopt_every: seconds between two looks for journals that dead processes have left.
        options: what ``contacts.queue`` takes, too.
    """
    timing = QueueTiming(HoldTimes(hold, hold), adopt_every)
    return ContactQueue(link, lambda: None, list_id, timing=timing, **options)


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
