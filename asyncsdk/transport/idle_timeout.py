"""Idle timeout for all attempts of a connection, with one shared timer, so that it costs good attempts nothing.

aiohttp's own read timeout sets and cancels a timer for every piece of every answer. This one checks all attempts
now and then; it also sees an upload that the server does not accept any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Final

from asyncsdk.errors import ReplyLost

__all__ = ["IdleTimeouts", "WatchedAttempt"]

CHECKS: Final = 8
"""How often an attempt is checked in the time in which it may make no progress."""


class WatchedAttempt:
    """Context manager around one attempt, entered by the task that makes it."""

    __slots__ = ("_cancels", "_task", "_timed_out", "_timeouts", "last_progress_at")

    def __init__(self, timeouts: IdleTimeouts) -> None:
        self._timeouts = timeouts
        self._timed_out = False
        self._cancels = 0
        self._task = asyncio.current_task()
        self.last_progress_at: float | None = None
        """None: it was not sent yet, and other timeouts apply."""

    def __enter__(self) -> WatchedAttempt:
        self._timeouts.watch(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timeouts.forget(self)
        # The task's context refers to this object: the cycle would keep the task's result in memory.
        task, self._task = self._task, None
        if not self._timed_out or task is None:
            return
        if task.uncancel() <= self._cancels and kind is asyncio.CancelledError:
            raise ReplyLost("The server did not answer in time; the call may have acted.") from None

    def progress(self) -> None:
        """Note that something was sent or received."""
        self.last_progress_at = self._timeouts.now()

    def time_out(self) -> None:
        """Cancel the attempt, once."""
        if not self._timed_out and self._task is not None:
            self._timed_out = True
            self._cancels = self._task.cancelling()
            self._task.cancel()


class IdleTimeouts:
    """Idle timeout of the attempts of one connection.

    Args:
        seconds: how long an attempt may make no progress.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._attempts: dict[WatchedAttempt, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.now: Callable[[], float] = _not_started
        """Gives the loop's time, in seconds."""
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Go by the running loop's clock."""
        self._loop = asyncio.get_running_loop()
        self.now = self._loop.time

    def stop(self) -> None:
        """Stop checking."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def watch(self, attempt: WatchedAttempt) -> None:
        """Register an attempt that begins."""
        self._attempts[attempt] = None
        if self._timer is None and self._loop is not None:
            self._timer = self._loop.call_later(self._seconds / CHECKS, self._check)

    def forget(self, attempt: WatchedAttempt) -> None:
        """Remove an attempt that is over."""
        self._attempts.pop(attempt, None)

    def _check(self) -> None:
        self._timer = None
        oldest_allowed = self.now() - self._seconds
        for attempt in list(self._attempts):
            if attempt.last_progress_at is not None and attempt.last_progress_at <= oldest_allowed:
                attempt.time_out()
        if self._attempts and self._loop is not None:
            self._timer = self._loop.call_later(self._seconds / CHECKS, self._check)


def _not_started() -> float:
    return 0.0
