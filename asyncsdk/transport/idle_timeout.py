"""Idle timeout for all attempts of a connection, with one shared timer, so that it costs good attempts nothing.

aiohttp's own read timeout sets and cancels a timer for every piece of every answer. This one checks all attempts
now and then, and counts the checks since the last progress; it also sees an upload that the server does not accept
any more. A program whose event loop stood still for long is not checked meanwhile, and loses no answer by it.
"""

from __future__ import annotations

import asyncio
from typing import Final

from asyncsdk.transport.attempt import Attempt

__all__ = ["IdleTimeouts"]

CHECKS: Final = 8
"""How often an attempt is checked in the time in which it may make no progress."""


class IdleTimeouts:
    """Idle timeout of the attempts of one connection.

    Args:
        seconds: how long an attempt may make no progress.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._attempts: dict[Attempt, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Set timers in the running event loop."""
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        """Stop checking."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def watch(self, attempt: Attempt) -> None:
        """Register an attempt that begins."""
        self._attempts[attempt] = None
        if self._timer is None and self._loop is not None:
            self._timer = self._loop.call_later(self._seconds / CHECKS, self._check)

    def forget(self, attempt: Attempt) -> None:
        """Remove an attempt that is over."""
        self._attempts.pop(attempt, None)

    def _check(self) -> None:
        self._timer = None
        for attempt in list(self._attempts):
            if attempt.silent_checks is None:
                continue  # it was not sent yet, and other timeouts apply
            attempt.silent_checks += 1
            # The first check comes at any time after the last progress: one more than CHECKS is surely long enough.
            if attempt.silent_checks > CHECKS:
                attempt.time_out()
        if self._attempts and self._loop is not None:
            self._timer = self._loop.call_later(self._seconds / CHECKS, self._check)
