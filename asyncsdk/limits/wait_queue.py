"""Callers in line for a place: first come first served in each lane, and no lane starves."""

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


@define(eq=False)
class Waiter(Generic[T]):
    """A caller in line."""

    turn: asyncio.Future[T]
    """Gets the place."""

    lane: Lane
    """Where it stands."""

    login: bool
    """Whether it is for a login."""


class FairQueue(Generic[T]):
    """Callers that wait for a place in the second, in the order in which they came."""

    def __init__(self) -> None:
        self._lanes: dict[Lane, deque[Waiter[T]]] = {lane: deque() for lane in Lane}
        self._in_lane: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._passed_over: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self.length: int = 0
        """How many wait."""
        self.logins: int = 0
        """How many of them want to log in."""

    def join(self, waiter: Waiter[T]) -> None:
        """Stand at the end of a lane."""
        self._lanes[waiter.lane].append(waiter)
        self._count(waiter, 1)

    def leave(self, waiter: Waiter[T]) -> bool:
        """Leave without a place; False if a place was given meanwhile. The lane drops it when its turn comes."""
        turn = waiter.turn
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            return False
        turn.cancel()
        self._count(waiter, -1)
        return True

    def dismiss(self, error: Callable[[], Exception]) -> None:
        """Send all away, each with an error of its own; they leave by themselves."""
        for waiters in self._lanes.values():
            for waiter in waiters:
                if not waiter.turn.done():
                    waiter.turn.set_exception(error())

    def next(self) -> Waiter[T] | None:
        """Whose turn it is: logins and refreshes first, then interactive calls, but for the reserve."""
        lane = self._next_lane()
        if lane is None:
            return None
        waiter = self._lanes[lane].popleft()
        self._count(waiter, -1)
        return waiter

    def ahead_of(self, lane: Lane) -> int:
        """How many are surely served before a newcomer in this lane."""
        return self._in_lane[lane]

    def _next_lane(self) -> Lane | None:
        waiting = [lane for lane in _IN_ORDER if self._first(lane)]
        if not waiting or waiting[0] is Lane.TOKEN:
            return waiting[0] if waiting else None
        neglected = max(waiting, key=self._passed_over.__getitem__)
        chosen = neglected if self._passed_over[neglected] >= RESERVE - 1 else waiting[0]
        for lane in waiting:
            self._passed_over[lane] = 0 if lane is chosen else self._passed_over[lane] + 1
        return chosen

    def _first(self, lane: Lane) -> bool:
        """Whether anybody still waits in this lane."""
        waiters = self._lanes[lane]
        while waiters and waiters[0].turn.done():
            waiters.popleft()
        return bool(waiters)

    def _count(self, waiter: Waiter[T], number: int) -> None:
        self.length += number
        self._in_lane[waiter.lane] += number
        self.logins += number * waiter.login
