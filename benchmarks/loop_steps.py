"""CPU of the longest step of an event loop: what its callbacks take between two looks at what is ready.

While a step runs, no other task and no connection has its turn. Unlike the lag by the clock, the CPU of a step does
not grow with what else the machine runs.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["LoopSteps"]


class LoopSteps(selectors.DefaultSelector):
    """Selector of a loop, which is where each of its steps begins and ends."""

    def __init__(self) -> None:
        super().__init__()
        self._began: float | None = None
        self.longest = 0.0
        """CPU of the longest step so far, in milliseconds."""

    def runner(self) -> asyncio.Runner:
        """Runs coroutines in a loop that has this selector."""
        return asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(self))

    @contextmanager
    def watched(self) -> Generator[None]:
        """Count only the steps of the block."""
        self._began, self.longest = time.thread_time(), 0.0
        yield
        self._end()

    def _end(self) -> None:
        if self._began is not None:
            self.longest = max(self.longest, (time.thread_time() - self._began) * 1000)
        self._began = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for what is ready."""
        counts = self._began is not None
        self._end()
        ready = super().select(timeout)
        if counts:
            self._began = time.thread_time()
        return ready
