"""Unsafe calls: whether a part of a program made calls that are wrong done twice, so that it must not run again.

An error tells of the call that failed, and not of those before it. Who runs something that may be run again, such
as a task, counts here what was done meanwhile, also in tasks that it started. No I/O.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

__all__ = ["UnsafeCalls", "counted_calls", "open_count", "uncounted_calls"]


class UnsafeCalls:
    """Count of unsafe calls that were made, or may have been.

    Args:
        before_first: awaited before the first such call leaves; if it raises, the call ends so, and does not leave.
    """

    def __init__(self, before_first: Callable[[], Awaitable[None]] | None = None) -> None:
        self._before_first = before_first
        self._made = 0

    def __bool__(self) -> bool:
        """Whether there is one."""
        return self._made > 0

    async def leaves(self) -> None:
        """Count a call that is about to leave: from now on it may act."""
        if self._before_first is not None:
            await self._before_first()  # of calls side by side each waits for it
            self._before_first = None
        self._made += 1

    def end(self) -> None:
        """End the count: what was started meanwhile and goes on, such as a queue, makes its calls for itself."""
        self._before_first = None

    def was_not_done(self) -> None:
        """Take one back: the server refused it, or surely never got it."""
        self._made -= 1


_counts: Final[ContextVar[UnsafeCalls | None]] = ContextVar("asyncsdk unsafe calls", default=None)


def open_count() -> UnsafeCalls | None:
    """The count of the part of the program that runs; None: nobody counts."""
    return _counts.get()


@contextmanager
def counted_calls(before_first: Callable[[], Awaitable[None]] | None = None) -> Generator[UnsafeCalls]:
    """Count the unsafe calls of a block, and of what it starts.

    Args:
        before_first: awaited before the first one leaves.
    """
    count = UnsafeCalls(before_first)
    try:
        with _counted_by(count):
            yield count
    finally:
        count.end()


@contextmanager
def uncounted_calls() -> Generator[None]:
    """Do not count the unsafe calls of a block: it keeps a journal of its own, and repeats none that was made."""
    with _counted_by(None):
        yield


@contextmanager
def _counted_by(count: UnsafeCalls | None) -> Generator[None]:
    token = _counts.set(count)
    try:
        yield
    finally:
        _counts.reset(token)
