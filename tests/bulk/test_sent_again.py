"""Sending a file again: how often, and what a run does when that does not help."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import BulkProgress, NotSent, PermissionDenied, RetryPolicy, ServerError
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.emulator import ExpireToken, LoseJob, Reply
from tests.support.leads import LIST, added_up, held, leads, people, writes
from tests.support.stage import outcome, session, until
from tests.support.virtual_time import virtual_time


@pytest.mark.slow
@virtual_time
async def test_a_file_whose_answers_are_lost_is_sent_again_three_times(tmp_path: Path) -> None:
    """Then the run ends with the error, and the next run goes on with as many tries."""
    order: dict[str, Any] = {"via": "upload", "journal": tmp_path / "j.db"}
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(), on="lists.merge", times=1000)
        for runs in (1, 2):
            with pytest.raises(ServerError):
                await acton.bulk.upsert(LIST, people(50), **order)
            assert writes(server) == (4 if runs == 1 else 7)
        server.faults.clear()
        report = await acton.bulk.upsert(LIST, people(50), **order)
        assert (report.created, report.unknown, len(held(server))) == (50, 0, 50)


@virtual_time
async def test_a_file_that_cannot_leave_is_tried_for_a_while(tmp_path: Path) -> None:
    """Nothing is looked for, as Act-On has nothing of it; after the last pause the run ends with the error."""
    async with (
        leads() as (server, _),
        session(server, retry=RetryPolicy(attempts=1)) as acton,
    ):
        await acton.account.get()
        server.faults.add(ExpireToken(), on="lists.merge")
        server.faults.add(Reply.unavailable(), on="token", times=1000)
        began = asyncio.get_running_loop().time()
        with pytest.raises(NotSent):
            await acton.bulk.upsert(LIST, people(50), via="upload", journal=tmp_path / "j.db")
        assert 2 + 10 + 30 <= asyncio.get_running_loop().time() - began < 300
        assert {call.status for call in server.calls.of("lists.merge")} == {401}
        assert not [call for call in server.calls.of("lists.download") if "modafter" in call.query]
        with closing(Journal(tmp_path / "j.db")) as journal:
            assert [entry.state for entry in journal.files()] == ["waiting"]


@virtual_time
async def test_what_keeps_a_run_from_its_job_ends_it(tmp_path: Path) -> None:
    """The error is the server's own, the journal keeps the job, and the next run asks for it again."""
    order: dict[str, Any] = {"via": "upload", "journal": tmp_path / "j.db"}
    async with leads() as (server, acton):
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="lists.upload_status", times=1000)
        ending = await outcome(acton.bulk.upsert(LIST, people(50), **order))
        assert type(ending) is PermissionDenied
        server.faults.clear()
        report = await acton.bulk.upsert(LIST, people(50), **order)
        assert (report.created, report.unknown, writes(server)) == (50, 0, 1)


@pytest.mark.slow
@virtual_time
async def test_rows_that_never_get_into_the_list_stay_open_with_a_reason(tmp_path: Path) -> None:
    """Jobs that cannot be asked for, and leave nothing in the list, cost no row: a later run sends them."""
    order: dict[str, Any] = {"via": "upload", "journal": tmp_path / "j.db"}
    async with leads() as (server, acton):
        server.faults.add(LoseJob(), on="lists.merge", times=1000)
        report = await acton.bulk.upsert(LIST, people(50), **order)
        assert (report.created, report.unknown, added_up(report)) == (0, 50, True)
        assert report.reasons[0].startswith("Of 50 rows of a file it is not known whether they were saved")
        assert "again and again" in report.reasons[0]
        server.faults.clear()
        report = await acton.bulk.upsert(LIST, people(50), **order)
        assert (report.created, report.unknown, report.reasons, len(held(server))) == (50, 0, (), 50)


@virtual_time
async def test_records_that_somebody_else_has_changed_are_not_taken_for_ours() -> None:
    """They are new enough, but hold other values: what the file says is sent again."""
    others = [[row["email"], row["First Name"], "Oslo", ""] for row in people(50)]
    async with leads(others) as (server, acton):
        server.faults.add(Reply.unavailable(), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.updated, report.unknown, writes(server)) == (50, 0, 2)
        assert {cells[1] for cells in held(server).values()} == {"Rome"}


@pytest.mark.slow
@pytest.mark.parametrize(("later", "most_seconds", "most_looks"), [(0.0, 75.0, 9), (3000.0, 15.0, 1)])
@virtual_time
async def test_a_run_looks_no_longer_than_a_job_should_take(
    later: float, most_seconds: float, most_looks: int, tmp_path: Path
) -> None:
    """Counted from when the file was sent: it looks seldom, and but once when that is long ago."""
    order: dict[str, Any] = {"via": "upload", "journal": tmp_path / "j.db"}
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(), on="lists.merge")
        run = acton.bulk.start(LIST, people(50), **order)
        await until(lambda: writes(server) == 1)
        await asyncio.sleep(0.3)
        run.cancel()
        await asyncio.wait([asyncio.ensure_future(outcome(run))])
        await asyncio.sleep(later)
        before, seen = len(server.calls.of("lists.download")), list[BulkProgress]()
        report = await acton.bulk.upsert(LIST, people(50), **order, on_progress=seen.append)
        looks = [call for call in server.calls.of("lists.download")[before:] if "modafter" in call.query]
        assert (report.created, report.unknown, writes(server)) == (50, 0, 2)
        assert (report.seconds < most_seconds, 1 <= len(looks) <= most_looks) == (True, True)
        left = [each.seconds_left or 0.0 for each in seen if each.stage == "looking"]
        assert left == sorted(left, reverse=True)


@virtual_time
async def test_a_file_that_the_list_shows_is_not_waited_for() -> None:
    """The look that finds all its rows is the last one; the time left is about a minute at most meanwhile."""
    seen: list[BulkProgress] = []
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(acted=True), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(50), via="upload", on_progress=seen.append)
        assert (report.created, report.unknown, writes(server)) == (50, 0, 1)
        assert sum("modafter" in call.query for call in server.calls.of("lists.download")) <= 2
    left = [each.seconds_left for each in seen if each.stage == "looking"]
    assert left
    assert all(each is not None and each < 75 for each in left)
