"""Room for so many rows, and the line of those who wait for some."""

from __future__ import annotations

import asyncio
from collections import deque

from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.state import QueueState

__all__ = ["CapacityGate"]


class CapacityGate:
    """First come, first served.

    Args:
        capacity: how many rows there may be before a put has to wait.
        backlog: the rows that there are.
        state: whether there is any point in waiting.
    """

    def __init__(self, capacity: int, backlog: Backlog, state: QueueState) -> None:
        self._capacity = capacity
        self._backlog = backlog
        self._state = state
        self._line: deque[asyncio.Future[None]] = deque()
        self._gone = 0
        """Those in the line who were cancelled."""

        self._promised = 0
        self._waking = False
        self.reserved = 0
        """Rows that have room and are being written into the journal."""

    async def enter(self) -> None:
        """Wait until there is room for one.

        Raises:
            ActOnError: there is no point in waiting.
        """
        self._state.check_open()
        if len(self._line) == self._gone and self._free() > 0:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except BaseException:
            if turn.cancelled():
                self._left_the_line()
            else:
                self._promised -= 1
                self.changed()  # the room that was given to it in the same moment goes to the next
            raise
        self._promised -= 1
        self._state.check_open()

    def changed(self) -> None:
        """There may be room now: soon, once for all changes of this moment, as many go on as there is room for."""
        if self._line and not self._waking:
            self._waking = True
            asyncio.get_running_loop().call_soon(self._wake)

    def wake_all(self) -> None:
        """Let all go on, to find out that they cannot."""
        self._let_go(len(self._line))

    def _wake(self) -> None:
        self._waking = False
        self._let_go(self._free())

    def _free(self) -> int:
        return self._capacity - len(self._backlog) - self.reserved - self._promised

    def _let_go(self, number: int) -> None:
        while self._line and number > 0:
            turn = self._line.popleft()
            if turn.done():
                self._gone -= 1
            else:
                self._promised += 1
                turn.set_result(None)
                number -= 1

    def _left_the_line(self) -> None:
        self._gone += 1
        if self._gone * 2 > len(self._line):
            self._line = deque(turn for turn in self._line if not turn.done())
            self._gone = 0
