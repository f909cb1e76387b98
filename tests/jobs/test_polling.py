"""Watching jobs: few looks, a deadline, a lane of their own, and no harm to whoever does not care."""

from __future__ import annotations

import asyncio
import gc
import logging
import traceback

import pytest

from asyncsdk import (
    AuthenticationFailed,
    JobDetached,
    JobFailed,
    JobTimeout,
    Limits,
    PollPolicy,
    QuotaExhausted,
)
from asyncsdk.emulator import (
    FailJob,
    Hang,
    SlowJob,
    StallJob,
)
from tests.support.jobs import POLL, end_of, submit, submit_and_end
from tests.support.stage import emulator, issued, password_grant, session, stage
from tests.support.virtual_time import virtual_time, wall


@virtual_time
async def test_a_revoked_token_does_not_disturb_a_job() -> None:
    """A look that finds the token dead renews it and goes on."""
    async with emulator() as server, session(server, token=issued(server), grant=password_grant(server)) as acton:
        job = await submit(server, acton)
        server.revoke_access_tokens()
        assert (await job).appended == 1


@virtual_time
async def test_what_keeps_everybody_from_looking_detaches_the_job() -> None:
    """Refused credentials do not fail a job: it is detached, with the cause, and can be resumed by its id."""
    async with emulator() as server, session(server, token=issued(server)) as acton:
        job = await submit(server, acton)
        server.revoke_access_tokens()
        end = await end_of(job)
        assert isinstance(end, JobDetached)
        assert isinstance(end.__cause__, AuthenticationFailed)
        assert end.job_id == job.id
        async with session(server, token=issued(server)) as another:
            assert (await another.lists.job(job.id)).appended == 1


@pytest.mark.slow
@virtual_time
async def test_a_job_that_never_ends_times_out() -> None:
    """After the policy's deadline a job ends in JobTimeout with its id, and has cost few looks."""
    async with (
        emulator() as server,
        session(server, token=issued(server), polling=PollPolicy(deadline=1000.0)) as acton,
    ):
        job = await submit(server, acton, StallJob())
        began = wall()
        end = await end_of(job)
        assert isinstance(end, JobTimeout)
        assert end.job_id == job.id
        assert 1000 <= wall() - began <= 1001
        assert job.status == "running"
        assert len(server.calls.of(POLL)) < 120


@pytest.mark.slow
@virtual_time
async def test_looks_are_charged_and_stand_in_their_own_lane() -> None:
    """Each look counts in the day's budget; a person's calls pass the looks at fifty jobs that wait for a place."""
    polling = PollPolicy(min_gap=0.1, price=0.001)
    async with (
        emulator(job_pending=30.0) as server,
        session(server, token=issued(server), polling=polling) as acton,
    ):
        jobs = [await submit(server, acton) for _ in range(50)]
        await asyncio.sleep(5)
        began = wall()
        for _ in range(10):
            await acton.account.get()
        assert wall() - began < 5.0
        await asyncio.gather(*jobs)
        assert acton.usage().calls_made == len(server.calls)
        assert server.most_in_any_second() <= 5


@virtual_time
async def test_a_spent_day_detaches_jobs() -> None:
    """When the day's calls are spent a job is detached with that cause, rather than failed or polled for ever."""
    async with emulator() as server, session(server, token=issued(server), limits=Limits(calls_per_day=2)) as acton:
        job = await submit(server, acton, StallJob())
        end = await end_of(job)
        assert isinstance(end, JobDetached)
        assert isinstance(end.__cause__, QuotaExhausted)
        assert len(server.calls) == 2


@pytest.mark.slow
@virtual_time
async def test_a_thousand_jobs_are_watched_by_one_timer() -> None:
    """1,000 jobs by id end, all of them, with few tasks at a time."""
    async with (
        emulator(calls_per_second=None, calls_per_day=None) as server,
        session(server, token=issued(server), limits=Limits(500, 10**6)) as acton,
    ):
        jobs = [acton.lists.job(str(1000 + number)) for number in range(1000)]
        await asyncio.sleep(0)
        tasks = len(asyncio.all_tasks())
        ends = await asyncio.gather(*jobs, return_exceptions=True)
        assert {type(end) for end in ends} == {JobFailed}
        assert tasks < 20
        assert len(server.calls) == 1000


@pytest.mark.slow
@virtual_time
async def test_gather_as_completed_and_timeout_work() -> None:
    """Jobs go where awaitables go: together, one by one as they end, and under a timeout that harms nothing."""
    async with stage() as (server, acton):
        slow = await submit(server, acton, SlowJob(pending=100.0))
        quick = await submit(server, acton)
        first = await next(asyncio.as_completed([end_of(slow), end_of(quick)]))
        assert first == quick.result()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await slow
        assert not slow.done()
        assert await asyncio.gather(slow, quick) == [slow.result(), quick.result()]


@pytest.mark.slow
@virtual_time
async def test_jobs_nobody_awaits_log_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Failed and detached jobs that are dropped leave no complaint behind, now or when they are collected."""
    caplog.set_level(logging.WARNING)
    async with stage() as (server, acton):
        await submit(server, acton, FailJob())
        await submit(server, acton, StallJob())
        await asyncio.sleep(60)
    gc.collect()
    await asyncio.sleep(1)
    assert caplog.records == []


@pytest.mark.slow
@virtual_time
async def test_the_watcher_learns_how_long_jobs_take() -> None:
    """After some jobs of two minutes, the next one is looked at far less often than the first."""
    async with stage(job_pending=60.0, job_running=60.0, calls_per_day=None) as (server, acton):
        counts = []
        for _ in range(12):
            server.calls.clear()
            await submit_and_end(server, acton)
            counts.append(len(server.calls.of(POLL)))
        assert counts[-1] <= 0.6 * counts[0], counts


@virtual_time
async def test_the_deadline_holds_while_looks_hang() -> None:
    """A server that leaves every look without an answer cannot hold a job up beyond its deadline."""
    async with emulator() as server:
        polling = PollPolicy(deadline=60.0)
        async with session(server, token=issued(server), polling=polling) as acton:
            job = await submit(server, acton)
            server.faults.add(Hang(), on=POLL, times=99)
            began = wall()
            assert isinstance(await end_of(job), JobTimeout)
            assert wall() - began <= 61


@virtual_time
async def test_one_look_can_be_made_by_hand() -> None:
    """``upload_status`` tells state, text and, once it is there, the report."""
    async with stage(job_pending=5.0) as (server, acton):
        job = await submit(server, acton)
        look = await acton.lists.upload_status(job.id)
        assert (look.state, look.report) == ("pending", None)
        report = await job
        look = await acton.lists.upload_status(job.id)
        assert (look.state, look.report) == ("done", report)


@virtual_time
async def test_asking_a_failed_job_again_and_again_costs_no_memory() -> None:
    """The error of a job does not collect the frames of everybody who awaited it."""
    async with stage() as (server, acton):
        job = await submit(server, acton, FailJob())
        ends = [await end_of(job) for _ in range(20)]
        last = ends[-1]
        assert isinstance(last, JobFailed)
        assert len(traceback.extract_tb(last.__traceback__)) < 20
