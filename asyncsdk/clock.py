"""Clocks: the time of day, and the time of this boot. Waits are timed by the clock of the event loop."""

from __future__ import annotations

import time

__all__ = ["monotonic", "wall"]


def monotonic() -> float:
    """Seconds on the clock that all processes of this boot share, on Linux and macOS; nobody can set it.

    It is not the event loop's: uvloop reads the clock once a turn, so that its time may be late.
    """
    return time.monotonic()


def wall() -> float:
    """Seconds since 1970, UTC: for what outlives a process or a boot."""
    return time.time()
