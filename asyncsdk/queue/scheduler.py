"""When a queue sends and what first: by size, by age, as the day's calls allow, and after trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf
from typing import Final

from attrs import frozen

from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.backoff import Backoff
from asyncsdk.queue.batch import CALLS_OF_A_FILE, Batch, Batches, batches_of
from asyncsdk.queue.completion import BatchCompletion
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.loops import loop_time
from asyncsdk.queue.pacing import QuotaPacer
from asyncsdk.queue.recovery import Left
from asyncsdk.queue.sender import BatchSender

__all__ = ["SendScheduler", "Triggers"]

OPEN_FILES: Final = 4
"""Files whose jobs are not done, at the most; what waits then goes row by row."""

LOOK_AGAIN: Final = 60.0
"""Seconds after which it is looked again how many calls are left."""


@frozen
class Triggers:
    """What makes a queue send."""

    size: int
    """So many rows wait."""

    age: float
    """The oldest has waited so many seconds."""


class SendScheduler:
    """The one task that sends, from the queue's opening to its end: one flight after the other.

    Args:
        backlog: the rows.
        flights: those that are ready, and those that are followed.
        backoff: how long everybody waits after trouble.
        landing: knows when all has ended.
        triggers: when to send.
        pace: how often.
        look: takes over what is older than all that waits, before something is sent.
    """

    def __init__(
        self,
        backlog: Backlog,
        flights: Batches,
        backoff: Backoff,
        landing: BatchCompletion,
        triggers: Triggers,
        pace: QuotaPacer,
        look: Callable[[], Awaitable[None]],
    ) -> None:
        self._landing = landing
        self._backlog = backlog
        self._flights = flights
        self._backoff = backoff
        self._triggers = triggers
        self._pace = pace
        self._look = look
        self._left: list[Left] = []
        self._changed = asyncio.Event()
        self._asked = False
        self._rows_went_last = False
        self._ends_at = inf

    def added(self) -> None:
        """A row was added."""
        waiting = len(self._backlog.waiting)
        if waiting == 1 or waiting >= self._triggers.size:
            self._changed.set()

    def changed(self) -> None:
        """Something may go that could not before."""
        self._changed.set()

    def ask(self) -> None:
        """Send what waits, whatever its age."""
        self._asked = True
        self._changed.set()

    def finish(self, ends_at: float) -> None:
        """Send what there is without waiting for more, then end.

        Args:
            ends_at: when the patience ends, by the loop's clock.
        """
        self._ends_at = ends_at
        self._changed.set()

    def bring(self, left: Left) -> None:
        """Go on with what an earlier queue was about."""
        self._left.append(left)
        self._changed.set()

    async def run(self, carrying: BatchSender) -> None:
        """Send until the queue is closed.

        Args:
            carrying: sends flights.
        """
        try:
            while self._landing.ended_by is None and not self._is_over():
                self._backlog.let_go_of_the_held()
                self._changed.clear()
                self._go_on_with_what_was_left(carrying)
                due = self._due()
                if due <= loop_time():
                    await self._look()
                    self._go_on_with_what_was_left(carrying)
                    await asyncio.gather(*(carrying.send(flight) for flight in self._next()))
                else:
                    await self._until(due)
        finally:
            await carrying.following.stop()

    def _go_on_with_what_was_left(self, carrying: BatchSender) -> None:
        lefts, self._left = self._left, []
        for left in lefts:
            for flight in (*left.followed, *left.lost):
                flight.sent_at = loop_time()
            for flight in left.followed:
                carrying.following.follow(flight)
            self._flights.ready.extend(left.lost)

    @property
    def _closing(self) -> bool:
        return self._ends_at < inf

    def _is_over(self) -> bool:
        """Whether the queue closes and nothing is left that could be done in time."""
        if not self._closing or self._left or self._backlog.waiting:
            return False
        if self._flights.ready or self._flights.followed:
            return False
        return not self._backlog.behind or loop_time() + self._backlog.seconds_held() > self._ends_at

    async def _until(self, due: float) -> None:
        due = min(due, loop_time() + self._backlog.seconds_held())
        if due == inf and not self._backlog.waiting and not self._flights.ready:
            until = None
        else:
            until = max(min(due, loop_time() + LOOK_AGAIN), loop_time())
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._changed.wait()

    def _due(self) -> float:
        return min([self._rows_due(), *map(self._due_of, self._flights.ready)])

    def _rows_due(self) -> float:
        """When rows that wait may go."""
        waiting = self._backlog.waiting
        if not waiting:
            return inf
        due = self._backoff.for_all
        if len(waiting) > CALLS_OF_A_FILE and len(self._flights.open_files()) < OPEN_FILES:
            due = max(due, self._flights.runway())
        if self._closing:
            return due
        ripe = -inf
        if len(waiting) < self._triggers.size and not self._asked:
            oldest: Entry = next(iter(waiting.values()))
            ripe = oldest.since + self._triggers.age
        return max(ripe, due, self._pace.next_flush())

    def _due_of(self, flight: Batch) -> float:
        """When a flight that is ready may go."""
        due = max(self._backoff.until, flight.not_before)
        if flight.is_file:
            due = max(due, self._flights.runway(flight))
        if flight.paced and not self._closing:
            due = max(due, self._pace.next_flush())
        return due

    def _next(self) -> list[Batch]:
        """A file, or some single rows, that may go now; what waits and what is in trouble take turns."""
        now = loop_time()
        ready = [flight for flight in self._flights.ready if self._due_of(flight) <= now]
        if self._rows_due() <= now and not (ready and self._rows_went_last):
            self._rows_went_last = True
            ready = self._taken()
            self._flights.ready.extend(ready)
            self._pace.begins(now)
        else:
            self._rows_went_last = False
        chosen = ready[:1]
        if chosen and not chosen[0].is_file:
            chosen = [flight for flight in ready if not flight.is_file][:CALLS_OF_A_FILE]
        if any(flight.paced for flight in chosen):
            self._pace.begins(now)
        self._flights.ready = [flight for flight in self._flights.ready if flight not in chosen]
        return chosen

    def _taken(self) -> list[Batch]:
        """What waits; a few rows only, if no file may go."""
        self._asked = False
        crowded = len(self._flights.open_files()) >= OPEN_FILES
        return batches_of(self._backlog.take(CALLS_OF_A_FILE if crowded else None))
