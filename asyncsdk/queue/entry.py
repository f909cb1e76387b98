"""Queue entry: one address, and the values that are written for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from math import inf
from typing import TypeAlias

from attrs import define, field

from asyncsdk.models.clear import Clear
from asyncsdk.queue.results import PutOutcome
from asyncsdk.uploads.addresses import normalized_address

__all__ = ["Cells", "Entry", "FlushMark"]

Cells: TypeAlias = dict[str, str | Clear]
"""The values that a row writes, by the list's headings."""


class FlushMark:
    """Waiter of a flush: counts down the entries that have no outcome and have not failed."""

    def __init__(self, entries: int) -> None:
        self._left = entries
        self.reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def count_down(self) -> None:
        """Count one entry."""
        self._left -= 1
        if self._left == 0 and not self.reached.done():
            self.reached.set_result(None)


@define(eq=False)
class Entry:
    """One address, with all values that were put for it since it was last sent."""

    email: str = field(repr=False)
    cells: Cells = field(repr=False)
    since: float
    """When its first row was put, by the loop's clock."""

    put_at: float = 0.0
    """When its last row was put, by the time of day."""

    times: dict[str, float] = field(factory=dict[str, float], repr=False)
    """The times of those cells that were put before ``put_at``."""

    numbers: list[int] = field(factory=list[int])
    """The numbers of its rows in the journal."""

    awaited: list[int] = field(factory=list[int])
    """The numbers of those whose outcome another process waits for."""

    waiters: list[asyncio.Future[PutOutcome]] = field(factory=list[asyncio.Future[PutOutcome]], repr=False)
    marks: list[FlushMark] = field(factory=list[FlushMark], repr=False)
    attempts: int = 0
    """How often a job with this entry has failed."""

    _crowd: int = field(default=16, init=False, repr=False)
    """With so many waiters, those that were cancelled are removed."""

    @property
    def key(self) -> str:
        """The normalized address: two spellings of it are one."""
        return normalized_address(self.email)

    def time_of(self, heading: str) -> float:
        """When a cell was put, by the time of day."""
        return self.times.get(heading, self.put_at)

    def merge(self, other: Entry) -> None:
        """Merge another row into this one: of each column the last value counts, and attempts begin anew.

        Of two that were put at the same time the other is the newer.
        """
        times = {heading: self.time_of(heading) for heading in self.cells}
        for heading, cell in other.cells.items():
            if other.time_of(heading) >= times.get(heading, -inf):
                self.cells[heading], times[heading] = cell, other.time_of(heading)
        if other.put_at >= self.put_at:
            self.email, self.put_at = other.email, other.put_at
        self.times = {heading: time for heading, time in times.items() if time != self.put_at}
        self.since = min(self.since, other.since)
        self.absorb(other)

    def subtract(self, other: Entry) -> bool:
        """Remove the values of which another row has newer ones; gives whether anything is left to write."""
        self.drop_cells({heading: other.time_of(heading) for heading in other.cells})
        return bool(self.cells) or self.put_at > other.put_at

    def drop_cells(self, times: Mapping[str, float]) -> None:
        """Remove the cells that were put before these times, by heading."""
        for heading in [each for each in self.cells if times.get(each, -inf) > self.time_of(each)]:
            del self.cells[heading]
            self.times.pop(heading, None)

    def absorb(self, other: Entry) -> None:
        """Give another row the outcome of this one."""
        self.numbers += other.numbers
        self.awaited += other.awaited
        self.waiters += other.waiters
        self.marks += other.marks
        self.attempts = 0
        if len(self.waiters) > self._crowd:
            self.waiters = [waiter for waiter in self.waiters if not waiter.done()]
            self._crowd = 2 * len(self.waiters) + 16

    def notify(self, outcome: PutOutcome | Exception) -> bool:
        """Give the outcome to those who wait for it; gives whether there is somebody."""
        waiting = [waiter for waiter in self.waiters if not waiter.done()]
        self.waiters = []
        for waiter in waiting:
            if isinstance(outcome, PutOutcome):
                waiter.set_result(outcome)
            else:
                waiter.set_exception(outcome)
                waiter.exception()  # a put that is cancelled in this moment will not ask for it
        self.release_marks()
        return bool(waiting)

    def release_marks(self) -> None:
        """End the waits of flushes for this entry."""
        marks, self.marks = self.marks, []
        for mark in marks:
            mark.count_down()
