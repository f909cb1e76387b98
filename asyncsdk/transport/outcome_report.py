"""Report of how an exchange ended: to its place in the limits, to the counter of its call, and to the store."""

from __future__ import annotations

from types import TracebackType

from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.errors import InvalidArgument, NotSent
from asyncsdk.http.call_count import CallCount
from asyncsdk.limits.protocol import Place

__all__ = ["OutcomeReport"]


class OutcomeReport:
    """Context manager around one exchange, which counts unless it surely never reached the server.

    Args:
        place: its place in the limits.
        quota_sync: writes into the store, soon, that a call was made.
        counter: the counter of the call that it belongs to.
    """

    __slots__ = ("_counter", "_place", "_quota_sync")

    def __init__(self, place: Place, quota_sync: QuotaSync, counter: CallCount | None = None) -> None:
        self._place = place
        self._quota_sync = quota_sync
        self._counter = counter

    def __enter__(self) -> None:
        if self._counter is not None:
            self._counter.made += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._place.answered()
        elif issubclass(kind, (NotSent, InvalidArgument)):
            if self._counter is not None:
                self._counter.made -= 1
            self._place.unused()
            return
        else:
            self._place.lost()
        self._quota_sync.schedule_sync()
