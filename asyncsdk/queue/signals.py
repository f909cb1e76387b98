"""Signal handling: on SIGTERM queues are drained first, and then the previous handler is called."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any, Final, TypeAlias

from asyncsdk.errors import ActOnError

__all__ = ["DRAIN_HANDLERS", "Drain"]

Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None
Drain: TypeAlias = Callable[[], Awaitable[object]]


class _DrainHandlers:
    """The queues of the process that are drained on SIGTERM: one signal handler in front of the previous one."""

    def __init__(self) -> None:
        self._loops: dict[Drain, asyncio.AbstractEventLoop] = {}
        self._draining: asyncio.Task[None] | None = None
        self._handler: Handler = self._received
        self._previous: Handler = None

    def add(self, drain: Drain) -> None:
        """Let a queue be drained, at the same time as the others.

        Raises:
            ActOnError: this is not the main thread, which alone may handle signals.
        """
        if threading.current_thread() is not threading.main_thread():
            raise ActOnError("Only the main thread's event loop can wait for SIGTERM: close the queue yourself.")
        # Queues that were never closed are gone with their loops.
        self._loops = {each: loop for each, loop in self._loops.items() if not loop.is_closed()}
        if not self._loops and signal.getsignal(signal.SIGTERM) != self._handler:
            self._previous = signal.signal(signal.SIGTERM, self._received)
        self._loops[drain] = asyncio.get_running_loop()

    def remove(self, drain: Drain) -> None:
        """Remove a queue that is closed; after the last one the previous handler is put back."""
        if self._loops.pop(drain, None) is not None and not self._loops:
            self._restore()

    def _restore(self) -> None:
        """Put the previous handler back, unless somebody else has put theirs in this one's place."""
        if signal.getsignal(signal.SIGTERM) == self._handler:
            signal.signal(signal.SIGTERM, signal.SIG_DFL if self._previous is None else self._previous)

    def _received(self, number: int, frame: FrameType | None) -> None:
        loops = {loop for loop in self._loops.values() if not loop.is_closed()}
        if not loops:
            self._pass_on(number, frame)
        for loop in loops:
            loop.call_soon_threadsafe(self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain_and_pass_on(loop), name="asyncsdk queue SIGTERM")
        else:
            self._pass_on()  # a second signal is not kept waiting

    async def _drain_and_pass_on(self, loop: asyncio.AbstractEventLoop) -> None:
        drains = [drain() for drain, its in self._loops.items() if its is loop]
        try:
            await asyncio.gather(*drains, return_exceptions=True)
        finally:
            self._pass_on()

    def _pass_on(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        # A handler of the event loop's own was called at once, beside this one.
        if _is_the_loops(self._previous):
            self._restore()
        elif callable(self._previous) and signal.getsignal(signal.SIGTERM) != self._handler:
            self._previous(number, frame)  # a handler in front of this one has been called already
        else:
            self._restore()
            os.kill(os.getpid(), signal.SIGTERM)


def _is_the_loops(handler: Handler) -> bool:
    return str(getattr(handler, "__module__", "")).startswith(("asyncio", "uvloop"))


DRAIN_HANDLERS: Final = _DrainHandlers()
"""The process has one handler for SIGTERM, and so one of these."""
