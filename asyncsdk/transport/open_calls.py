"""Registry of calls in flight; closing a session ends each of them with a defined error."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from attrs import define, field

from asyncsdk.errors import ActOnError, ReplyLost, SessionClosed

__all__ = ["OpenCall", "OpenCalls"]

SHUTDOWN_GRACE: Final = 4.0
"""Seconds that a call on the wire gets to finish when its session closes."""


@define(eq=False)
class OpenCall:
    """Context manager around one call, from its first wait to its answer."""

    registry: OpenCalls
    task: asyncio.Task[object] | None = field(init=False, default=None)
    """The task that makes the call, once it has begun."""

    on_wire: bool = field(init=False, default=False)
    unsure: ActOnError | None = field(init=False, default=None)
    """The error of an attempt that may have acted, once there is one; no later error may hide it."""

    _ended: bool = field(init=False, default=False)
    _cancels: int = field(init=False, default=0)

    def __enter__(self) -> Self:
        self.task = asyncio.current_task()
        self.registry.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.registry.discard(self)
        if self.unsure is None and not self._ended:
            return
        unsure, self.unsure = self.unsure, None
        closed = self._closing_error(kind) if self._ended else None
        if unsure is not None and error is not unsure and (closed or isinstance(error, ActOnError)):
            raise unsure from closed or error
        if closed is not None:
            raise closed from None

    def _closing_error(self, kind: type[BaseException] | None) -> ActOnError | None:
        """The error that says that the session was closed, if that ended the call."""
        if self.task is None or self.task.uncancel() > self._cancels or kind is not asyncio.CancelledError:
            return None
        if self.on_wire:
            return ReplyLost("The session was closed before the answer came; the call may have acted.")
        return SessionClosed("The session was closed while this call was waiting; nothing more was sent.")

    def end(self) -> None:
        """Cancel the call; it raises the error for its caller then."""
        if not self._ended and self.task is not None:
            self._ended = True
            self._cancels = self.task.cancelling()
            self.task.cancel()


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
