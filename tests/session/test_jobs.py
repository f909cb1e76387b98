"""Jobs: what the server does in its own time, watched with few calls, and told as it ends."""

from __future__ import annotations

import asyncio
import gc
import logging
import traceback

import pytest
from virtual_time import virtual_time, wall

from asyncsdk import (
    AuthenticationFailed,
    Column,
    DecodeError,
    InvalidRequest,
    Job,
    JobDetached,
    JobFailed,
    JobTimeout,
    Limits,
    PollPolicy,
    QuotaExhausted,
    Session,
    UploadReport,
)
from asyncsdk.emulator import (
    Cut,
    Emulator,
    FailJob,
    Fault,
    Hang,
    JobSays,
    LoseJob,
    Reply,
    SlowJob,
    StallJob,
)
from session.stage import emulator, issued, outcome, password_grant, session, stage

POLL = "lists.upload_status"


async def _submit(server: Emulator, acton: Session, *faults: Fault) -> Job[UploadReport]:
    """Submit an upsert, whose job meets these faults."""
    if faults:
        server.faults.add(*faults, on="contacts.submit_upsert")
    if "Leads" not in server.list_ids():
        server.add_list("Leads", ["Email"])
    leads = server.list_ids()["Leads"]
    return await acton.contacts.submit_upsert(leads, email="ada@example.com", data={"Email": "ada@example.com"})


async def _end(job: Job[UploadReport]) -> UploadReport | Exception:
    async def awaited() -> UploadReport:
        return await job

    return await outcome(awaited())


@virtual_time
async def test_a_job_lives_its_life() -> None:
    """A job goes from pending over running to done, tells each change once, and then gives its report."""
    async with stage(job_pending=5.0, job_running=5.0) as (server, acton):
        job = await _submit(server, acton)
        assert (job.status, job.done()) == ("pending", False)
        with pytest.raises(asyncio.InvalidStateError):
            job.result()
        called: list[Job[UploadReport]] = []
        job.add_done_callback(called.append)
        assert [status async for status in job.updates()] == ["pending", "running", "done"]
        assert job.result() is await job
        assert job.exception() is None
        assert (await job).appended == 1
        await asyncio.sleep(0)
        assert called == [job]
        assert {job: 1}[job] == 1


@virtual_time
async def test_an_upload_tells_rejects_in_its_report() -> None:
    """Rejected rows are part of the result, and can be streamed by the report."""
    async with stage() as (_, acton):
        columns = [Column("Email", "EMAIL"), Column("Note")]
        job = await acton.lists.create("New", file=b"Email,Note\na@b.de,1\nbad,2\n", columns=columns)
        report = await job
        assert (report.appended, report.rejected) == (1, 1)
        rows = [row async for row in acton.lists.rejected_records(report)]
        assert len(rows) == 1
        assert "bad" in rows[0].values()


@pytest.mark.parametrize(
    "fault", [FailJob("The file is odd"), JobSays("The file is odd")], ids=["failed", "unknown"]
)
@virtual_time
async def test_a_failed_job_tells_the_servers_words(fault: Fault) -> None:
    """A job that the server calls failed, or calls anything unknown, fails with that text and is polled no more."""
    async with stage() as (server, acton):
        job = await _submit(server, acton, fault)
        end = await _end(job)
        assert isinstance(end, JobFailed)
        assert "The file is odd" in str(end)
        assert (end.job_id, job.status, job.exception()) == (job.id, "failed", end)
        polls = len(server.calls.of(POLL))
        await asyncio.sleep(600)
        assert len(server.calls.of(POLL)) == polls


@pytest.mark.parametrize("status", [200, 400, 404, 500])
@virtual_time
async def test_an_expired_id_fails_the_job(status: int) -> None:
    """Code 10017 fails a job with its text, whatever HTTP status it comes with."""
    async with stage() as (server, acton):
        body = {"errorCode": "10017", "message": "Invalid or expired Job Id"}
        server.faults.add(Reply(status, body), on=POLL, times=99)
        end = await _end(await _submit(server, acton))
        assert isinstance(end, JobFailed)
        assert "Invalid or expired Job Id" in str(end)
        assert len(server.calls.of(POLL)) <= 4


@virtual_time
async def test_a_lost_job_fails() -> None:
    """A job that the server forgets fails with the server's words."""
    async with stage() as (server, acton):
        end = await _end(await _submit(server, acton, LoseJob()))
        assert isinstance(end, JobFailed)
        assert "Job Id" in str(end)


@pytest.mark.parametrize(
    "fault",
    [Reply.unavailable(), Cut("arrival"), Cut("midway"), Reply.gateway_page(502), Reply.gateway_page(200),
     Reply.broken_json(), Reply.empty(), Reply.throttled(), Hang(), Reply(404, b"", content_type="text/html")],
    ids=["503", "cut", "midway", "502 page", "200 page", "broken", "empty", "429", "hang", "404"],
)  # fmt: skip
@virtual_time
async def test_a_failed_look_is_not_a_failed_job(fault: Fault) -> None:
    """Five looks in a row that go wrong cost time, and the job still ends with its report."""
    async with stage() as (server, acton):
        server.faults.add(fault, on=POLL, times=5)
        assert (await _submit_and_end(server, acton)).appended == 1
        assert server.faults.left == 0


async def _submit_and_end(server: Emulator, acton: Session) -> UploadReport:
    return await (await _submit(server, acton))


@virtual_time
async def test_a_revoked_token_does_not_disturb_a_job() -> None:
    """A look that finds the token dead renews it and goes on."""
    async with emulator() as server, session(server, token=issued(server), grant=password_grant(server)) as acton:
        job = await _submit(server, acton)
        server.revoke_access_tokens()
        assert (await job).appended == 1


@virtual_time
async def test_what_keeps_everybody_from_looking_detaches_the_job() -> None:
    """Refused credentials do not fail a job: it is detached, with the cause, and can be resumed by its id."""
    async with emulator() as server, session(server, token=issued(server)) as acton:
        job = await _submit(server, acton)
        server.revoke_access_tokens()
        end = await _end(job)
        assert isinstance(end, JobDetached)
        assert isinstance(end.__cause__, AuthenticationFailed)
        assert end.job_id == job.id
        async with session(server, token=issued(server)) as another:
            assert (await another.lists.job(job.id)).appended == 1


@virtual_time
async def test_a_job_that_never_ends_times_out() -> None:
    """After the policy's deadline a job ends in JobTimeout with its id, and has cost few looks."""
    async with (
        emulator() as server,
        session(server, token=issued(server), polling=PollPolicy(deadline=1000.0)) as acton,
    ):
        job = await _submit(server, acton, StallJob())
        began = wall()
        end = await _end(job)
        assert isinstance(end, JobTimeout)
        assert end.job_id == job.id
        assert 1000 <= wall() - began <= 1001
        assert job.status == "running"
        assert len(server.calls.of(POLL)) < 120


@virtual_time
async def test_a_job_is_resumed_by_its_id() -> None:
    """Another session takes up a job by its id alone, looks at once, and gets the same typed report."""
    async with stage(job_pending=60.0) as (server, acton):
        job = await _submit(server, acton)
        async with session(server, token=issued(server)) as another:
            resumed = another.lists.job(job.id)
            assert (resumed.id, resumed.done()) == (job.id, False)
            assert await resumed == await job
            done = another.lists.job(job.id)
            began = wall()
            assert (await done).appended == 1
            assert wall() - began < 1.5


@virtual_time
async def test_an_abandoned_job_is_left_alone() -> None:
    """After ``abandon`` waiters get JobDetached, no look is made any more, and the server goes on."""
    async with stage(job_pending=30.0) as (server, acton):
        job = await _submit(server, acton)
        waiter = asyncio.ensure_future(_end(job))
        await asyncio.sleep(1)
        job.abandon()
        job.abandon()
        assert isinstance(await waiter, JobDetached)
        polls = len(server.calls.of(POLL))
        await asyncio.sleep(120)
        assert len(server.calls.of(POLL)) == polls
        assert server.rows(server.list_ids()["Leads"]) == [["ada@example.com"]]


@virtual_time
async def test_looks_are_charged_and_stand_in_their_own_lane() -> None:
    """Each look counts in the day's budget; a person's calls pass the looks at fifty jobs that wait for a place."""
    polling = PollPolicy(min_gap=0.1, price=0.001)
    async with (
        emulator(job_pending=30.0) as server,
        session(server, token=issued(server), polling=polling) as acton,
    ):
        jobs = [await _submit(server, acton) for _ in range(50)]
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
        job = await _submit(server, acton, StallJob())
        end = await _end(job)
        assert isinstance(end, JobDetached)
        assert isinstance(end.__cause__, QuotaExhausted)
        assert len(server.calls) == 2


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


@virtual_time
async def test_gather_as_completed_and_timeout_work() -> None:
    """Jobs go where awaitables go: together, one by one as they end, and under a timeout that harms nothing."""
    async with stage() as (server, acton):
        slow = await _submit(server, acton, SlowJob(pending=100.0))
        quick = await _submit(server, acton)
        first = await next(asyncio.as_completed([_end(slow), _end(quick)]))
        assert first == quick.result()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await slow
        assert not slow.done()
        assert await asyncio.gather(slow, quick) == [slow.result(), quick.result()]


@virtual_time
async def test_jobs_nobody_awaits_log_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Failed and detached jobs that are dropped leave no complaint behind, now or when they are collected."""
    caplog.set_level(logging.WARNING)
    async with stage() as (server, acton):
        await _submit(server, acton, FailJob())
        await _submit(server, acton, StallJob())
        await asyncio.sleep(60)
    gc.collect()
    await asyncio.sleep(1)
    assert caplog.records == []


@virtual_time
async def test_a_resumed_job_is_detached_by_a_close() -> None:
    """A job that is taken up by its id and not looked at yet is detached by close, and nothing is sent."""
    async with stage() as (server, acton):
        job = acton.lists.job("15959711")
        await acton.close()
        assert isinstance(job.exception(), JobDetached)
        assert server.calls.total == 0


@virtual_time
async def test_the_watcher_learns_how_long_jobs_take() -> None:
    """After some jobs of two minutes, the next one is looked at far less often than the first."""
    async with stage(job_pending=60.0, job_running=60.0, calls_per_day=None) as (server, acton):
        counts = []
        for _ in range(12):
            server.calls.clear()
            await _submit_and_end(server, acton)
            counts.append(len(server.calls.of(POLL)))
        assert counts[-1] <= 0.6 * counts[0], counts


@virtual_time
async def test_the_deadline_holds_while_looks_hang() -> None:
    """A server that leaves every look without an answer cannot hold a job up beyond its deadline."""
    async with emulator() as server:
        polling = PollPolicy(deadline=60.0)
        async with session(server, token=issued(server), polling=polling) as acton:
            job = await _submit(server, acton)
            server.faults.add(Hang(), on=POLL, times=99)
            began = wall()
            assert isinstance(await _end(job), JobTimeout)
            assert wall() - began <= 61


@virtual_time
async def test_a_report_that_cannot_be_read_fails_the_job() -> None:
    """A job that is done, but whose report makes no sense, fails with that cause; it is not polled for ever."""
    async with stage() as (server, acton):
        body = {"status": "success", "details": {"status": "ok", "appendCount": {"no": "number"}}}
        server.faults.add(Reply(200, body), on=POLL, times=99)
        end = await _end(await _submit(server, acton))
        assert isinstance(end, JobFailed)
        assert "cannot be read" in str(end)
        assert isinstance(end.__cause__, DecodeError)


@virtual_time
async def test_a_refused_submission_is_no_job() -> None:
    """A submission that is refused with 200 and an error code raises that refusal."""
    async with stage() as (server, acton):
        server.faults.add(Reply(200, {"errorCode": 10121, "message": "Missing parameter"}))
        end = await outcome(_submit(server, acton))
        assert isinstance(end, InvalidRequest)
        assert end.code == 10121


@virtual_time
async def test_one_look_can_be_made_by_hand() -> None:
    """``upload_status`` tells state, text and, once it is there, the report."""
    async with stage(job_pending=5.0) as (server, acton):
        job = await _submit(server, acton)
        look = await acton.lists.upload_status(job.id)
        assert (look.state, look.report) == ("pending", None)
        report = await job
        look = await acton.lists.upload_status(job.id)
        assert (look.state, look.report) == ("done", report)


@pytest.mark.xfail(strict=True, reason="Job.result raises one error again and again, and keeps all its frames")
@virtual_time
async def test_asking_a_failed_job_again_and_again_costs_no_memory() -> None:
    """The error of a job does not collect the frames of everybody who awaited it."""
    async with stage() as (server, acton):
        job = await _submit(server, acton, FailJob())
        ends = [await _end(job) for _ in range(20)]
        last = ends[-1]
        assert isinstance(last, JobFailed)
        assert len(traceback.extract_tb(last.__traceback__)) < 20
