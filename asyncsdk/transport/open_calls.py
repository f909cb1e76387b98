"""Registry of calls in flight; closing a session ends each of them with a defined error."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final, Protocol

__all__ = ["OpenCall", "OpenCalls"]

SHUTDOWN_GRACE: Final = 4.0
"""Seconds that a call on the wire gets to finish when its session closes."""


class OpenCall(Protocol):
    """A call, from its first wait to its answer."""

    on_wire: bool

    def end(self) -> None:
        """Cancel the call; it raises the error for its caller then."""
        ...


class OpenCalls:
    """All calls of one session that are in flight."""

    def __init__(self) -> None:
        self._calls: dict[OpenCall, None] = {}
        self._gone: asyncio.Event | None = None

    def add(self, call: OpenCall) -> None:
        """Register a call that begins."""
        self._calls[call] = None

    def discard(self, call: OpenCall) -> None:
        """Remove a call that is over."""
        self._calls.pop(call, None)
        if self._gone is not None and not self._calls:
            self._gone.set()

    async def end(self) -> None:
        """End those that wait at once, and those on the wire after ``SHUTDOWN_GRACE`` seconds."""
        self._gone = asyncio.Event()
        for call in [call for call in self._calls if not call.on_wire]:
            call.end()
        await self._all_gone(SHUTDOWN_GRACE)
        for call in list(self._calls):
            call.end()
        await self._all_gone(0.5)

    async def _all_gone(self, seconds: float) -> None:
        if self._calls and self._gone is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._gone.wait()
