"""Local queue: the callers of one process that wait for a place, by lane."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from asyncsdk.limits.shared.turns import LANES

__all__ = ["LocalQueue"]

P = TypeVar("P")


class LocalQueue(Generic[P]):
    """Queue of the callers of one process: first come, first served in each lane."""

    def __init__(self) -> None:
        self._lanes: list[deque[asyncio.Future[P]]] = [deque() for _ in LANES]
        self._waiting = [0] * len(LANES)

    def join(self, lane: int, turn: asyncio.Future[P]) -> None:
        """Add a caller at the end of a lane."""
        self._lanes[lane].append(turn)
        self._waiting[lane] += 1

    def left(self, lane: int) -> None:
        """Note that a caller gave up; its future is done, and is dropped when its turn comes."""
        self._waiting[lane] -= 1

    def counts(self, most: int) -> list[int]:
        """How many wait in each lane, as far as that is no more than ``most``."""
        return [min(count, most) for count in self._waiting]

    def waiting_in(self, lane: int) -> int:
        """How many wait in one lane."""
        return self._waiting[lane]

    def __len__(self) -> int:
        return sum(self._waiting)

    def next(self, lane: int) -> asyncio.Future[P] | None:
        """Take the next caller of a lane."""
        turns = self._lanes[lane]
        while turns:
            turn = turns.popleft()
            if not turn.done():
                self._waiting[lane] -= 1
                return turn
        return None

    def reject(self, lanes: Iterable[int], error: Callable[[], Exception]) -> None:
        """Fail all callers of these lanes, each with an error of its own."""
        for lane in lanes:
            while (turn := self.next(lane)) is not None:
                turn.set_exception(error())
