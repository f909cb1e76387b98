"""Clocks: the time of day, and the time of this boot. Waits are timed by the clock of the event loop."""

from __future__ import annotations

import time
from typing import Final

__all__ = ["awake_or_asleep", "monotonic", "wall"]

_COUNTS_SLEEP: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""A clock that goes on while the machine sleeps: Linux has one of its own, macOS the second of these."""


def monotonic() -> float:
    """Seconds on the clock that all processes of this boot share, on Linux and macOS; nobody can set it.

    It is not the event loop's: uvloop reads the clock once a turn, so that its time may be late.
    """
    return time.monotonic()


def awake_or_asleep() -> float:
    """Seconds on a clock that nobody can set, and that counts also while the machine sleeps.

    For rights that end elsewhere, such as in a Redis: they do not last longer because a laptop was closed.
    """
    return time.monotonic() if _COUNTS_SLEEP is None else time.clock_gettime(_COUNTS_SLEEP)


def wall() -> float:
    """Seconds since 1970, UTC: for what outlives a process or a boot."""
    return time.time()
