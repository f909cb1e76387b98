"""Backoff between refreshes that bring no token: each is a call, and trouble must not spend the day.

Refreshes have no budget of their own, so their waits are short: a token is there soon after the trouble is over.
"""

from __future__ import annotations

import asyncio
import random
from math import inf
from typing import Final

__all__ = ["RefreshBackoff"]

WAITS: Final = (2.0, 4.0, 8.0, 10.0)
"""Seconds from the last of so many failed refreshes to the next one."""

JITTER: Final = (0.8, 1.2)
"""The share of such a wait that is waited, at random: sessions that failed together part."""


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
        """A refresh reached the server, and brought no token."""
        self._failures += 1
        wait = WAITS[min(self._failures, len(WAITS)) - 1]
        self._due = asyncio.get_running_loop().time() + wait * random.uniform(*JITTER)

    def succeeded(self) -> None:
        """There is a token."""
        self._failures = 0
        self._due = -inf
