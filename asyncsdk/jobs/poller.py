"""Poller of all jobs of a session: one heap of due times, one timer, a few polls at a time.

A poll that fails is not a failed job: the job is polled again, until the deadline. What the server says of the
job is final; what keeps all from polling, such as refused credentials, detaches the job, so that it can be
resumed by its id.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeAlias, TypeVar

from attrs import define, frozen

from asyncsdk.errors import (
    ActOnError,
    AnswerTooLong,
    APIError,
    AuthenticationFailed,
    JobDetached,
    JobError,
    JobFailed,
    JobTimeout,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    ServerError,
    SessionClosed,
)
from asyncsdk.http.call_count import CallCount
from asyncsdk.jobs.job import Job, JobControl
from asyncsdk.jobs.poll_schedule import DurationEstimate, PollPolicy
from asyncsdk.jobs.status import StatusSnapshot
from asyncsdk.limits.policy import Usage

__all__ = ["JobPoller", "PollTarget"]

T = TypeVar("T")

AT_A_TIME: Final = 8
"""Polls on their way at once; slow answers must not hold up the rest."""


@frozen
class PollTarget(Generic[T]):
    """Which job to poll, and on what account."""

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
    """An estimate of the job's duration, which may be wrong by any factor, but for all jobs of a kind by about the
    same."""


LookAt: TypeAlias = Callable[[PollTarget[Any]], Awaitable[tuple[StatusSnapshot, Any]]]
"""Asks the server about a job; gives what it said, and the report once the job is done."""


@define(eq=False, slots=True)
class _Watched:
    """A job that is polled, and what is known of when to poll it."""

    target: PollTarget[Any]
    control: JobControl[Any]
    began: float
    durations: DurationEstimate
    learn: bool
    looked: float = 0.0
    """The age at the last poll."""

    @property
    def expected(self) -> float:
        """The unit in which the duration is learned."""
        return self.target.expected_seconds or 1.0


class JobPoller:
    """Polls the jobs of one session."""

    def __init__(self, look: LookAt, policy: PollPolicy, usage: Callable[[], Usage]) -> None:
        self._look = look
        self._policy = policy
        self._usage = usage
        self._due: list[tuple[float, int, _Watched]] = []
        self._number = 0
        self._looking: dict[asyncio.Task[None], _Watched] = {}
        self._durations: dict[tuple[str, bool], DurationEstimate] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def watch(self, target: PollTarget[T], *, fresh: bool) -> Job[T]:
        """Begin to poll a job.

        Args:
            target: the job.
            fresh: whether the job begins now; one that began elsewhere is polled at once.
        """
        control: JobControl[T] = JobControl()
        job = Job(target.job_id, self, control)
        if self._closed:
            control.finish(JobDetached(job.id, f"The session is closed; job {job.id} can be resumed by its id."))
            return job
        now = asyncio.get_running_loop().time()
        estimated = target.expected_seconds is not None
        durations = self._durations.setdefault((target.kind, estimated), DurationEstimate(estimated=estimated))
        watched = _Watched(target, control, now, durations, fresh)
        self._plan(watched, self._next_look(watched) if fresh else now)
        return job

    def forget(self, job: Job[Any], /) -> None:
        """Look no longer at a job; it leaves the heap when its turn comes."""

    async def close(self) -> None:
        """Detach every job that is not done."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        looking = list(self._looking)
        for task in looking:
            task.cancel()
        for watched in (*self._looking.values(), *(entry[2] for entry in self._due)):
            job_id = watched.target.job_id
            watched.control.finish(
                JobDetached(job_id, f"The session was closed; job {job_id} can be resumed by its id.")
            )
        self._due.clear()
        if looking:
            await asyncio.wait(looking)

    def _plan(self, watched: _Watched, due: float) -> None:
        self._number += 1
        heapq.heappush(self._due, (min(due, watched.began + self._policy.deadline), self._number, watched))
        self._wind()

    def _wind(self) -> None:
        """Set the timer for the first job that is due, unless enough looks are on their way."""
        if self._closed or not self._due or len(self._looking) >= AT_A_TIME:
            return
        due = self._due[0][0]
        if self._timer is not None:
            if self._timer.when() <= due and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(due, self._serve)

    def _serve(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        while len(self._looking) < AT_A_TIME and (watched := self._next_due()) is not None:
            task = loop.create_task(self._look_on(watched))
            self._looking[task] = watched
            task.add_done_callback(self._looked)
        self._wind()

    def _next_due(self) -> _Watched | None:
        """The next job to look at now, past those that need no look any more."""
        now = asyncio.get_running_loop().time()
        while self._due and self._due[0][0] <= now:
            watched = heapq.heappop(self._due)[2]
            if now >= watched.began + self._policy.deadline:
                watched.control.finish(self._too_late(watched.target.job_id))
            if not watched.control.done():
                return watched
        return None

    async def _look_on(self, first: _Watched) -> None:
        """Look at one job after the other, as long as any is due: a task for each look would cost more than it."""
        task = asyncio.current_task()
        watched: _Watched | None = first
        while watched is not None and task is not None:
            self._looking[task] = watched
            await self._visit(watched)
            await asyncio.sleep(0)  # looks that are answered at once must not keep everybody else waiting
            watched = self._next_due()

    def _looked(self, task: asyncio.Task[None]) -> None:
        del self._looking[task]
        self._wind()

    async def _visit(self, watched: _Watched) -> None:
        """Poll one job; whatever goes wrong here belongs to the job."""
        job_id, control = watched.target.job_id, watched.control
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(watched.began + self._policy.deadline):
                look, report = await self._look(watched.target)
        except TimeoutError:
            control.finish(self._too_late(job_id))
        except ActOnError as error:
            ending = _ending(job_id, error)
            if ending is not None:
                control.finish(ending)
        except Exception as error:
            control.finish(_because(JobFailed(job_id, f"Job {job_id} could not be followed: {error}"), error))
        else:
            self._note(watched, look, report, loop.time() - watched.began)
        if not control.done():
            watched.looked = loop.time() - watched.began
            self._plan(watched, self._next_look(watched))

    def _note(self, watched: _Watched, look: StatusSnapshot, report: Any, age: float) -> None:
        if look.state == "done":
            if watched.learn:
                watched.durations.saw(watched.looked, age, watched.expected)
            watched.control.finish(report)
        elif look.state == "failed":
            job_id = watched.target.job_id
            watched.control.finish(JobFailed(job_id, f"Job {job_id} failed: {look.text}"))
        else:
            watched.control.set_status(look.state)

    def _next_look(self, watched: _Watched) -> float:
        usage = self._usage()
        left = usage.calls_left / max(1, usage.calls_left + usage.calls_made)
        price = self._policy.price / max(left, 0.05)
        looked, expected = watched.looked, watched.expected
        return watched.began + watched.durations.next_look(looked, self._policy, price, expected)

    def _too_late(self, job_id: str) -> JobTimeout:
        return JobTimeout(
            job_id,
            f"Job {job_id} was not done after {self._policy.deadline:g} s. The server may still finish it:"
            " resume it by its id.",
        )


def _ending(job_id: str, error: ActOnError) -> JobError | None:
    """How a job ends after a failed look; None: it goes on."""
    if isinstance(error, JobError):
        return error
    if isinstance(error, (AnswerTooLong, AuthenticationFailed, PermissionDenied, SessionClosed)) or (
        isinstance(error, QuotaExhausted) and error.budget == "day"
    ):
        return _because(
            JobDetached(job_id, f"Job {job_id} cannot be followed: {error} Resume it by its id."), error
        )
    told = isinstance(error, APIError) and (error.code is not None or error.status == 400)
    if told and not isinstance(error, (RateLimited, ServerError)):
        return _because(JobFailed(job_id, f"Job {job_id} failed: {error}"), error)
    return None


def _because(ending: JobError, cause: Exception) -> JobError:
    ending.__cause__ = cause
    return ending
