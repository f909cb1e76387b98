"""Jobs that fail, stall or cannot be asked for: every row has an outcome, and what is missing is sent again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import Limits, PollPolicy
from asyncsdk.emulator import FailJob, Fault, JobSays, LoseJob, Reply, SlowJob, StallJob
from tests.support.leads import LIST, added_up, held, leads, people, writes
from tests.support.stage import issued, outcome, session
from tests.support.virtual_time import virtual_time


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (FailJob("The disk is full"), "The disk is full"),
        (JobSays("The job is thinking"), "The job is thinking"),
    ],
    ids=["fails", "says the unknown"],
)
@virtual_time
async def test_a_job_that_does_not_end_well_does_not_raise(fault: Fault, says: str) -> None:
    """Its rows are failed, those of other files are not, and the reason is told."""
    async with leads(upload_bytes=3000) as (server, _):
        limits, polling = Limits(upload_bytes=3000), PollPolicy(deadline=600.0)
        async with session(server, token=issued(server), limits=limits, polling=polling) as small:
            server.faults.add(fault, on="lists.merge")
            report = await small.bulk.upsert(LIST, people(120), via="upload")
        lost = report.failed
        assert 0 < lost < 120
        assert (report.created, added_up(report)) == (120 - lost, True)
        assert says in report.reasons[0]


@virtual_time
async def test_a_job_whose_id_expired_is_found_in_the_list() -> None:
    """Nobody tells of the job any more, but the list holds what it did; what it does not hold is sent again."""
    async with leads() as (server, acton):
        server.faults.add(LoseJob(), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created, report.unknown, added_up(report), len(held(server))) == (50, 0, True, 50)


@pytest.mark.slow
@virtual_time
async def test_a_job_that_does_not_end_is_given_up_and_its_rows_are_sent_again() -> None:
    """It gets as much time once more when the others are done; then what the list does not show is sent again."""
    async with leads(upload_bytes=3000) as (server, _):
        limits, polling = Limits(upload_bytes=3000), PollPolicy(deadline=600.0)
        async with session(server, token=issued(server), limits=limits, polling=polling) as small:
            server.faults.add(StallJob(), on="lists.merge")
            report = await small.bulk.upsert(LIST, people(120), via="upload")
        assert (report.created, report.unknown, report.reasons, added_up(report)) == (120, 0, (), True)
        assert 1200 < report.seconds < 2000


@virtual_time
async def test_a_job_that_took_too_long_is_asked_for_once_more() -> None:
    """After JobTimeout its rows get their outcome when the other files are done, and nothing is sent again."""
    async with (
        leads() as (server, _),
        session(server, token=issued(server), polling=PollPolicy(deadline=60.0)) as hasty,
    ):
        server.faults.add(SlowJob(10, 100), on="lists.merge")
        report = await hasty.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created, report.unknown, report.reasons, writes(server)) == (50, 0, (), 1)


@virtual_time
async def test_a_job_that_took_too_long_is_looked_at_by_the_next_run(tmp_path: Path) -> None:
    """After JobTimeout the journal keeps the job, and a later run gives its rows their outcome."""
    async with (
        leads() as (server, acton),
        session(server, token=issued(server), polling=PollPolicy(deadline=60.0)) as hasty,
    ):
        server.faults.add(SlowJob(10, 500), on="lists.merge")
        run = hasty.bulk.start(LIST, people(50), via="upload", journal=tmp_path / "j.db")
        await asyncio.sleep(90)
        run.cancel()
        await asyncio.wait([asyncio.ensure_future(outcome(run))])
        report = await acton.bulk.upsert(LIST, people(50), via="upload", journal=tmp_path / "j.db")
        assert (report.created, report.reasons, writes(server)) == (50, (), 1)


@virtual_time
async def test_looks_that_fail_are_repeated() -> None:
    """One failed poll is not a failed file."""
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(), on="lists.upload_status", times=5)
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created, report.calls) == (50, len(server.calls))
