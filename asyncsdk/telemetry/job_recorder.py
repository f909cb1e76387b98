"""Job recorder: raises the events of one job."""

from __future__ import annotations

from asyncsdk.errors import JobDetached, JobError, JobTimeout
from asyncsdk.telemetry.jobs import JobEnded, JobOutcome, JobStarted
from asyncsdk.telemetry.observer import Emitter
from asyncsdk.telemetry.operation import Operation
from asyncsdk.telemetry.server import Server

__all__ = ["JobRecorder"]


class JobRecorder(Operation):
    """Recorder of one job, which begins now.

    Args:
        emitter: gives events to the observers.
        server: whom it asks.
        job_id: the server's id of the job.
        route: the name of the route that began it.
        call: the number of the call that began it.
    """

    __slots__ = ("_job_id", "_route")

    def __init__(self, emitter: Emitter, server: Server, *, job_id: str, route: str, call: int | None) -> None:
        super().__init__(emitter, server)
        self._job_id = job_id
        self._route = route
        emitter.emit(JobStarted(self.number, job_id, route, call))

    def ended(self, error: JobError | None) -> None:
        """Note that the job is over, with its report or with this error."""
        name = None if error is None else type(error).__name__
        self._emitter.emit(JobEnded(self.number, self._job_id, self._route, _outcome(error), name, self.seconds))


def _outcome(error: JobError | None) -> JobOutcome:
    if error is None:
        return "done"
    if isinstance(error, JobDetached):
        return "detached"
    return "timeout" if isinstance(error, JobTimeout) else "failed"
