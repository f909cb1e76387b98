"""Capacity gate: bounds the rows of a queue; puts wait until there is room."""

from __future__ import annotations

import asyncio
from collections import deque

from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.lifecycle import QueueState

__all__ = ["CapacityGate"]


class CapacityGate:
    """Lets so many rows in, first come, first served.

    Args:
        capacity: how many rows there may be before a put has to wait.
        backlog: the rows that there are.
        state: whether the queue is open.
    """

    def __init__(self, capacity: int, backlog: Backlog, state: QueueState) -> None:
        self._capacity = capacity
        self._backlog = backlog
        self._state = state
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._cancelled = 0
        """How many of the waiters were cancelled."""

        self._promised = 0
        self._waking = False
        self.reserved = 0
        """Rows that have room and are being written into the journal."""

    async def acquire(self) -> None:
        """Wait until there is room for one row.

        Raises:
            ActOnError: the queue is closed or has failed.
        """
        self._state.check_open()
        if len(self._waiters) == self._cancelled and self._free() > 0:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(turn)
        try:
            await turn
        except BaseException:
            if turn.cancelled():
                self._waiter_cancelled()
            else:
                self._promised -= 1
                self.notify()  # the room that was given to it in the same moment goes to the next
            raise
        self._promised -= 1
        self._state.check_open()

    def notify(self) -> None:
        """Let as many puts go on as there is room for, once for all changes of this moment."""
        if self._waiters and not self._waking:
            self._waking = True
            asyncio.get_running_loop().call_soon(self._wake)

    def wake_all(self) -> None:
        """Let all puts go on: each raises the reason why the queue takes no rows."""
        self._admit(len(self._waiters))

    def _wake(self) -> None:
        self._waking = False
        self._admit(self._free())

    def _free(self) -> int:
        return self._capacity - len(self._backlog) - self.reserved - self._promised

    def _admit(self, number: int) -> None:
        while self._waiters and number > 0:
            turn = self._waiters.popleft()
            if turn.done():
                self._cancelled -= 1
            else:
                self._promised += 1
                turn.set_result(None)
                number -= 1

    def _waiter_cancelled(self) -> None:
        self._cancelled += 1
        if self._cancelled * 2 > len(self._waiters):
            self._waiters = deque(turn for turn in self._waiters if not turn.done())
            self._cancelled = 0
