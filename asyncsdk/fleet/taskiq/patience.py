"""Patience with a Redis that is away: wait between tries, and log once that it is away, and that it is back."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Final

from asyncsdk.redis.redis_errors import reason

__all__ = ["RedisPatience"]

_log = logging.getLogger("asyncsdk")

PAUSES: Final = (0.1, 1.0)
"""Bounds of the random seconds between two tries, so that not all workers come back at the same moment."""


class RedisPatience:
    """Patience of one broker.

    Args:
        place: where Redis is, for the log; without a password.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._is_away = False

    async def wait(self, error: Exception) -> None:
        """Wait before the next try."""
        if not self._is_away:
            _log.warning(
                "Redis at %s fails: %s. Tasks wait until it works again.",
                self._place,
                reason(error),
                extra={"acton_event": "redis_away", "acton_error": type(error).__name__},
            )
        self._is_away = True
        await asyncio.sleep(random.uniform(*PAUSES))

    def works(self) -> None:
        """Note that Redis works."""
        if self._is_away:
            _log.warning("Redis at %s works again.", self._place, extra={"acton_event": "redis_back"})
        self._is_away = False
