"""A simulated server with a sliding second, as far as a limiter can tell it from a real one."""

from __future__ import annotations

from collections import deque

__all__ = ["SlidingWindow"]

CALLS_PER_SECOND = 5


class SlidingWindow:
    """Accepts at most five calls in any second; ``strict``: calls that it refuses fill the second, too."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._counted: deque[float] = deque()
        self.accepted: list[float] = []
        """When each call was accepted."""
        self.refused: list[float] = []
        """When each call was refused."""

    def arrive(self, now: float) -> bool:
        """A call arrives; tells whether it is accepted."""
        while self._counted and self._counted[0] <= now - 1.0:
            self._counted.popleft()
        accepted = len(self._counted) < CALLS_PER_SECOND
        if accepted or self._strict:
            self._counted.append(now)
        (self.accepted if accepted else self.refused).append(now)
        return accepted
