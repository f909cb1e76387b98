"""Call queue: the calls that a reader of a stream has not been told of yet, bounded for readers that are slow."""

from __future__ import annotations

import asyncio

from asyncsdk.emulator.server.request_log import Call

__all__ = ["CallQueue"]

MOST_CALLS = 1_000


class CallQueue:
    """Calls in the order in which they changed; one that changes again before it is taken is there once.

    Args:
        limit: how many it holds; when one more comes, all are given up, and the reader must read the log anew.
    """

    def __init__(self, limit: int = MOST_CALLS) -> None:
        self._calls: dict[int, Call] = {}
        self._limit = limit
        self._missed = 0
        self.filled: asyncio.Event = asyncio.Event()
        """Set while there is something to take."""

    def __len__(self) -> int:
        return len(self._calls)

    def put(self, call: Call) -> None:
        """Add a call that has arrived or ended; never waits."""
        self._calls.pop(call.number, None)
        self._calls[call.number] = call
        if len(self._calls) > self._limit:
            self._missed += len(self._calls)
            self._calls.clear()
        self.filled.set()

    def take(self) -> tuple[list[Call], int]:
        """All calls that are there, and how many were given up; the queue is empty then."""
        calls, missed = list(self._calls.values()), self._missed
        self._calls.clear()
        self._missed = 0
        self.filled.clear()
        return calls, missed
