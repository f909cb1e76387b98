"""Jobs: what the server does in its own time, watched with few calls, and told as it ends."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk import (
    Column,
    DecodeError,
    InvalidRequest,
    Job,
    JobDetached,
    JobFailed,
    UploadReport,
)
from asyncsdk.emulator import (
    Cut,
    FailJob,
    Fault,
    Hang,
    JobSays,
    LoseJob,
    Reply,
)
from tests.support.jobs import POLL, end_of, submit, submit_and_end
from tests.support.stage import issued, outcome, session, stage
from tests.support.virtual_time import virtual_time, wall


@virtual_time
async def test_a_job_lives_its_life() -> None:
    """A job goes from pending over running to done, tells each change once, and then gives its report."""
    async with stage(job_pending=5.0, job_running=5.0) as (server, acton):
        job = await submit(server, acton)
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
        job = await submit(server, acton, fault)
        end = await end_of(job)
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
        end = await end_of(await submit(server, acton))
        assert isinstance(end, JobFailed)
        assert "Invalid or expired Job Id" in str(end)
        assert len(server.calls.of(POLL)) <= 4


@virtual_time
async def test_a_lost_job_fails() -> None:
    """A job that the server forgets fails with the server's words."""
    async with stage() as (server, acton):
        end = await end_of(await submit(server, acton, LoseJob()))
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
        assert (await submit_and_end(server, acton)).appended == 1
        assert server.faults.left == 0


@virtual_time
async def test_a_job_is_resumed_by_its_id() -> None:
    """Another session takes up a job by its id alone, looks at once, and gets the same typed report."""
    async with stage(job_pending=60.0) as (server, acton):
        job = await submit(server, acton)
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
        job = await submit(server, acton)
        waiter = asyncio.ensure_future(end_of(job))
        await asyncio.sleep(1)
        job.abandon()
        job.abandon()
        assert isinstance(await waiter, JobDetached)
        polls = len(server.calls.of(POLL))
        await asyncio.sleep(120)
        assert len(server.calls.of(POLL)) == polls
        await server.settle()
        assert server.rows(server.list_ids()["Leads"]) == [["ada@example.com"]]


@virtual_time
async def test_a_resumed_job_is_detached_by_a_close() -> None:
    """A job that is taken up by its id and not looked at yet is detached by close, and nothing is sent."""
    async with stage() as (server, acton):
        job = acton.lists.job("15959711")
        await acton.close()
        assert isinstance(job.exception(), JobDetached)
        assert server.calls.total == 0


@virtual_time
async def test_a_report_that_cannot_be_read_fails_the_job() -> None:
    """A job that is done, but whose report makes no sense, fails with that cause; it is not polled for ever."""
    async with stage() as (server, acton):
        body = {"status": "success", "details": {"status": "ok", "appendCount": {"no": "number"}}}
        server.faults.add(Reply(200, body), on=POLL, times=99)
        end = await end_of(await submit(server, acton))
        assert isinstance(end, JobFailed)
        assert "cannot be read" in str(end)
        assert isinstance(end.__cause__, DecodeError)


@virtual_time
async def test_a_refused_submission_is_no_job() -> None:
    """A submission that is refused with 200 and an error code raises that refusal."""
    async with stage() as (server, acton):
        server.faults.add(Reply(200, {"errorCode": 10121, "message": "Missing parameter"}))
        end = await outcome(submit(server, acton))
        assert isinstance(end, InvalidRequest)
        assert end.code == 10121
