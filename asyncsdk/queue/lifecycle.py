"""Life cycle of a queue: one value that all its parts share, and that says whether the queue is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import IntEnum
from math import inf
from typing import Final

from asyncsdk.errors import ActOnError
from asyncsdk.queue.event_loop import check_event_loop
from asyncsdk.queue.results import QueueClosed

__all__ = ["Phase", "QueueState"]


class Phase(IntEnum):
    """How far a queue is; it only goes forward, unless it cannot be opened."""

    UNOPENED = 0
    OPENING = 1
    OPEN = 2
    CLOSING = 3
    """The queue takes no more rows."""

    DRAINING = 4
    """The queue sends all rows, whatever their age, until the deadline."""

    CLOSED = 5
    """The queue sends no more."""


_WORDS: Final = {Phase.UNOPENED: "not open yet", Phase.OPENING: "being opened", Phase.OPEN: "open"}


class QueueState:
    """Whether a queue is open, until when it closes, and whether it has failed.

    Args:
        list_id: the list that it is for.
        check_session: raises an error if the session is not open.
    """

    def __init__(self, list_id: str, check_session: Callable[[], object]) -> None:
        self.list_id = list_id
        self._check_session = check_session
        self._loop: asyncio.AbstractEventLoop | None = None
        self.phase: Phase = Phase.UNOPENED
        self.deadline: float = inf
        """When the queue sends no more, by the loop's clock; infinity until it is closed."""

        self.failure: ActOnError | None = None
        """Why nothing will be sent any more."""

        self.changed: asyncio.Event = asyncio.Event()
        """Set when something may be sent that could not be sent before."""

    def __str__(self) -> str:
        return _WORDS.get(self.phase, "closed")

    @property
    def draining(self) -> bool:
        """Whether the queue sends what there is without waiting for more rows."""
        return self.phase >= Phase.DRAINING

    @property
    def closed(self) -> bool:
        """Whether the queue sends no more."""
        return self.phase >= Phase.CLOSED

    def time(self) -> float:
        """The time of the queue's event loop; 0 before the queue was opened."""
        return 0.0 if self._loop is None else self._loop.time()

    def begin_to_open(self) -> None:
        """Bind the queue to the running event loop.

        Raises:
            QueueClosed: the queue was opened before.
            SessionNotOpen, SessionClosed: the session is not open.
        """
        self._check_session()
        if self.phase is not Phase.UNOPENED:
            raise QueueClosed(f"This queue is {self}, and a queue opens only once.")
        self.phase = Phase.OPENING
        self._loop = asyncio.get_running_loop()

    def opened(self) -> None:
        """Take rows from now on.

        Raises:
            QueueClosed: the queue was closed while it was being opened.
        """
        if self.phase is not Phase.OPENING:
            raise QueueClosed("This queue was closed while it was being opened.")
        self.phase = Phase.OPEN

    def opening_failed(self) -> None:
        """Allow another try, unless the queue was closed meanwhile."""
        if self.phase is Phase.OPENING:
            self.phase = Phase.UNOPENED

    def close(self, seconds: float) -> None:
        """Take no more rows; send the others within so many seconds.

        Raises:
            WrongLoop: the queue was opened in another event loop.
        """
        self.check_loop()
        self.phase = Phase.CLOSING
        self.deadline = asyncio.get_running_loop().time() + seconds

    def drain(self) -> None:
        """Send what there is."""
        self.phase = Phase.DRAINING
        self.changed.set()

    def fail(self, error: ActOnError) -> bool:
        """Send nothing any more; gives whether that is new."""
        if self.failure is not None:
            return False
        self.failure = error
        self.changed.set()
        return True

    def check_loop(self) -> None:
        """Check that the queue is used in its own event loop; in another one, waiters would never wake.

        Raises:
            WrongLoop: the queue was opened in another event loop.
        """
        if self._loop is not None:
            check_event_loop(self._loop)

    def check_open(self) -> None:
        """Refuse what only an open queue can do.

        Raises:
            QueueClosed: the queue is closed, or not open yet.
            WrongLoop: the queue was opened in another event loop.
            ActOnError: the queue has failed, or the session is not open.
        """
        if self.phase is Phase.OPEN:
            self.check_loop()
        else:
            how = "open it first, as with 'async with'" if self.phase is Phase.UNOPENED else "make another"
            raise QueueClosed(f"This queue is {self}: {how}. Nothing of this row was queued.")
        if self.failure is not None:
            raise self.failure.with_traceback(None)
        self._check_session()
