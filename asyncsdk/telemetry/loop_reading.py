"""Reading in the event loop: lets another thread, such as an exporter's, ask for what only the loop may look at."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Generic, TypeVar

__all__ = ["LoopReading"]

T = TypeVar("T")

PATIENCE: Final = 0.5
"""Seconds that another thread waits for the event loop; after that it gets what was read last."""


class LoopReading(Generic[T]):
    """Function that reads something in the event loop that runs where it is made, and may be called in any thread.

    Args:
        read: reads it; it is called once here.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._last = read()

    def __call__(self) -> T:
        """What there is now; or what was read last, where the loop is busy or closed."""
        if threading.get_ident() == self._thread:
            self._last = self._read()
            return self._last
        asked: Future[T] = Future()
        try:
            self._loop.call_soon_threadsafe(self._answer, asked)
            return asked.result(PATIENCE)
        except (RuntimeError, TimeoutError):  # closed; busy
            asked.cancel()
            return self._last

    def _answer(self, asked: Future[T]) -> None:
        if asked.set_running_or_notify_cancel():
            self._last = self._read()
            asked.set_result(self._last)
