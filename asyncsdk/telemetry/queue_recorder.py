"""Queue recorder: raises the events of one queue, while this process sends its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

from asyncsdk.telemetry.loop_reading import LoopReading
from asyncsdk.telemetry.observer import Emitter
from asyncsdk.telemetry.operation import Operation, current_operation, next_number
from asyncsdk.telemetry.outcome import error_name, outcome_of
from asyncsdk.telemetry.queue import FlushEnded, FlushStarted, QueueEnded, QueueLoad, QueueStarted, RowsCompleted
from asyncsdk.telemetry.server import Server

__all__ = ["QueueRecorder"]

T = TypeVar("T")


class _Flush(Operation):
    """One flush, and the error that kept rows of it from being sent."""

    __slots__ = ("error",)

    def __init__(self, emitter: Emitter, server: Server) -> None:
        super().__init__(emitter, server)
        self.error: BaseException | None = None


class QueueRecorder:
    """Recorder of one queue.

    Args:
        emitter: gives events to the observers.
        server: whom it asks.
        list_id: the list.
    """

    def __init__(self, emitter: Emitter, server: Server, list_id: str) -> None:
        self._emitter = emitter
        self._server = server
        self._list_id = list_id
        self._number = next_number()
        self._fates: Counter[str] = Counter()

    async def run(self, send: Callable[[], Awaitable[None]], load: Callable[[], tuple[int, float]]) -> None:
        """Send until the queue closes, with the events of the beginning and the end.

        Args:
            send: sends.
            load: gives the rows that wait, and the age of the oldest in seconds.
        """
        reading = LoopReading(lambda: QueueLoad(*load()))
        self._emitter.emit(QueueStarted(self._number, self._list_id, reading))
        try:
            await send()
        finally:
            self._emitter.emit(QueueEnded(self._number, self._list_id))

    async def flush(self, rows: int, send: Callable[[], Awaitable[T]]) -> T:
        """Send what goes together, with the events of the beginning and the end.

        Args:
            rows: how many rows.
            send: sends them.
        """
        flush = _Flush(self._emitter, self._server)
        with flush.entered():
            self._emitter.emit(FlushStarted(flush.number, self._number, self._list_id, rows))
            try:
                return await send()
            except BaseException as raised:
                flush.error = raised
                raise
            finally:
                outcome, error = outcome_of(flush.error), error_name(flush.error)
                self._emitter.emit(
                    FlushEnded(flush.number, self._number, self._list_id, outcome, error, flush.seconds)
                )

    @staticmethod
    def failed(error: Exception) -> None:
        """Note that rows of the flush in whose task the program is were not sent."""
        flush = current_operation.get()
        if isinstance(flush, _Flush):
            flush.error = error

    def row_ended(self, fate: str) -> None:
        """Count a row that has its outcome; ``rows_ended`` follows."""
        self._fates[fate] += 1

    def rows_ended(self) -> None:
        """Raise an event for each outcome that was counted."""
        fates, self._fates = self._fates, Counter()
        for fate, rows in fates.items():
            self._emitter.emit(RowsCompleted(self._number, self._list_id, fate, rows))
