"""Jobs: programs finish, stall and fail them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from asyncsdk.emulator import Clock, Emulator, FailJob, JobSays, LoseJob, Settings, StallJob
from asyncsdk.errors import InvalidArgument
from tests.emulator.driver import Raw

NOW = 1_700_000_000.0


async def status(raw: Raw, job: str) -> str:
    """The words of a job's status."""
    return str((await raw.get(f"/api/1/list/{job}/status")).json["status"])


async def upload(raw: Raw, list_id: str, rows: int = 2) -> str:
    """Submit a merge of so many rows; gives the job's id."""
    lines = "".join(f"person{number}@example.com,P{number}\n" for number in range(rows))
    return str((await raw.merge(list_id, f"Email,First Name\n{lines}")).json["jobId"])


async def some_rows(server: Emulator, list_id: str) -> None:
    """Let the work of a job go on until it has written some rows."""
    for _ in range(1000):
        if server.rows(list_id):
            return
        await asyncio.sleep(0)
    raise AssertionError("No row was written.")


def leads(server: Emulator) -> str:
    """A list with the columns of the uploads."""
    return server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])


async def test_a_finished_job_has_done_its_work(server: Emulator, raw: Raw) -> None:
    """A pending job that is finished has written its rows, is done, and its file is gone."""
    list_id = leads(server)
    job = await upload(raw, list_id)
    assert await status(raw, job) == "The job is pending"
    await server.finish_job(job)
    assert len(server.rows(list_id)) == 2
    assert await status(raw, job) == "success"
    assert list(server.spooled_files()) == []


async def test_a_stalled_job_is_finished(server: Emulator, raw: Raw) -> None:
    """A job that a fault stalls keeps its file, runs for ever, and does all of its work once it is finished."""
    list_id = leads(server)
    server.faults.add(StallJob(), on="lists.merge")
    job = await upload(raw, list_id)
    server.clock.advance(600)
    assert (await status(raw, job), server.rows(list_id)) == ("The job is running", [])
    await server.finish_job(int(job))
    assert (await status(raw, job), len(server.rows(list_id))) == ("success", 2)


async def test_a_program_stalls_a_job(server: Emulator, raw: Raw) -> None:
    """A pending job that is stalled does nothing, however late it gets, until it is finished."""
    list_id = leads(server)
    job = await upload(raw, list_id)
    server.stall_job(job)
    server.clock.advance(600)
    await server.settle()
    assert (await status(raw, job), server.rows(list_id)) == ("The job is running", [])
    await server.finish_job(job)
    assert len(server.rows(list_id)) == 2


async def test_a_list_whose_work_is_done_stays_hidden_while_its_job_is_stalled(server: Emulator, raw: Raw) -> None:
    """A job that is stalled while it runs shows its list only once it is finished."""
    job = (await raw.create("Email,First Name\nada@example.com,Ada\n")).json["jobId"]
    await server.settle()
    server.stall_job(job)
    server.clock.advance(600)
    assert server.list_ids() == {}
    await server.finish_job(job)
    assert list(server.list_ids()) == ["Leads"]


async def test_a_pending_job_fails_with_a_text(server: Emulator, raw: Raw) -> None:
    """A job that is failed while it is pending writes nothing, says the text at once, and leaves no file."""
    list_id = leads(server)
    job = await upload(raw, list_id)
    await server.fail_job(job, "Out of paper")
    assert await status(raw, job) == "Out of paper"
    server.clock.advance(600)
    assert (await status(raw, job), server.rows(list_id)) == ("Out of paper", [])
    assert list(server.spooled_files()) == []


async def test_a_running_job_is_cancelled(server: Emulator, raw: Raw) -> None:
    """A job that is failed in the middle of its work writes no more rows; those that it wrote stay."""
    list_id = leads(server)
    job = await upload(raw, list_id, 2_000)
    settling = asyncio.ensure_future(server.settle())
    await some_rows(server, list_id)
    await server.fail_job(job, "Out of paper")
    await settling
    assert 0 < len(server.rows(list_id)) < 2_000
    assert await status(raw, job) == "Out of paper"
    assert list(server.spooled_files()) == []


async def test_one_of_two_waiters_is_cancelled(server: Emulator, raw: Raw) -> None:
    """Who waits for a job to be finished may be cancelled; the work goes on for whoever else waits."""
    list_id = leads(server)
    job = await upload(raw, list_id, 2_000)
    first = asyncio.ensure_future(server.finish_job(job))
    await some_rows(server, list_id)
    first.cancel()
    await server.settle()
    assert first.cancelled()
    assert len(server.rows(list_id)) == 2_000


async def test_an_ended_job_cannot_be_changed(server: Emulator, raw: Raw) -> None:
    """Each change of a job that is done is refused, and says why."""
    job = await upload(raw, leads(server))
    await server.finish_job(job)
    with pytest.raises(InvalidArgument, match=f"Job {job} is done"):
        await server.finish_job(job)
    with pytest.raises(InvalidArgument, match="is done"):
        server.stall_job(job)
    with pytest.raises(InvalidArgument, match="is done"):
        await server.fail_job(job, "late")


@pytest.mark.parametrize("fault", [JobSays("Half way"), LoseJob(), FailJob()])
async def test_a_scripted_job_cannot_be_finished(server: Emulator, raw: Raw, fault: JobSays) -> None:
    """A job whose end a fault decides cannot be finished or stalled."""
    server.faults.add(fault, on="lists.merge")
    job = await upload(raw, leads(server))
    with pytest.raises(InvalidArgument, match="fault"):
        await server.finish_job(job)
    with pytest.raises(InvalidArgument, match="fault"):
        server.stall_job(job)


@pytest.mark.parametrize("wrong", ["", "x", "-1", "²", True, None, 2**63, "9" * 30])
async def test_what_is_no_id_is_refused(server: Emulator, wrong: int) -> None:
    """An id that no job can have, and one that no job has, are errors of their own."""
    with pytest.raises(InvalidArgument, match="A job's id is a number"):
        await server.finish_job(wrong)
    with pytest.raises(InvalidArgument, match="There is no job 7"):
        await server.fail_job("7")


async def test_a_job_from_before_a_restart_cannot_be_finished(tmp_path: Path) -> None:
    """The file of a stalled job is gone after a restart: finishing says so, failing works."""
    clock = Clock(lambda: NOW)
    settings = Settings(calls_per_second=None)
    async with Emulator(settings, tmp_path / "state.db", clock=clock) as server, aiohttp.ClientSession() as http:
        server.faults.add(StallJob(), on="lists.merge")
        job = await upload(Raw(server, http), leads(server))
    async with Emulator(settings, tmp_path / "state.db", clock=clock) as server, aiohttp.ClientSession() as http:
        with pytest.raises(InvalidArgument, match="its file is gone"):
            await server.finish_job(job)
        await server.fail_job(job, "Gone")
        assert await status(Raw(server, http), job) == "Gone"


async def test_jobs_are_listed_newest_first(server: Emulator, raw: Raw) -> None:
    """Each job is listed with its state, a page at a time, the newest first."""
    list_id = leads(server)
    for fault in (StallJob(), LoseJob(), JobSays("Half way"), FailJob("Broken")):
        server.faults.add(fault, on="lists.merge")
        await upload(raw, list_id)
    done = await upload(raw, list_id)
    server.clock.advance(60)
    await server.settle()
    await upload(raw, list_id)
    jobs = server.platform.jobs
    told = [(entry.state, entry.words) for entry in jobs.entries()]
    expected = [("pending", ""), ("done", ""), ("failed", "Broken"), ("said", "Half way"), ("lost", "")]
    assert told == [*expected, ("stalled", "")]
    assert jobs.total() == 6
    assert [entry.number for entry in jobs.entries(1, 1)] == [int(done)]
    assert jobs.entries(1, 1) == [jobs.entry(int(done))]


async def test_a_job_names_the_file_of_its_rejected_rows(server: Emulator, raw: Raw) -> None:
    """The entry of a job that rejected rows names a file that holds them."""
    job = (await raw.merge(leads(server), "Email,First Name\nno address,Ada\n")).json["jobId"]
    await server.finish_job(job)
    entry = server.platform.jobs.entry(int(job))
    assert entry is not None
    assert entry.rejected_file is not None
    assert server.platform.rejected_rows.lines(entry.rejected_file, 10) == [
        "Email,First Name\r\n",
        "no address,Ada\r\n",
    ]
    assert [(each.name, each.lines) for each in server.platform.rejected_rows.files()] == [(entry.rejected_file, 2)]
    assert server.platform.rejected_rows.total() == 1
