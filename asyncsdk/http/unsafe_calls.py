"""Unsafe calls: whether a part of a program made calls that are wrong done twice, so that it must not run again.

An error tells of the call that failed, and not of those before it. Who runs something that may be run again, such
as a task, counts here what was done meanwhile, also in tasks that it started. No I/O.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

__all__ = ["UnsafeCalls", "counted_calls", "open_count", "uncounted_calls"]


class UnsafeCalls:
    """Count of unsafe calls that were made, or may have been."""

    def __init__(self) -> None:
        self._made = 0

    def __bool__(self) -> bool:
        """Whether there is one."""
        return self._made > 0

    def leaves(self) -> None:
        """Count a call that is about to leave: from now on it may act."""
        self._made += 1

    def was_not_done(self) -> None:
        """Take one back: the server refused it, or surely never got it."""
        self._made -= 1


_counts: Final[ContextVar[UnsafeCalls | None]] = ContextVar("asyncsdk unsafe calls", default=None)


def open_count() -> UnsafeCalls | None:
    """The count of the part of the program that runs; None: nobody counts."""
    return _counts.get()


@contextmanager
def counted_calls() -> Generator[UnsafeCalls]:
    """Count the unsafe calls of a block, and of what it starts."""
    count = UnsafeCalls()
    with _counted_by(count):
        yield count


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
