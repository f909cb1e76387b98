"""Keeps the limiter's account book in the store, and tells the limiter what other processes spent."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from asyncsdk.limits import RateLimiter
from asyncsdk.stores import TokenStore

__all__ = ["Bookkeeper"]

_log = logging.getLogger("asyncsdk")

DELAY: Final = 1.0
"""Seconds between a call and its entry in the store: what a killed process may fail to count."""

PATIENCE: Final = 0.4
"""Seconds that closing waits for the store."""


class Bookkeeper:
    """Between one session's limiter and its store."""

    def __init__(self, limiter: RateLimiter, store: TokenStore) -> None:
        self._limiter = limiter
        self._store = store
        self._timer: asyncio.TimerHandle | None = None
        self._entering: asyncio.Task[None] | None = None

    def touch(self) -> None:
        """A call was counted: enter it soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DELAY, self._enter_soon)

    async def balance(self) -> None:
        """Enter what was counted, and learn what others did.

        Raises:
            OSError: the store cannot be read or written.
        """
        tally = self._limiter.drain()
        try:
            kept = await self._store.count(tally)
        except BaseException:
            self._limiter.undrain(tally)
            raise
        self._limiter.adopt(kept)

    async def close(self) -> None:
        """Enter the last calls."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            async with asyncio.timeout(PATIENCE):
                if self._entering is not None:
                    await asyncio.wait({self._entering})
                await self._enter()
        except TimeoutError:
            _log.warning("The day's last calls could not be entered in the store in time.")
            if self._entering is not None:
                self._entering.cancel()

    def _enter_soon(self) -> None:
        self._timer = None
        if self._entering is None or self._entering.done():
            self._entering = asyncio.get_running_loop().create_task(self._enter())

    async def _enter(self) -> None:
        try:
            await self.balance()
        except Exception:
            _log.warning("The day's calls could not be entered in the store.", exc_info=True)
