"""Appender: writes the rows of one process into a queue, those together that come while Redis is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from copy import copy
from itertools import accumulate, zip_longest
from typing import Final

from attrs import define, field

from asyncsdk import clock
from asyncsdk.errors import ActOnError, FleetUnavailable, InvalidArgument
from asyncsdk.fleet.queue_journal.answers import list_of, understood
from asyncsdk.fleet.queue_journal.codec import encode_put, number_of
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue, other_list
from asyncsdk.fleet.queue_journal.scripts import APPEND, OTHER
from asyncsdk.queue.entry import Entry

__all__ = ["Appender"]

ROWS_AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 1 << 18

LONGEST: Final = 1 << 20
"""Characters of a row."""

PATIENCE: Final = 10.0

PAUSES: Final = (0.05, 0.5)
"""The first and the longest seconds between two tries."""


@define(eq=False)
class _Row:
    text: str = field(repr=False)
    awaited: bool
    until: float
    """When it is not tried any more, by the clock of this boot."""

    taken: asyncio.Future[int | None]


class Appender:
    """Appends rows, in the order in which they come.

    Args:
        queue: where to.
        list_id: the list that the rows are for.
        capacity: how many rows the queue takes.
        patience: seconds for which a row is tried that Redis does not take.
    """

    def __init__(self, queue: RedisQueue, list_id: str, capacity: int, patience: float = PATIENCE) -> None:
        self._queue = queue
        self._list_id = list_id
        self._capacity = capacity
        self._patience = patience
        self._waiting: list[_Row] = []
        self._writing: asyncio.Task[None] | None = None

    async def append(self, entry: Entry, *, awaited: bool) -> int | None:
        """Write a row down; gives its number, or None where there is no room.

        Raises:
            FleetUnavailable: Redis did not answer for 10 s; the row may be there.
            StoreFailed: it refuses.
            InvalidArgument: the row is too long, or the queue is another list's.
        """
        text = encode_put(entry, awaited=awaited)
        if len(text) > LONGEST:
            raise InvalidArgument(
                f"A row of a queue has {LONGEST:,} characters at the most; this has {len(text):,}."
            )
        taken: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Row(text, awaited, clock.monotonic() + self._patience, taken))
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_on(), name="asyncsdk queue rows")
            self._writing.add_done_callback(self._forget)
        return await taken

    async def finish(self) -> None:
        """Wait until no row is waiting any more."""
        while self._writing is not None:
            await asyncio.wait({self._writing})

    def _forget(self, writing: asyncio.Task[None]) -> None:
        """Forget a task that somebody has cancelled before its first step: it could not do that itself."""
        if self._writing is writing:
            self._stop([])

    async def _write_on(self) -> None:
        taken: list[_Row] = []
        try:
            while taken := self._next():
                await self._write(taken)
        finally:
            self._stop(taken)

    def _stop(self, taken: Sequence[_Row]) -> None:
        """Refuse all rows: nobody is to wait for ever, whatever has happened."""
        self._writing = None
        _refuse([*taken, *self._waiting], ActOnError("The queue takes no rows any more."))
        self._waiting = []

    def _next(self) -> list[_Row]:
        """The rows that are written next; those whose callers were cancelled are left out."""
        waiting = [row for row in self._waiting if not row.taken.done()]
        sizes = accumulate(len(row.text) for row in waiting[:ROWS_AT_ONCE])
        number = max(sum(1 for size in sizes if size <= BYTES_AT_ONCE), min(1, len(waiting)))
        self._waiting = waiting[number:]
        return waiting[:number]

    async def _write(self, rows: list[_Row]) -> None:
        """Write rows, until Redis has them, refuses them, or does not answer for too long."""
        pause = PAUSES[0]
        while rows:
            try:
                async with asyncio.timeout(max(rows[-1].until - clock.monotonic(), 0.0)):
                    numbers = await self._numbers(rows)
            except (FleetUnavailable, TimeoutError):
                over = clock.monotonic() + pause
                _refuse([row for row in rows if row.until <= over], self._unavailable())
                rows = [row for row in rows if not row.taken.done()]
                await asyncio.sleep(pause)
                pause = min(2 * pause, PAUSES[1])
            except ActOnError as error:
                _refuse(rows, error)
                return
            else:
                _take(rows, numbers)
                return

    async def _numbers(self, rows: Sequence[_Row]) -> list[int]:
        """Write rows; gives the numbers of those for which there is room."""
        arguments = [part for row in rows for part in (row.text, "1" if row.awaited else "0")]
        ended, told = await self._queue.run(APPEND, (self._list_id, self._capacity, *arguments))
        if ended == OTHER:
            raise other_list(self._queue)
        with understood(self._queue.place):
            return [number_of(each) for each in list_of(told[0])]

    def _unavailable(self) -> FleetUnavailable:
        return FleetUnavailable(
            f"Redis at {self._queue.place} did not answer for {self._patience:g} s: the row is not queued, or"
            " perhaps it is. To put it again does no harm."
        )


def _take(rows: Sequence[_Row], numbers: Sequence[int]) -> None:
    """Tell the callers their numbers; there was no room for the last ones."""
    for row, number in zip_longest(rows, numbers[: len(rows)]):
        if not row.taken.done():
            row.taken.set_result(number)


def _refuse(rows: Sequence[_Row], error: ActOnError) -> None:
    for row in rows:
        if not row.taken.done():
            row.taken.set_exception(copy(error))
