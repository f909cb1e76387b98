"""CPU of the longest step of an event loop: what its callbacks take between two looks at what is ready.

While a step runs, no other task and no connection has its turn. Unlike the lag by the clock, the CPU of a step does
not grow with what else the machine runs. A full garbage collection looks through everything that the process has
imported, whoever caused it; so the longest step is told without such ones, too.
"""

from __future__ import annotations

import asyncio
import gc
import selectors
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["LoopSteps"]

OLDEST: Final = 2
"""The generation of a full garbage collection."""


class LoopSteps(selectors.DefaultSelector):
    """Selector of a loop, which is where each of its steps begins and ends."""

    def __init__(self) -> None:
        super().__init__()
        self._began: float | None = None
        self._collecting_since = 0.0
        self._collected = 0.0
        """CPU that full garbage collections took in this step."""

        self.longest = 0.0
        """CPU of the longest step so far, in milliseconds."""

        self.longest_of_code = 0.0
        """The same without full garbage collections."""

    def runner(self) -> asyncio.Runner:
        """Runs coroutines in a loop that has this selector."""
        return asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(self))

    @contextmanager
    def watched(self) -> Generator[None]:
        """Count only the steps of the block."""
        self.longest = self.longest_of_code = self._collected = 0.0
        gc.callbacks.append(self._see_collector)
        self._began = time.thread_time()
        try:
            yield
        finally:
            self._end()
            gc.callbacks.remove(self._see_collector)

    def _see_collector(self, phase: str, told: dict[str, Any]) -> None:
        if told["generation"] != OLDEST:
            return
        if phase == "start":
            self._collecting_since = time.thread_time()
        else:
            self._collected += time.thread_time() - self._collecting_since

    def _end(self) -> None:
        if self._began is not None:
            took = time.thread_time() - self._began
            self.longest = max(self.longest, took * 1000)
            self.longest_of_code = max(self.longest_of_code, (took - self._collected) * 1000)
        self._began, self._collected = None, 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for what is ready."""
        counts = self._began is not None
        self._end()
        ready = super().select(timeout)
        if counts:
            self._began = time.thread_time()
        return ready
