"""Wall clock: the time of day, for what outlives a process. Waits are measured by the event loop's clock."""

from __future__ import annotations

import time

__all__ = ["wall"]


def wall() -> float:
    """Seconds since 1970, UTC."""
    return time.time()
