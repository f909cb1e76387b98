"""Reading in the event loop: lets another thread, such as an exporter's, ask for what only the loop may look at."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Generic, TypeVar
from weakref import WeakSet

__all__ = ["LoopReading"]

T = TypeVar("T")

PATIENCE: Final = 2.0
"""Seconds that another thread waits for the event loop; after that it gets what was read last."""

_busy: Final[WeakSet[asyncio.AbstractEventLoop]] = WeakSet()
"""Loops that have left a question without an answer: an exporter has many, and waits for such a loop only once."""


class LoopReading(Generic[T]):
    """Function that reads something in the event loop that runs where it is made, and may be called in any thread.

    Args:
        read: reads it; it is called once here.
        patience: seconds that another thread waits for the loop.
    """

    def __init__(self, read: Callable[[], T], patience: float = PATIENCE) -> None:
        self._read = read
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._last = read()

    def __call__(self) -> T:
        """What there is now; or what was read last, where the loop is busy or closed."""
        if threading.get_ident() == self._thread:
            self._last = self._read()
            return self._last
        if self._loop in _busy:
            return self._last
        asked: Future[T] = Future()
        try:
            self._loop.call_soon_threadsafe(self._answer, asked)
        except RuntimeError:  # closed
            return self._last
        try:
            return asked.result(self._patience)
        except TimeoutError:
            _busy.add(self._loop)
            if not asked.cancel():  # it answers just now
                _busy.discard(self._loop)
            return self._last

    def _answer(self, asked: Future[T]) -> None:
        waited_for = asked.set_running_or_notify_cancel()
        _busy.discard(self._loop)  # after that: nobody can give up any more, and call it busy
        if not waited_for:
            return
        try:
            self._last = self._read()
        except Exception as error:
            asked.set_exception(error)
        else:
            asked.set_result(self._last)
