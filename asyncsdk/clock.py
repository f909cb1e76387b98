"""The time of day. Waiting is counted by the event loop's clock; only what outlives a process needs this one."""

from __future__ import annotations

import time

__all__ = ["wall"]


def wall() -> float:
    """Seconds since 1970, UTC."""
    return time.time()
