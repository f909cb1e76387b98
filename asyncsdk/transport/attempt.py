"""Attempt: one request on its way, from its place in the limits to how it ended.

aiohttp repeats a PUT or DELETE whose kept-alive connection was cut, without a word; an attempt is sent once.
"""

from __future__ import annotations

import asyncio

from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.errors import InvalidArgument, NotSent, ReplyLost
from asyncsdk.http.call_count import CallCount
from asyncsdk.limits.protocol import Place, may_expire

__all__ = ["Attempt"]


class Attempt:
    """One attempt: records when it is sent, refuses to be sent again, and reports how it ended.

    It counts unless it surely never reached the server.

    Args:
        place: its place in the limits.
        task: the task that makes it.
        quota_sync: writes into the store, soon, that a call was made.
        counter: the counter of the call that it belongs to.
    """

    __slots__ = (
        "_cancels",
        "_counter",
        "_place",
        "_quota_sync",
        "_task",
        "opened",
        "sent",
        "silent_checks",
        "timed_out",
    )

    def __init__(
        self,
        place: Place,
        task: asyncio.Task[object] | None,
        quota_sync: QuotaSync,
        counter: CallCount | None = None,
    ) -> None:
        self._place = place
        self._task = task
        self._quota_sync = quota_sync
        self._counter = counter
        self._cancels = 0
        self.sent: bool = False
        self.opened: bool = False
        """Whether a connection was opened for it."""
        self.silent_checks: int | None = None
        """Checks of the idle timeout since its last progress; None: it is not known to be sent."""
        self.timed_out: bool = False
        if counter is not None:
            counter.made += 1

    def mark_sent(self, *, now: bool) -> None:
        """Note that the request is about to be written; ``now``: at once, so that this is the moment of sending.

        Raises:
            ReplyLost: it was sent before.
            PlaceExpired: its place is over, and it must not be sent.
        """
        if self.sent:
            raise ReplyLost("The connection was cut before the answer came; the call may have acted.")
        if now:
            self._place.left(opened=self.opened)
            self.silent_checks = 0
        elif may_expire(self._place):
            self._place.leaves()
        self.sent = True

    def progress(self) -> None:
        """Note that something was sent or received."""
        self.silent_checks = 0

    def time_out(self) -> None:
        """Cancel the attempt, once."""
        if not self.timed_out and self._task is not None:
            self.timed_out = True
            self._cancels = self._task.cancelling()
            self._task.cancel()

    def takes_back_cancel(self) -> bool:
        """Take back the cancellation of an attempt that timed out; True if nobody else cancelled the task."""
        return self._task is not None and self._task.uncancel() <= self._cancels

    def answered(self) -> None:
        """Report that the server answered."""
        self._place.answered()
        self._quota_sync.schedule_sync()
        self._task = None

    def failed(self, error: BaseException) -> None:
        """Report that there is no answer."""
        # The task's context refers to this object: the cycle would keep the task's result in memory.
        self._task = None
        if isinstance(error, (NotSent, InvalidArgument)):
            if self._counter is not None:
                self._counter.made -= 1
            self._place.unused()
            return
        self._place.lost()
        self._quota_sync.schedule_sync()
