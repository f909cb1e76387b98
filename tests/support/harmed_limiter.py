"""Rate limiter whose process is killed or stopped at an exact step of one of its calls."""

from __future__ import annotations

import os
import signal
from typing import Any, Final

from asyncsdk import Lane
from asyncsdk.limits.protocol import Place, RateLimiter

__all__ = ["ASKED", "GIVEN", "SENT", "HarmedLimiter"]

ASKED: Final = "asked"
"""Before a place is asked for."""

GIVEN: Final = "given"
"""After a place was given, and before its call is sent."""

SENT: Final = "sent"
"""After the call was sent, and before its answer."""


class HarmedLimiter:
    """Rate limiter that sends its own process a signal.

    Args:
        limiter: does the work.
        step: when.
        call: at which call; the first is 1.
        harm: the name of the signal: ``SIGKILL`` or ``SIGSTOP``.
    """

    def __init__(self, limiter: RateLimiter, *, step: str, call: int, harm: str) -> None:
        self._limiter = limiter
        self._step = step
        self._call = call
        self._signal = signal.Signals[harm]
        self._asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._limiter, name)

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place."""
        self._asked += 1
        number = self._asked
        self._at(ASKED, number)
        place = await self._limiter.acquire(lane, login=login)
        self._at(GIVEN, number)
        return _HarmedPlace(place, lambda: self._at(SENT, number))

    def _at(self, step: str, call: int) -> None:
        if (step, call) == (self._step, self._call):
            os.kill(os.getpid(), self._signal)


class _HarmedPlace:
    def __init__(self, place: Place, on_sent: Any) -> None:
        self._place = place
        self._on_sent = on_sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._place, name)

    def left(self, **how: bool) -> None:
        """Report that the call is sent now."""
        self._place.left(**how)
        self._on_sent()
