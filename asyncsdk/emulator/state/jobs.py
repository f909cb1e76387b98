"""Job runner: accepts jobs, runs them in the background once they are no longer pending, reports their status."""

from __future__ import annotations

import asyncio
import csv
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.http.responses import Refusal, Reply, refusal
from asyncsdk.emulator.job_faults import FailJob, JobFault, JobSays, LoseJob, SlowJob, StallJob
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.state.job_progress import Progress
from asyncsdk.emulator.state.job_table import JobEntry, JobState, JobTable, StoredJob
from asyncsdk.emulator.validators import InvalidArgument

__all__ = ["JobWork", "Jobs", "job_number"]

logger: logging.Logger = logging.getLogger("asyncsdk.emulator.jobs")

JobWork: TypeAlias = Callable[[int], Awaitable[Mapping[str, Any]]]
"""The work of a job, given its number; returns the details that the status of the finished job has."""

CATCH_UP_SECONDS = 0.5
INTERRUPTED = "The job was interrupted"


_ENDS: Mapping[JobState, str] = {
    "done": "is done",
    "failed": "has failed",
    "lost": "was lost by a fault",
    "said": "has a status text that a fault gave it",
}


@frozen
class _Work:
    """Work that has not begun, and the uploaded file that it reads."""

    function: JobWork
    file: Path | None

    def discard_file(self) -> None:
        if self.file is not None:
            self.file.unlink(missing_ok=True)


class Jobs:
    """Every job of the account."""

    def __init__(self, store: Database, settings: Settings, clock: Clock) -> None:
        self._table = JobTable(store)
        self._settings = settings
        self._clock = clock
        self._waiting: dict[int, _Work] = {}
        """The work of jobs that are pending or stalled, which has not begun."""

        self._tasks: dict[int, asyncio.Task[None]] = {}

    def submit(self, kind: str, work: JobWork, fault: JobFault | None = None, file: Path | None = None) -> int:
        """Start a job; gives its number.

        Args:
            kind: the service that tells its status.
            work: what it does.
            fault: what happens to it instead.
            file: the uploaded file that it reads, which is removed when it is no longer needed.
        """
        pending, running = self._settings.job_pending, self._settings.job_running
        fate = words = None
        if isinstance(fault, SlowJob):
            pending, running = fault.pending, fault.running
        elif fault is not None:
            fate = type(fault).__name__
            words = fault.text if isinstance(fault, (FailJob, JobSays)) else None
        number = self._table.add(kind, self._clock.now(), pending, running, fate, words)
        kept = _Work(work, file)
        if fate is None or isinstance(fault, StallJob):
            self._waiting[number] = kept
            self._begin(self._clock.now())
        else:
            kept.discard_file()
        return number

    def _begin(self, now: float) -> None:
        """Start the jobs that have been pending for long enough."""
        for number in list(self._waiting):
            if self._table.may_begin(number, now):
                task = asyncio.get_running_loop().create_task(self._carry_out(number, self._waiting[number]))
                self._tasks[number] = task
                task.add_done_callback(partial(self._over, number, self._waiting.pop(number)))

    def _over(self, number: int, work: _Work, _: asyncio.Task[None]) -> None:
        work.discard_file()
        del self._tasks[number]

    async def _carry_out(self, number: int, work: _Work) -> None:
        try:
            details = await work.function(number)
        except asyncio.CancelledError:
            self._table.set_failed(number, INTERRUPTED)
            raise
        except Refusal as refused:  # the list was deleted under the job
            self._table.set_failed(number, str(refused.answer.body.get("message", "The job has failed")))
        except csv.Error:
            self._table.set_failed(number, "The file cannot be read")
        except Exception:
            logger.exception("Job %d has failed.", number)
            self._table.set_failed(number, "The job has failed")
        else:
            self._table.keep_result(number, details)

    async def catch_up(self) -> None:
        """Start what is due, and wait for what should be done by now; a large upload may run for longer."""
        self._begin(self._clock.now())
        if not self._tasks:
            return
        due = [task for number, task in self._tasks.items() if self._table.is_due(number, self._clock.now())]
        if due:
            await asyncio.wait(due, timeout=CATCH_UP_SECONDS)

    def finished(self, number: int) -> bool:
        """Whether a job is done, and done well."""
        job = self._table.find(number)
        return job is not None and self._state(job) == "done"

    def ages(self) -> tuple[float, ...]:
        """How many jobs there are, are no longer pending, and have had their time: others when one goes on."""
        return self._table.ages(self._clock.now())

    def status(self, kind: str, job_id: str) -> Reply:
        """The status body of a job of lists or events."""
        progress = self.progress(kind, job_id)
        if progress is None:
            raise refusal(10017, "Invalid or expired Job Id")
        return progress.body()

    def progress(self, kind: str, job_id: str) -> Progress | None:
        """Progress of a job, for services with words of their own; None if there is no such job."""
        number = job_number(job_id)
        job = None if number is None else self._table.find(number)
        if job is None or job.kind != kind or self._expired(job):
            return None
        state = self._state(job)
        if state == "lost":
            return None
        if state == "stalled":
            return Progress("pending" if self._clock.now() - job.accepted < job.pending else "running")
        if state == "done":
            return Progress(state, text=job.details or "", details=job.result())
        return Progress(state, _words(job, state))

    def _expired(self, job: StoredJob) -> bool:
        life = self._settings.job_life
        return life is not None and job.accepted <= self._clock.now() - life

    def _state(self, job: StoredJob) -> JobState:
        age = self._clock.now() - job.accepted
        if job.fate == LoseJob.__name__:
            return "lost"
        if job.fate == JobSays.__name__:
            return "said"
        if job.fate == StallJob.__name__:
            return "stalled"
        if age < job.pending:
            return "pending"
        if age < job.pending + job.running:
            return "running"
        if job.fate is not None:
            return "failed"
        if job.details is None:
            return "running" if self._has_work(job.number) else "failed"
        return "done"

    def _has_work(self, number: int) -> bool:
        return number in self._tasks or number in self._waiting

    def total(self) -> int:
        """Number of all jobs, of any kind."""
        return self._table.total()

    def entries(self, offset: int = 0, count: int = 100) -> list[JobEntry]:
        """Jobs of any kind, the newest first; those whose ids have expired are among them."""
        return [self._entry(job) for job in self._table.page(offset, count)]

    def entry(self, number: int) -> JobEntry | None:
        """A job of any kind by its number, or None if there is none."""
        job = self._table.find(number)
        return None if job is None else self._entry(job)

    def _entry(self, job: StoredJob) -> JobEntry:
        state = self._state(job)
        return JobEntry(job.number, job.kind, state, job.accepted, _words(job, state), job.result())

    async def finish(self, number: int) -> None:
        """Do a job's work now, whatever the clock says, and wait until it is done; also of a stalled one.

        Raises:
            InvalidArgument: there is no such job, it has ended, a fault lets it fail, or its work is gone, as it
                is where the emulator that accepted it was stopped.
        """
        job = self._unfinished(number)
        if job.fate == FailJob.__name__:
            raise InvalidArgument(f"Job {number} fails, for a fault says so; it cannot be finished.")
        if job.details is None and not self._has_work(number):
            raise InvalidArgument(
                f"Job {number} cannot be finished: its file is gone since the emulator that accepted it stopped."
            )
        self._table.end(number, self._clock.now())
        self._begin(self._clock.now())
        if number in self._tasks:
            await asyncio.wait([self._tasks[number]])

    def stall(self, number: int) -> None:
        """Let a job run without an end until it is finished or failed; work that has begun is carried on.

        Raises:
            InvalidArgument: there is no such job, it has ended, or a fault lets it fail.
        """
        if self._unfinished(number).fate == FailJob.__name__:
            raise InvalidArgument(f"Job {number} fails, for a fault says so; it cannot be stalled.")
        self._table.set_stalled(number)

    async def fail(self, number: int, text: str) -> None:
        """Let a job fail now, with this text. Its work is cancelled; rows that it has written stay.

        Raises:
            InvalidArgument: there is no such job, or it has ended.
        """
        self._unfinished(number)
        self._table.end(number, self._clock.now(), text)
        work = self._waiting.pop(number, None)
        if work is not None:
            work.discard_file()
        task = self._tasks.get(number)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def _unfinished(self, number: int) -> StoredJob:
        job = self._table.find(number)
        if job is None:
            raise InvalidArgument(f"There is no job {number}.")
        end = _ENDS.get(self._state(job))
        if end is not None:
            raise InvalidArgument(f"Job {number} {end}; only one that is pending or running can be changed.")
        return job

    async def settle(self) -> None:
        """Wait until no job has work left, whatever the clock says; stalled ones wait on."""
        self._begin(inf)
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def stop(self) -> None:
        """Cancel running work, forget what has not begun, and remove the files of both."""
        while self._tasks or self._waiting:
            for work in self._waiting.values():
                work.discard_file()
            self._waiting.clear()
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            if tasks:  # unlike gather(), this gives way to the callbacks of tasks that have ended
                await asyncio.wait(tasks)


def job_number(job_id: str) -> int | None:
    """The number in a job's id; None if no job can have such an id."""
    return int(job_id) if job_id.isascii() and job_id.isdigit() and len(job_id) < 19 else None


def _words(job: StoredJob, state: JobState) -> str:
    """What a failed job's status says, or one that a fault gave a text."""
    if state == "failed":
        return job.words or INTERRUPTED
    return (job.words or "") if state == "said" else ""
