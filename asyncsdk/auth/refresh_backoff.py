"""Backoff between refreshes that bring no token: each is a call, and an outage must not use up the day's calls.

Refreshes have no budget of their own, so the waits are short: there is a token soon after the outage has ended.
"""

from __future__ import annotations

import asyncio
import random
from math import inf
from typing import Final

__all__ = ["RefreshBackoff"]

WAITS: Final = (2.0, 4.0, 8.0, 10.0)
"""Seconds to wait after the first, second, third and each further failed refresh."""

JITTER: Final = (0.8, 1.2)
"""Bounds of a random factor for each wait, so that sessions that failed together do not retry together."""


class RefreshBackoff:
    """The failed refreshes of one session, by the event loop's clock."""

    def __init__(self) -> None:
        self._failures = 0
        self._due = -inf

    @property
    def in_trouble(self) -> bool:
        """Whether the last refresh failed."""
        return self._failures > 0

    def wait(self) -> float:
        """Seconds until the next refresh may be tried; 0 if it may be tried now."""
        return max(0.0, self._due - asyncio.get_running_loop().time())

    def failed(self) -> None:
        """Count a refresh that reached the server and brought no token."""
        self._failures += 1
        wait = WAITS[min(self._failures, len(WAITS)) - 1]
        self._due = asyncio.get_running_loop().time() + wait * random.uniform(*JITTER)

    def succeeded(self) -> None:
        """Reset the backoff: there is a token."""
        self._failures = 0
        self._due = -inf
