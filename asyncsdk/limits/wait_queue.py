"""Fair wait queue with priority lanes: first come first served in each lane, and no lane starves."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from attrs import define

from asyncsdk.limits.lanes import Lane

__all__ = ["FairQueue", "Waiter"]

T = TypeVar("T")

RESERVE: Final = 5
"""A lane that waits gets at least every fifth place."""

_IN_ORDER: Final = (Lane.TOKEN, Lane.INTERACTIVE, Lane.BULK, Lane.POLL)


@define(eq=False, repr=False)
class Waiter(Generic[T]):
    """A caller in the queue."""

    turn: asyncio.Future[T]
    """Set to the place, once it is given."""

    lane: Lane
    """Its lane."""

    login: bool
    """Whether it is for a login."""


class FairQueue(Generic[T]):
    """Queue of callers that wait for a place in the second."""

    def __init__(self) -> None:
        self._lanes: dict[Lane, deque[Waiter[T]]] = {lane: deque() for lane in Lane}
        self._waiting_in: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._skipped: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self.length: int = 0
        """How many wait."""
        self.logins: int = 0
        """How many of them want to log in."""

    def join(self, waiter: Waiter[T]) -> None:
        """Add a caller at the end of its lane."""
        self._lanes[waiter.lane].append(waiter)
        self._count(waiter, 1)

    def leave(self, waiter: Waiter[T]) -> bool:
        """Remove a caller without a place; False if it was given one meanwhile.

        The lane drops it when its turn comes.
        """
        turn = waiter.turn
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            return False
        turn.cancel()
        self._count(waiter, -1)
        return True

    def reject_all(self, error: Callable[[], Exception]) -> None:
        """Fail all callers, each with an error of its own; they leave by themselves."""
        for waiters in self._lanes.values():
            for waiter in waiters:
                if not waiter.turn.done():
                    waiter.turn.set_exception(error())

    def next(self) -> Waiter[T] | None:
        """Take the next caller: logins and refreshes, then interactive calls, with a reserve for the others."""
        lane = self._next_lane()
        if lane is None:
            return None
        waiter = self._lanes[lane].popleft()
        self._count(waiter, -1)
        return waiter

    def ahead_of(self, lane: Lane) -> int:
        """How many are surely served before a newcomer in this lane."""
        return self._waiting_in[lane]

    def _next_lane(self) -> Lane | None:
        waiting = [lane for lane in _IN_ORDER if self._first(lane)]
        if not waiting or waiting[0] is Lane.TOKEN:
            return waiting[0] if waiting else None
        neglected = max(waiting, key=self._skipped.__getitem__)
        chosen = neglected if self._skipped[neglected] >= RESERVE - 1 else waiting[0]
        for lane in waiting:
            self._skipped[lane] = 0 if lane is chosen else self._skipped[lane] + 1
        return chosen

    def _first(self, lane: Lane) -> bool:
        """Whether a caller still waits in this lane."""
        waiters = self._lanes[lane]
        while waiters and waiters[0].turn.done():
            waiters.popleft()
        return bool(waiters)

    def _count(self, waiter: Waiter[T], number: int) -> None:
        self.length += number
        self._waiting_in[waiter.lane] += number
        self.logins += number * waiter.login
