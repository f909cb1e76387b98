"""Bulk recorder: raises the events of one bulk run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from asyncsdk.telemetry.bulk import BulkEnded, BulkStageEntered, BulkStarted
from asyncsdk.telemetry.observer import Emitter
from asyncsdk.telemetry.operation import Operation
from asyncsdk.telemetry.outcome import error_name, outcome_of
from asyncsdk.telemetry.server import Server

__all__ = ["BulkRecorder"]


class Progress(Protocol):
    """Progress of a run, as far as an event tells of it."""

    @property
    def stage(self) -> str:
        """What it does now."""
        ...


class Report(Protocol):
    """Report of a run, as far as an event tells of it."""

    @property
    def rows(self) -> int: ...
    @property
    def created(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def merged(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def unknown(self) -> int: ...
    @property
    def calls(self) -> int: ...


P = TypeVar("P", bound=Progress)
T = TypeVar("T")


class BulkRecorder(Operation):
    """Recorder of one bulk run.

    Args:
        emitter: gives events to the observers.
        server: whom it asks.
        list_id: the list.
    """

    __slots__ = ("_list_id", "_stage", "report")

    def __init__(self, emitter: Emitter, server: Server, list_id: str) -> None:
        super().__init__(emitter, server)
        self._list_id = list_id
        self._stage = ""
        self.report: Report | None = None
        """What the run did, once that is known."""

    async def run(self, execute: Callable[[], Awaitable[T]]) -> T:
        """Execute the run, with the events of its beginning and its end."""
        error: BaseException | None = None
        with self.entered():
            self._emitter.emit(BulkStarted(self.number, self._list_id))
            try:
                return await execute()
            except BaseException as raised:
                error = raised
                raise
            finally:
                self._emitter.emit(self._end(error))

    def watching(self, told: Callable[[P], object] | None) -> Callable[[P], None]:
        """A function that is given each progress, raises an event for each new stage, and tells the program."""

        def watch(progress: P) -> None:
            if progress.stage != self._stage:
                self._stage = progress.stage
                self._emitter.emit(BulkStageEntered(self.number, progress.stage))
            if told is not None:
                told(progress)

        return watch

    def _end(self, error: BaseException | None) -> BulkEnded:
        report = self.report
        counts = (
            (0, 0, 0, 0, 0, 0, 0, 0)
            if report is None
            else (
                report.rows,
                report.created,
                report.updated,
                report.merged,
                report.rejected,
                report.failed,
                report.unknown,
                report.calls,
            )
        )
        return BulkEnded(
            self.number, self._list_id, outcome_of(error), error_name(error), *counts, seconds=self.seconds
        )
