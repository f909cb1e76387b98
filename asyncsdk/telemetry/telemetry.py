"""Telemetry of one session: makes the recorders that raise its events. A session without observers has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from asyncsdk.telemetry.bulk_recorder import BulkRecorder
from asyncsdk.telemetry.call_recorder import CallRecorder
from asyncsdk.telemetry.job_recorder import JobRecorder
from asyncsdk.telemetry.loop_reading import LoopReading
from asyncsdk.telemetry.observer import Emitter, Observer
from asyncsdk.telemetry.operation import Operation, current_operation, next_number
from asyncsdk.telemetry.queue_recorder import QueueRecorder
from asyncsdk.telemetry.renewal_recorder import RenewalRecorder
from asyncsdk.telemetry.server import Server
from asyncsdk.telemetry.sessions import SessionEnded, SessionStarted, UsageLeft

__all__ = ["Telemetry"]


class Telemetry:
    """Telemetry of one session.

    Args:
        observer: whom the events are given to.
        base_url: the server.

    Raises:
        InvalidArgument: an observer is no plain function of one event.
    """

    def __init__(self, observer: Observer | Sequence[Observer], base_url: str) -> None:
        self._emitter = Emitter(observer)
        self._server = Server.at(base_url)
        self._session = next_number()

    def opened(self, usage: Callable[[], UsageLeft]) -> None:
        """Note that the session is open."""
        self._emitter.emit(SessionStarted(self._session, LoopReading(usage)))

    def closed(self) -> None:
        """Note that the session is closed."""
        self._emitter.emit(SessionEnded(self._session))

    def call(self, route: str, method: str, template: str | None, lane: str) -> CallRecorder:
        """The recorder of a call, which begins when it is entered."""
        return CallRecorder(self._emitter, self._server, route=route, method=method, template=template, lane=lane)

    def renewal(self) -> RenewalRecorder:
        """The recorder of a token renewal."""
        return RenewalRecorder(self._emitter, self._server)

    def job(self, job_id: str, route: str, call: int | None) -> JobRecorder:
        """The recorder of a job, which begins now."""
        return JobRecorder(self._emitter, self._server, job_id=job_id, route=route, call=call)

    def bulk(self, list_id: str) -> BulkRecorder:
        """The recorder of a bulk run."""
        return BulkRecorder(self._emitter, self._server, list_id)

    def queue(self, list_id: str) -> QueueRecorder:
        """The recorder of a queue, while this process sends its rows."""
        return QueueRecorder(self._emitter, self._server, list_id)

    @staticmethod
    def current() -> Operation | None:
        """The operation in whose task the program is."""
        return current_operation.get()
