"""One watcher looks after all jobs of a session: one heap of due times, one timer, a few looks at a time.

A look that fails is not a failed job: it is looked at again, until the deadline. What the server says of the
job is final; what keeps everybody from looking, such as refused credentials, detaches the job, so that it can
be resumed by its id.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias, TypeVar

from attrs import define

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
from asyncsdk.jobs.job import Job
from asyncsdk.jobs.poll_schedule import DurationEstimate, PollPolicy
from asyncsdk.jobs.status import StatusSnapshot
from asyncsdk.limits.policy import Usage

__all__ = ["JobPoller"]

T = TypeVar("T")

AT_A_TIME: Final = 8
"""Looks on their way at once; slow answers must not hold up the rest."""

LookAt: TypeAlias = Callable[[type[Any], str, str | None, CallCount | None], Awaitable[tuple[StatusSnapshot, Any]]]
"""Asks the server about a job of an account; gives what it said, and the report once the job is done."""


@define(eq=False, slots=True)
class _Watched:
    """A job, and what is known of when to look at it."""

    job: Job[Any]
    report: type[Any]
    began: float
    durations: DurationEstimate
    learn: bool
    account_id: str | None
    count: CallCount | None
    expected: float
    looked: float = 0.0
    """The age at the last look."""


class JobPoller:
    """Looks after the jobs of one session."""

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

    def watch(
        self,
        report: type[T],
        job_id: str,
        kind: str,
        *,
        fresh: bool,
        account_id: str | None = None,
        count: CallCount | None = None,
        expected: float | None = None,
    ) -> Job[T]:
        """Begin to look after a job.

        Args:
            report: what the job gives.
            job_id: its id.
            kind: jobs of one kind take about as long as each other.
            fresh: whether the job begins now; one that began elsewhere is looked at at once.
            account_id: the account that the job's path names, where it is not the session's own.
            count: counts the looks.
            expected: an estimate of the seconds that it takes, which may be wrong by any factor, but for all jobs
                of a kind by about the same.
        """
        job: Job[T] = Job(job_id, self)
        if self._closed:
            job.settle(JobDetached(job_id, f"The session is closed; job {job_id} can be resumed by its id."))
            return job
        now = asyncio.get_running_loop().time()
        estimated = expected is not None
        durations = self._durations.setdefault((kind, estimated), DurationEstimate(estimated=estimated))
        watched = _Watched(job, report, now, durations, fresh, account_id, count, expected or 1.0)
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
            job_id = watched.job.id
            watched.job.settle(
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
                watched.job.settle(self._too_late(watched.job.id))
            if not watched.job.done():
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
        """Look at one job; whatever goes wrong here belongs to the job."""
        job = watched.job
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(watched.began + self._policy.deadline):
                look, report = await self._look(watched.report, job.id, watched.account_id, watched.count)
        except TimeoutError:
            job.settle(self._too_late(job.id))
        except ActOnError as error:
            ending = _ending(job.id, error)
            if ending is not None:
                job.settle(ending)
        except Exception as error:
            job.settle(_because(JobFailed(job.id, f"Job {job.id} could not be followed: {error}"), error))
        else:
            self._note(watched, look, report, loop.time() - watched.began)
        if not job.done():
            watched.looked = loop.time() - watched.began
            self._plan(watched, self._next_look(watched))

    def _note(self, watched: _Watched, look: StatusSnapshot, report: Any, age: float) -> None:
        if look.state == "done":
            if watched.learn:
                watched.durations.saw(watched.looked, age, watched.expected)
            watched.job.settle(report)
        elif look.state == "failed":
            watched.job.settle(JobFailed(watched.job.id, f"Job {watched.job.id} failed: {look.text}"))
        else:
            watched.job.saw(look.state)

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
