"""SIGTERM: a queue is drained first, and then the signal does what it would have done."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any, TypeAlias

from asyncsdk.errors import ActOnError

__all__ = ["SigtermDrain"]

Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None


class SigtermDrain:
    """Puts itself in front of the process's handler, and takes itself away again.

    Args:
        drain: drains; called once.

    Raises:
        ActOnError: this is not the main thread, which alone may handle signals.
    """

    def __init__(self, drain: Callable[[], Awaitable[object]]) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise ActOnError("Only the main thread's event loop can wait for SIGTERM: close the queue yourself.")
        self._drain = drain
        self._loop = asyncio.get_running_loop()
        self._draining: asyncio.Task[None] | None = None
        self._handler: Handler = self._received
        self._previous: Handler = signal.signal(signal.SIGTERM, self._received)

    def restore(self) -> None:
        """Put the previous handler back, unless somebody else has put theirs in this one's place."""
        if signal.getsignal(signal.SIGTERM) == self._handler:
            signal.signal(signal.SIGTERM, signal.SIG_DFL if self._previous is None else self._previous)

    def _received(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self._draining is None:
            self._draining = self._loop.create_task(self._drain_and_pass_on(), name="asyncsdk queue SIGTERM")
        else:
            self._pass_on()  # whoever sends it twice does not want to wait

    async def _drain_and_pass_on(self) -> None:
        try:
            await self._drain()
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        self.restore()
        # A handler of the event loop's own was called at once, beside this one.
        if not _is_the_loops(self._previous):
            os.kill(os.getpid(), signal.SIGTERM)


def _is_the_loops(handler: Handler) -> bool:
    return str(getattr(handler, "__module__", "")).startswith(("asyncio", "uvloop"))
