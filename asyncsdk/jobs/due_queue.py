"""Priority queue of due times in steps of a millisecond (a calendar queue).

Many jobs are due in the same step. One heap entry for each step is less work and memory than one for each job: in a
heap of a hundred thousand jobs each push and each pop would compare a dozen pairs, spread over the memory.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import ceil, inf
from typing import Final, Generic, TypeVar

__all__ = ["DueQueue"]

T = TypeVar("T")

STEP: Final = 0.001
"""Seconds of a step. An event loop's timers are no finer."""


class DueQueue(Generic[T]):
    """Queue of items, each due at a time: the first due first, and of one step the first added first."""

    __slots__ = ("_added", "_next", "_steps")

    def __init__(self) -> None:
        self._steps: list[float] = []
        self._added: dict[float, list[T]] = {}
        # The items of the step that is being taken, the last first.
        self._next: list[T] = []

    def add(self, item: T, due: float) -> None:
        """Add an item; it is due at the end of the step in which this time lies, so never too early."""
        try:
            step: float = ceil(due / STEP)
        except OverflowError:  # so late that it has no step
            step = inf
        added = self._added.get(step)
        if added is None:
            self._added[step] = [item]
            heappush(self._steps, step)
        else:
            added.append(item)

    def take(self, now: float) -> T | None:
        """Take the first item; None: none is due by now."""
        if not self._next:
            if not self._steps or self._steps[0] * STEP > now:
                return None
            self._next = self._added.pop(heappop(self._steps))
            self._next.reverse()
        return self._next.pop()

    @property
    def first_due(self) -> float:
        """When the first item is due; ``inf``: there is none, ``-inf``: it was due before."""
        if self._next:
            return -inf
        return self._steps[0] * STEP if self._steps else inf

    def clear(self) -> None:
        """Drop all items."""
        self._steps.clear()
        self._added.clear()
        self._next.clear()
