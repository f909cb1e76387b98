"""Timer of an event loop: calls one function at the time for which it was set last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf

__all__ = ["Timer"]


class Timer:
    """Timer that can be set again.

    Args:
        callback: is called once each time that the timer goes off.
    """

    __slots__ = ("_callback", "_handle", "at")

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._handle: asyncio.TimerHandle | None = None
        self.at = inf
        """When it goes off, by the loop's clock; ``inf``: it is not set."""

    def set(self, at: float) -> None:
        """Go off at this time, and no more when it was to before."""
        self.unset()
        self.at = at
        self._handle = asyncio.get_running_loop().call_at(at, self._go_off)

    def unset(self) -> None:
        """Go off no more."""
        self.at = inf
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _go_off(self) -> None:
        self.at, self._handle = inf, None
        self._callback()
