"""Poller of all jobs of a session: one queue of due times, two timers, a few polls at a time.

A poll that fails is not a failed job: the job is polled again, until the deadline. What the server says of the
job is final; what keeps all from polling, such as refused credentials, detaches the job, so that it can be
resumed by its id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from math import inf
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from attrs import frozen

from asyncsdk.errors import ActOnError, JobDetached, JobError, JobFailed
from asyncsdk.http.call_count import CallCount
from asyncsdk.jobs.due_queue import DueQueue
from asyncsdk.jobs.job import Job, JobControl
from asyncsdk.jobs.poll_errors import caused_by, final_error, timeout_error
from asyncsdk.jobs.poll_schedule import DurationEstimate, PollPolicy
from asyncsdk.jobs.status_parser import StatusSnapshot
from asyncsdk.jobs.timer import Timer
from asyncsdk.limits.policy import Usage
from asyncsdk.shared_task import begin_shared

if TYPE_CHECKING:
    from asyncsdk.telemetry.job_recorder import JobRecorder
    from asyncsdk.telemetry.telemetry import Telemetry

__all__ = ["JobPoller", "PollTarget"]

T = TypeVar("T")

MAX_CONCURRENT_POLLS: Final = 8
"""Polls on their way at once; slow answers must not hold up the rest."""

TURN: Final = 0.0005
"""Seconds for which one task polls on: polls that are answered at once must not keep all others waiting."""

OVERDUE: Final = 100
"""Jobs that are past their deadline and end in one turn of the loop, at the most."""

PRICE_LASTS: Final = 1.0
"""Seconds after which the price of a poll is worked out again."""


@frozen(eq=False, repr=False, weakref_slot=False)
class PollTarget(Generic[T]):
    """Target of polls: one job, and its account."""

    report: type[T]
    """The class of the report that the job gives."""

    job_id: str

    kind: str
    """Jobs of one kind take about as long as each other."""

    account_id: str | None = None
    """The account that the job's path names, where it is not the session's own."""

    counter: CallCount | None = None
    """Counts the polls."""

    expected_seconds: float | None = None
    """An estimate of the duration; it may be wrong by any factor, but for all jobs of a kind by about the same."""


class FetchStatus(Protocol):
    """Asks the server for the status of a job; gives it, and the report once the job is done."""

    def __call__(self, target: PollTarget[T], /) -> Awaitable[tuple[StatusSnapshot, T | None]]:
        """Make one call."""
        ...


class _PolledJob(JobControl[T]):
    """Control of a job that is polled, and what is known of when to poll it: one object, for there may be many."""

    __slots__ = ("_pending", "began", "durations", "expected", "last_poll_age", "learn", "recorder", "target")

    def __init__(
        self,
        target: PollTarget[T],
        durations: DurationEstimate,
        pending: dict[_PolledJob[Any], None],
        *,
        began: float,
        learn: bool,
    ) -> None:
        super().__init__()
        self.target = target
        self.durations = durations
        self.began = began
        self.learn = learn
        # The unit in which the duration is learned.
        self.expected = target.expected_seconds or 1.0
        self.last_poll_age: float = 0.0
        self.recorder: JobRecorder | None = None
        self._pending = pending

    def finish(self, outcome: T | JobError) -> bool:
        """End the job, and tell of it; the first ending counts."""
        ended = super().finish(outcome)
        self._pending.pop(self, None)
        if ended and self.recorder is not None:
            self.recorder.ended(self.error)
        return ended


class JobPoller:
    """Polls the jobs of one session.

    Args:
        fetch_status: asks the server for the status of a job.
        policy: how often.
        usage: gives the calls that are left.
        telemetry: raises the events of jobs, if there is an observer.
    """

    def __init__(
        self,
        fetch_status: FetchStatus,
        policy: PollPolicy,
        usage: Callable[[], Usage],
        telemetry: Telemetry | None = None,
    ) -> None:
        self._fetch_status = fetch_status
        self._policy = policy
        self._usage = usage
        self._telemetry = telemetry
        # All jobs that are not done, as they began: the deadline of the first is the first.
        self._pending: dict[_PolledJob[Any], None] = {}
        self._due: DueQueue[_PolledJob[Any]] = DueQueue()
        self._polling: dict[asyncio.Task[None], _PolledJob[Any]] = {}
        self._durations: dict[tuple[str, bool], DurationEstimate] = {}
        self._due_timer = Timer(self._start_polls)
        self._deadline_timer = Timer(self._end_overdue_jobs)
        self._price = policy.price
        self._price_until = -inf
        self._closed = False

    def watch(self, target: PollTarget[T], *, just_submitted: bool, call: int | None = None) -> Job[T]:
        """Begin to poll a job.

        Args:
            target: the job.
            just_submitted: whether the job begins now; one that began elsewhere is polled at once.
            call: the number of the call that began it, in events.
        """
        estimated = target.expected_seconds is not None
        durations = self._durations.get((target.kind, estimated))
        if durations is None:
            durations = self._durations[target.kind, estimated] = DurationEstimate(estimated=estimated)
        now = asyncio.get_running_loop().time()
        polled = _PolledJob(target, durations, self._pending, began=now, learn=just_submitted)
        if self._telemetry is not None:
            polled.recorder = self._telemetry.job(target.job_id, target.kind, call)
        job = Job(target.job_id, polled)
        if self._closed:
            polled.finish(JobDetached(job.id, f"The session is closed; job {job.id} can be resumed by its id."))
            return job
        self._pending[polled] = None
        if self._deadline_timer.at == inf:
            self._deadline_timer.set(now + self._policy.deadline)
        if just_submitted:
            self._schedule(polled, now)
        else:
            self._due.add(polled, now)
            self._set_due_timer()
        return job

    async def close(self) -> None:
        """Detach every job that is not done."""
        self._closed = True
        self._due_timer.unset()
        self._deadline_timer.unset()
        tasks = list(self._polling)
        for task in tasks:
            task.cancel()
        for polled in list(self._pending):
            job_id = polled.target.job_id
            polled.finish(JobDetached(job_id, f"The session was closed; job {job_id} can be resumed by its id."))
        self._due.clear()
        if tasks:
            await asyncio.wait(tasks)

    def _schedule(self, polled: _PolledJob[Any], now: float) -> None:
        """Schedule the next poll of a job; the fewer calls of the day are left, the more a poll costs."""
        if now >= self._price_until:
            self._price_until = now + PRICE_LASTS
            usage = self._usage()
            left = usage.calls_left / max(1, usage.calls_left + usage.calls_made)
            self._price = self._policy.price / max(left, 0.05)
        due = polled.began + polled.durations.next_poll_age(
            polled.last_poll_age, self._policy, self._price, polled.expected
        )
        self._due.add(polled, due)
        if due < self._due_timer.at:
            self._set_due_timer()

    def _set_due_timer(self) -> None:
        """Set the timer for the first job that is due, unless enough polls are on their way."""
        if not self._closed and len(self._polling) < MAX_CONCURRENT_POLLS:
            due = self._due.first_due
            if due < self._due_timer.at:  # else it goes off too early, and is set again then
                self._due_timer.set(due)

    def _start_polls(self) -> None:
        """Start one task; the timer starts another in the next turn of the loop, if jobs are still due by then."""
        loop = asyncio.get_running_loop()
        polled = self._next_due(loop.time())
        if polled is not None:
            task = begin_shared(loop, self._poll_due_jobs(polled))
            self._polling.setdefault(task, polled)  # an eager task may be at a later job already
            task.add_done_callback(self._polls_ended)
        self._set_due_timer()

    def _next_due(self, now: float) -> _PolledJob[Any] | None:
        """The next job to poll now, past those that have ended otherwise."""
        polled = self._due.take(now)
        while polled is not None and polled.done():
            polled = self._due.take(now)
        return polled

    async def _poll_due_jobs(self, first: _PolledJob[Any]) -> None:
        """Poll one job after the other, as long as any is due: a task for each would cost more than a poll."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        polled: _PolledJob[Any] | None = first
        turn_ends = loop.time() + TURN
        while polled is not None and task is not None:
            self._polling[task] = polled
            if polled.recorder is not None:
                polled.recorder.enter()
            try:
                status, report = await self._fetch_status(polled.target)
            except Exception as error:
                now = loop.time()
                self._apply_error(polled, error)
            else:
                now = loop.time()
                self._apply(polled, status, report, now - polled.began)
            if not polled.done():
                polled.last_poll_age = now - polled.began
                self._schedule(polled, now)
            polled = self._next_due(now) if now < turn_ends else None

    def _polls_ended(self, task: asyncio.Task[None]) -> None:
        polled = self._polling.pop(task)
        if task.cancelled() and not polled.done():  # by somebody else: its poll has failed
            now = asyncio.get_running_loop().time()
            polled.last_poll_age = now - polled.began
            self._schedule(polled, now)
        self._set_due_timer()

    def _apply(self, polled: _PolledJob[T], status: StatusSnapshot, report: T | None, age: float) -> None:
        """Apply a status, which the server gave at this age, to the job."""
        if report is not None:
            if polled.learn:
                polled.durations.record(polled.last_poll_age, age, polled.expected)
            polled.finish(report)
        elif status.state == "failed":
            job_id = polled.target.job_id
            polled.finish(JobFailed(job_id, f"Job {job_id} failed: {status.text}"))
        else:
            polled.set_status(status.state)

    def _apply_error(self, polled: _PolledJob[Any], error: Exception) -> None:
        """End the job, if the error of a poll says so; whatever goes wrong in a poll belongs to the job."""
        job_id = polled.target.job_id
        if not isinstance(error, ActOnError):
            polled.finish(caused_by(JobFailed(job_id, f"Job {job_id} could not be followed: {error}"), error))
            return
        ending = final_error(job_id, error)
        if ending is not None:
            polled.finish(ending)

    def _end_overdue_jobs(self) -> None:
        """End each job that is past its deadline, and the task that polls it."""
        now = asyncio.get_running_loop().time()
        for polled in list(self._pending)[:OVERDUE]:
            deadline = polled.began + self._policy.deadline
            if deadline > now:
                self._deadline_timer.set(deadline)
                return
            polled.finish(timeout_error(polled.target.job_id, self._policy.deadline))
            for task, under_way in self._polling.items():
                if under_way is polled:
                    task.cancel()
        if self._pending:
            self._deadline_timer.set(now)
