"""The watcher of jobs: how many looks at once, how dear they are, what ends a job and what does not."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from asyncsdk import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    DecodeError,
    InvalidRequest,
    Job,
    JobDetached,
    JobError,
    JobFailed,
    JobTimeout,
    NotFound,
    NotSent,
    PermissionDenied,
    PollPolicy,
    QuotaExhausted,
    RateLimited,
    ReplyLost,
    ServerError,
    SessionClosed,
    UploadReport,
    Usage,
)
from asyncsdk.jobs.poll_schedule import DurationEstimate
from asyncsdk.jobs.poller import JobPoller, PollTarget
from asyncsdk.jobs.status_parser import StatusSnapshot
from tests.support.virtual_time import VirtualLoop, virtual_time

REPORT = UploadReport("l-0001", appended=1)
POLICY = PollPolicy()
FRESH_DAY = Usage(0, 30_000, 0.0, 5, 0.0)


class Server:
    """Answers looks, and notes when they came."""

    def __init__(self, done_at: float = 1e9, takes: float = 0.0, error: Exception | None = None) -> None:
        self.done_at = done_at
        self.takes = takes
        self.error = error
        self.looks: list[float] = []
        self.at_once = self.most = 0

    async def look(self, *_: Any) -> tuple[StatusSnapshot, Any]:
        """One look."""
        self.looks.append(asyncio.get_running_loop().time())
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.at_once -= 1
        if self.error is not None:
            raise self.error
        if asyncio.get_running_loop().time() >= self.done_at:
            return StatusSnapshot("done", "success"), REPORT
        return StatusSnapshot("running", "The job is running"), None


def watcher(server: Server, policy: PollPolicy = POLICY, usage: Usage = FRESH_DAY) -> JobPoller:
    """A watcher that looks at this server."""
    return JobPoller(server.look, policy, lambda: usage)


@virtual_time
async def test_eight_looks_are_on_their_way_at_once() -> None:
    """Slow answers hold up no more than eight looks: with fifty jobs to look at, eight are asked for together."""
    server = Server(done_at=0.0, takes=10.0)
    it = watcher(server)
    jobs = [it.watch(PollTarget(UploadReport, str(number), "upload"), just_submitted=False) for number in range(50)]
    assert [await job for job in jobs] == [REPORT] * 50
    assert server.most == 8
    assert asyncio.get_running_loop().time() == pytest.approx(70.0)


@pytest.mark.parametrize(
    ("made", "left", "times"), [(0, 30_000, 1.0), (15_000, 15_000, 2.0), (27_000, 3_000, 10.0), (30_000, 0, 20.0)]
)
@virtual_time
async def test_looks_are_dearer_as_the_day_runs_out(made: int, left: int, times: float) -> None:
    """A look costs more the less of the day's calls is left, up to twenty times as much, and so comes later."""
    server = Server()
    it = watcher(server, usage=Usage(made, left, 0.0, 5, 0.0))
    it.watch(PollTarget(UploadReport, "1", "upload"), just_submitted=True)
    await asyncio.sleep(3000)
    looked, expected = 0.0, []
    while looked <= 3000:
        looked = DurationEstimate().next_poll_age(looked, POLICY, POLICY.price * times)
        expected.append(looked)
    assert server.looks == pytest.approx(expected[:-1], rel=1e-3)
    await it.close()


@virtual_time
async def test_an_account_without_calls_is_no_error() -> None:
    """Where no call was made and none is left, looks are as dear as they can be."""
    server = Server(done_at=0.0)
    it = watcher(server, usage=Usage(0, 0, 0.0, 5, 0.0))
    assert await it.watch(PollTarget(UploadReport, "1", "upload"), just_submitted=True) == REPORT
    assert server.looks == pytest.approx(
        [DurationEstimate().next_poll_age(0.0, POLICY, POLICY.price * 20)], abs=0.01
    )


@virtual_time
async def test_a_resumed_job_teaches_nothing() -> None:
    """Nobody knows when a job began that is taken up by its id, so the next job's looks do not go by it."""
    server = Server(done_at=0.0)
    it = watcher(server)
    for number in range(50):
        await it.watch(PollTarget(UploadReport, str(number), "upload"), just_submitted=False)
    began = asyncio.get_running_loop().time()
    assert began < 1.0
    await it.watch(PollTarget(UploadReport, "x", "upload"), just_submitted=True)
    assert server.looks[-1] - began == pytest.approx(
        DurationEstimate().next_poll_age(0.0, POLICY, POLICY.price), abs=0.01
    )


@virtual_time
async def test_jobs_of_a_kind_teach_each_other_and_no_others() -> None:
    """After uploads of a minute the next one is looked at late; an import is looked at as if nothing were known."""
    server = Server()
    it = watcher(server)
    for number in range(30):
        server.done_at = asyncio.get_running_loop().time() + 60.0
        await it.watch(PollTarget(UploadReport, str(number), "upload"), just_submitted=True)
    for kind, low, high in (("upload", 12.0, 60.0), ("import", 0.0, 8.0)):
        began = asyncio.get_running_loop().time()
        server.done_at = began
        await it.watch(PollTarget(UploadReport, kind, kind), just_submitted=True)
        assert low < server.looks[-1] - began <= high


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (NotSent("x"), None),
        (ReplyLost("x"), None),
        (ServerError("x", status=503), None),
        (ServerError("x", status=500, code=7), None),
        (RateLimited("x", status=429), None),
        (RateLimited("x", status=429, code=900_800), None),
        (DecodeError("x", status=200), None),
        (NotFound("x", status=404), None),
        (QuotaExhausted("second", 1.0, "x"), None),
        (QuotaExhausted("logins", 1.0, "x"), None),
        (QuotaExhausted("day", 1.0, "x"), JobDetached),
        (AuthenticationFailed("x", status=401), JobDetached),
        (PermissionDenied("x", status=403), JobDetached),
        (SessionClosed("x"), JobDetached),
        (InvalidRequest("x", status=400), JobFailed),
        (InvalidRequest("x", status=500, code=10017), JobFailed),
        (NotFound("x", status=404, code=10003), JobFailed),
        (APIError("x", status=302), None),
        (JobFailed("1", "x"), JobFailed),
        (RuntimeError("x"), JobFailed),
    ],
    ids=lambda value: f"{type(value).__name__}-{value}" if isinstance(value, Exception) else "",
)
@virtual_time
async def test_what_ends_a_job_and_what_does_not(error: ActOnError, ending: type[JobError] | None) -> None:
    """What the server says of the job is final, what stops everybody detaches it, and other trouble passes."""
    server = Server(done_at=0.0, error=error)
    it = watcher(server)
    job = it.watch(PollTarget(UploadReport, "1", "upload"), just_submitted=False)
    await asyncio.sleep(1)
    if ending is None:
        assert not job.done()
        server.error = None
        assert await job == REPORT
    else:
        assert type(job.exception()) is ending
        assert isinstance(error, JobError) or job.exception().__cause__ is error  # type: ignore[union-attr]
        assert len(server.looks) == 1


@virtual_time
async def test_a_deadline_is_kept_to_the_second() -> None:
    """A job ends at its deadline, between two looks or in the middle of one, and jobs beside it go on."""
    for takes in (0.0, 1e6):
        server = Server(takes=takes)
        it = watcher(server, PollPolicy(deadline=100.0))
        began = asyncio.get_running_loop().time()
        first = it.watch(PollTarget(UploadReport, "1", "upload"), just_submitted=True)
        await asyncio.sleep(50)
        second = it.watch(PollTarget(UploadReport, "2", "upload"), just_submitted=True)
        for job, after in ((first, 100.0), (second, 150.0)):
            with pytest.raises(JobTimeout):
                await job
            assert asyncio.get_running_loop().time() - began == pytest.approx(after)
        looks = len(server.looks)
        await asyncio.sleep(1000)
        assert len(server.looks) == looks
        await it.close()


@virtual_time
async def test_deadlines_hold_for_jobs_that_wait_for_their_turn() -> None:
    """While eight looks hang, jobs that wait for a look end at their own deadlines, neither later nor earlier."""
    server = Server(takes=1e6)
    it = watcher(server, PollPolicy(deadline=100.0))
    older = it.watch(
        PollTarget(UploadReport, "older", "upload"), just_submitted=True
    )  # due when the places are gone
    await asyncio.sleep(1)
    hanging = [it.watch(PollTarget(UploadReport, str(n), "upload"), just_submitted=False) for n in range(8)]
    waiting = [it.watch(PollTarget(UploadReport, f"w{n}", "upload"), just_submitted=False) for n in range(300)]
    await asyncio.sleep(98.9)
    assert not any(job.done() for job in (older, *hanging, *waiting))
    await asyncio.sleep(0.2)
    assert isinstance(older.exception(), JobTimeout)
    assert not any(job.done() for job in (*hanging, *waiting))
    await asyncio.sleep(1)
    assert all(isinstance(job.exception(), JobTimeout) for job in (*hanging, *waiting))
    assert len(server.looks) == 8
    assert server.at_once == 0


@virtual_time
async def test_the_loop_turns_while_many_jobs_time_out() -> None:
    """When a thousand jobs reach their deadline together, the loop turns every hundred jobs."""
    it = watcher(Server(takes=1e6), PollPolicy(deadline=100.0))
    jobs = [it.watch(PollTarget(UploadReport, str(n), "upload"), just_submitted=True) for n in range(1000)]
    await asyncio.sleep(99)
    ended = [0]
    while ended[-1] < len(jobs):
        await asyncio.sleep(0 if ended[-1] else 0.01)
        ended.append(sum(map(Job.done, jobs)))
    assert max(after - before for before, after in pairwise(ended)) <= 200


@pytest.mark.parametrize("before_it_begins", [True, False])
@virtual_time
async def test_a_look_that_somebody_cancels_has_failed(before_it_begins: bool) -> None:
    """Where a program cancels all of its tasks, each job is looked at again, once, after the usual time."""
    server = Server(takes=0.1)
    it = watcher(server)
    jobs = [it.watch(PollTarget(UploadReport, str(n), "upload"), just_submitted=False) for n in range(20)]
    looks = set[asyncio.Task[Any]]()
    while not looks or (not server.looks and not before_it_begins):
        await asyncio.sleep(0)
        looks = asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]
    begun = len(server.looks)
    for task in looks:
        task.cancel()
    await asyncio.wait(looks)
    assert not any(job.done() for job in jobs)
    await asyncio.sleep(0.5)  # the others' turn, and no second look at anyone
    first = len(server.looks)
    assert first == 20 - len(looks) + begun
    server.done_at = 0.0
    assert [await job for job in jobs] == [REPORT] * 20
    assert len(server.looks) == first + 20


@virtual_time
async def test_a_job_that_is_due_sooner_is_looked_at_sooner() -> None:
    """A job that is taken up while others wait for their turn in a long time is looked at at once."""
    server = Server()
    it = watcher(server, PollPolicy(min_gap=50.0))
    for number in range(3):
        it.watch(PollTarget(UploadReport, str(number), "upload"), just_submitted=True)
    await asyncio.sleep(10)
    it.watch(PollTarget(UploadReport, "x", "upload"), just_submitted=False)
    await asyncio.sleep(1)
    assert server.looks == [10.0]
    await it.close()


@virtual_time
async def test_looks_that_are_answered_at_once_leave_turns_to_others() -> None:
    """While a thousand jobs are looked at whose answers take no wait, but work, the loop turns every few looks."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    looks = 0

    async def look(_: PollTarget[Any]) -> tuple[StatusSnapshot, Any]:
        nonlocal looks
        looks += 1
        loop.now += 0.0001
        return StatusSnapshot("done", "success"), REPORT

    it = JobPoller(look, POLICY, lambda: FRESH_DAY)
    for number in range(1000):
        it.watch(PollTarget(UploadReport, str(number), "upload"), just_submitted=False)
    seen = [0]
    while looks < 1000:
        await asyncio.sleep(0)
        seen.append(looks)
    assert max(after - before for before, after in pairwise(seen)) <= 8 * 3


@virtual_time
async def test_a_hanging_look_is_ended_and_its_place_is_free() -> None:
    """Eight looks that hang until their jobs' deadline hold up the ninth job, which is then looked at at once."""
    server = Server(takes=1e6)
    it = watcher(server, PollPolicy(deadline=100.0))
    hanging = [
        it.watch(PollTarget(UploadReport, str(number), "upload"), just_submitted=False) for number in range(8)
    ]
    await asyncio.sleep(50)
    last = it.watch(PollTarget(UploadReport, "last", "upload"), just_submitted=False)
    await asyncio.sleep(49)
    assert len(server.looks) == 8
    server.takes, server.done_at = 0.0, 0.0
    assert await last == REPORT
    assert server.looks[8:] == [100.0]
    assert all(isinstance(job.exception(), JobTimeout) for job in hanging)
    assert server.at_once == 0
