"""Gives up on attempts that make no progress: one timer for all of them, which costs the good ones nothing.

aiohttp's own read timeout sets and cancels a timer for every piece of every answer. This one looks at all
attempts now and then; it also sees an upload that the server does not take any more.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final

from asyncsdk.errors import ReplyLost

__all__ = ["IdleTimeouts", "WatchedAttempt"]

LOOKS: Final = 8
"""How often an attempt is looked at in the time that it may be silent."""


class WatchedAttempt:
    """One attempt on the wire; entered with ``with`` by the task that makes it."""

    __slots__ = ("_cancels", "_given_up", "_patience", "_task", "silent_since")

    def __init__(self, patience: IdleTimeouts) -> None:
        self._patience = patience
        self._given_up = False
        self._cancels = 0
        self._task = asyncio.current_task()
        self.silent_since: float | None = None
        """When it last made progress; None: it has not left, and other timeouts hold."""

    def __enter__(self) -> WatchedAttempt:
        self._patience.watch(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._patience.forget(self)
        # The task's own context leads back here: what it gave would stay in memory as long as the circle.
        task, self._task = self._task, None
        if not self._given_up or task is None:
            return
        if task.uncancel() <= self._cancels and kind is asyncio.CancelledError:
            raise ReplyLost("The server did not answer in time; the call may have acted.") from None

    def progress(self) -> None:
        """Something was sent or received."""
        self.silent_since = self._patience.now()

    def give_up(self) -> None:
        """End the attempt from outside, once."""
        if not self._given_up and self._task is not None:
            self._given_up = True
            self._cancels = self._task.cancelling()
            self._task.cancel()


class IdleTimeouts:
    """Watches the attempts of one connection.

    Args:
        seconds: how long an attempt may make no progress.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._attempts: dict[WatchedAttempt, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Go by the running loop's clock."""
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def now(self) -> float:
        """The loop's time, in seconds."""
        return self._loop.time() if self._loop is not None else 0.0

    def watch(self, attempt: WatchedAttempt) -> None:
        """An attempt begins."""
        self._attempts[attempt] = None
        if self._timer is None and self._loop is not None:
            self._timer = self._loop.call_later(self._seconds / LOOKS, self._look)

    def forget(self, attempt: WatchedAttempt) -> None:
        """An attempt is over."""
        self._attempts.pop(attempt, None)

    def _look(self) -> None:
        self._timer = None
        too_old = self.now() - self._seconds
        for attempt in list(self._attempts):
            if attempt.silent_since is not None and attempt.silent_since <= too_old:
                attempt.give_up()
        if self._attempts and self._loop is not None:
            self._timer = self._loop.call_later(self._seconds / LOOKS, self._look)
