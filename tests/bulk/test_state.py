"""With a state file, rows that say what the list was told before cost no call."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import CLEAR, APIError, BulkProgress, Column, InvalidArgument, ReportUnwritten
from asyncsdk.emulator import Cut, FailJob, Pass, Reply
from tests.support.leads import COLUMNS, LIST, added_up, held, leads, people, writes
from tests.support.stage import outcome, until
from tests.support.virtual_time import virtual_time

WAYS = pytest.mark.parametrize("via", ["auto", "records", "upload"])
MIXED = [*people(60), {"email": "nobody"}, *people(2), {"email": "gone@example.com", "City": CLEAR}]


@pytest.mark.slow
@WAYS
@virtual_time
async def test_the_second_identical_run_makes_no_write_call(via: str, tmp_path: Path) -> None:
    """It takes the one call that reads the columns, and its rows count as updated."""
    async with leads() as (server, acton):
        first = await acton.bulk.upsert(LIST, MIXED, via=via, state=tmp_path / "s.db")
        before = writes(server)
        again = await acton.bulk.upsert(LIST, MIXED, via=via, state=tmp_path / "s.db")
        assert (writes(server), again.calls) == (before, 1)
        assert (again.updated, again.unchanged, again.merged) == (61, 61, first.merged)
        assert added_up(again)


@pytest.mark.slow
@WAYS
@virtual_time
async def test_only_what_changed_is_sent(via: str, tmp_path: Path) -> None:
    """Changed rows, new rows, and rows that now clear something are sent, and nothing else; the plan knows it."""
    rows: list[dict[str, Any]] = [dict(row) for row in MIXED]
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, rows, state=tmp_path / "s.db")
        before = writes(server)
        rows[5]["City"], rows[6]["City"] = "Oslo", CLEAR
        rows.append({"email": "new@example.com"})
        plan = await acton.bulk.plan(LIST, rows, via=via, state=tmp_path / "s.db")
        report = await acton.bulk.upsert(LIST, rows, via=via, state=tmp_path / "s.db")
        assert (plan.unchanged, report.unchanged, report.created, report.updated) == (59, 59, 1, 61)
        assert report.calls <= plan.calls
        assert writes(server) - before == (2 if via == "upload" else 3)
        assert held(server)["user5@example.com"][1] == "Oslo"
        assert held(server)["user6@example.com"][1] == ""


@pytest.mark.slow
@WAYS
@virtual_time
async def test_a_journal_goes_on_although_the_state_has_changed_meanwhile(via: str, tmp_path: Path) -> None:
    """What was left out stays left out, so that the journal's files are the same, and nothing is lost."""
    rows = people(60)
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, rows[:20], state=tmp_path / "s.db")
        order = {"via": via, "state": tmp_path / "s.db", "journal": tmp_path / "j.db"}
        route = "lists.merge" if via != "records" else "contacts.upsert"
        if via == "records":
            server.faults.add(Pass(), on=route, times=9)
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on=route)
        assert isinstance(await outcome(acton.bulk.upsert(LIST, rows, **order)), APIError)
        await acton.bulk.upsert(LIST, rows[30:40], state=tmp_path / "s.db")
        report = await acton.bulk.upsert(LIST, rows, **order)
        assert (report.rows, added_up(report), report.unchanged) == (60, True, 20)
        assert report.created + report.updated == 60
        assert len(held(server)) == 60
        again = await acton.bulk.upsert(LIST, rows, **order)
        assert (again.created, again.updated, again.calls) == (report.created, report.updated, 1)


@pytest.mark.slow
@virtual_time
async def test_only_what_was_saved_is_remembered(tmp_path: Path) -> None:
    """Rows that failed, were rejected or are unknown are sent again; so are those of a run that was stopped."""
    async with leads() as (server, acton):
        server.faults.add(FailJob(), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(60), via="upload", state=tmp_path / "s.db")
        assert report.failed == 60
        server.faults.add(Pass(), on="contacts.upsert", times=9)
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="contacts.upsert")
        await outcome(acton.bulk.upsert(LIST, people(60), via="records", state=tmp_path / "s.db"))
        saved = len(held(server))
        assert 9 <= saved < 60
        report = await acton.bulk.upsert(LIST, people(60), via="records", state=tmp_path / "s.db")
        assert (report.unchanged, report.created) == (saved, 60 - saved)


@virtual_time
async def test_a_state_file_of_another_list_is_refused(tmp_path: Path) -> None:
    """Nor is a file of something else used; none is changed."""
    async with leads() as (server, acton):
        server.add_list("Others", COLUMNS, list_id="l-0002")
        await acton.bulk.upsert(LIST, people(3), state=tmp_path / "s.db", journal=tmp_path / "j.db")
        for list_id, state in (("l-0002", "s.db"), (LIST, "j.db")):
            with pytest.raises(InvalidArgument, match=r"belongs to another list|of something else"):
                await acton.bulk.upsert(list_id, people(3), state=tmp_path / state)


@virtual_time
async def test_a_list_with_other_columns_does_not_lock_a_nightly_run_out(tmp_path: Path) -> None:
    """What was remembered of the old columns counts for nothing: everything is sent, and remembered anew."""
    order = {"state": tmp_path / "s.db"}
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, people(5), **order)
        await acton.lists.delete(LIST)
        server.add_list("Leads", [*COLUMNS[:1], Column("New"), *COLUMNS[1:]], list_id=LIST)
        plan, calls = await acton.bulk.plan(LIST, people(5), **order), writes(server)
        report = await acton.bulk.upsert(LIST, people(4), **order)
        assert (plan.unchanged, report.unchanged, report.created, writes(server) - calls) == (0, 0, 4, 4)
        again = await acton.bulk.upsert(LIST, people(5), **order)
        assert (again.unchanged, again.created, len(held(server))) == (4, 1, 5)


@pytest.mark.slow
@virtual_time
async def test_what_may_be_on_its_way_is_not_remembered(tmp_path: Path) -> None:
    """A value that was sent again may land late, too: the old one, fed again, is sent again."""
    state = tmp_path / "s.db"
    oslo = [{**row, "City": "Oslo"} for row in people(40)]
    async with leads(job_pending=400.0) as (server, acton):
        await acton.bulk.upsert(LIST, people(40), via="records", state=state)
        server.faults.add(Cut("acted"), on="lists.merge")
        report = await acton.bulk.upsert(LIST, oslo, via="upload", state=state)
        assert (report.updated, report.unknown) == (40, 0)
        await asyncio.sleep(400)
        await server.settle()
        assert held(server)["user0@example.com"][1] == "Oslo"
        report = await acton.bulk.upsert(LIST, people(40), via="records", state=state)
        assert (report.unchanged, report.updated) == (0, 40)
        assert held(server)["user0@example.com"][1] == "Rome"


@virtual_time
async def test_what_was_sent_again_is_not_remembered(tmp_path: Path) -> None:
    """Nobody knows when its first sending lands, so that the same rows cost a call once more."""
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(), on="lists.merge")
        order = {"via": "upload", "state": tmp_path / "s.db"}
        unchanged = [(await acton.bulk.upsert(LIST, people(40), **order)).unchanged for _ in range(3)]
        assert unchanged == [0, 0, 40]


@pytest.mark.slow
@virtual_time
async def test_a_run_that_is_cancelled_leaves_no_lie(tmp_path: Path) -> None:
    """What was uploaded and not awaited is not taken for unchanged afterwards."""
    state = tmp_path / "s.db"
    oslo = [{**row, "City": "Oslo"} for row in people(40)]
    async with leads(job_pending=5.0) as (server, acton):
        await acton.bulk.upsert(LIST, people(40), via="records", state=state)
        run = asyncio.ensure_future(acton.bulk.upsert(LIST, oslo, via="upload", state=state))
        await until(lambda: server.calls.of("lists.merge"))
        await asyncio.sleep(2)
        run.cancel()
        await asyncio.wait([run])
        await server.settle()
        await acton.bulk.upsert(LIST, people(40), via="records", state=state)
        assert {row[1] for row in held(server).values()} == {"Rome"}


@pytest.mark.slow
@virtual_time
async def test_a_journal_does_not_remember_what_another_run_has_overwritten(tmp_path: Path) -> None:
    """Of rows that it sent before, the state file keeps what was sent since."""
    state = tmp_path / "s.db"
    oslo = [{**row, "City": "Oslo"} for row in people(2)]
    async with leads() as (server, acton):
        server.faults.add(Pass(), on="contacts.upsert", times=9)
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="contacts.upsert")
        order = {"via": "records", "state": state, "journal": tmp_path / "j.db"}
        assert isinstance(await outcome(acton.bulk.upsert(LIST, people(40), **order)), APIError)
        await acton.bulk.upsert(LIST, oslo, via="records", state=state)
        await acton.bulk.upsert(LIST, people(40), **order)
        report = await acton.bulk.upsert(LIST, people(40), via="records", state=state)
        assert report.unchanged == 38
        assert {row[1] for row in held(server).values()} == {"Rome"}


@virtual_time
async def test_a_state_file_of_another_account_is_refused(tmp_path: Path) -> None:
    """Every account has a list l-0001: nothing is known of what this one holds."""
    async with leads() as (_, acton):
        await acton.bulk.upsert(LIST, people(3), state=tmp_path / "s.db")
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=r"belongs to another account"):
            await acton.bulk.upsert(LIST, people(3), state=tmp_path / "s.db")
        assert writes(server) == 0


@contextmanager
def full_disk_after(rows: int) -> Generator[Callable[[BulkProgress], None]]:
    """No file can grow any more once so many rows are done; gives what is told of the progress."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def follow(progress: BulkProgress) -> None:
        if progress.rows_done >= rows:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))

    try:
        yield follow
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@virtual_time
async def test_a_state_file_that_cannot_be_written_costs_no_report(tmp_path: Path) -> None:
    """ReportUnwritten says that the rows were sent, and has the report; nothing is remembered of them."""
    async with leads() as (server, acton):
        with full_disk_after(rows=3) as follow, pytest.raises(ReportUnwritten) as caught:
            await acton.bulk.upsert(LIST, people(3), state=tmp_path / "s.db", on_progress=follow)
        assert str(caught.value).startswith("The rows were sent, but: The state file")
        assert (caught.value.report.created, len(held(server))) == (3, 3)
        report = await acton.bulk.upsert(LIST, people(3), state=tmp_path / "s.db")
        assert (report.unchanged, report.updated) == (0, 3)


@virtual_time
async def test_a_state_file_holds_no_address_and_no_value(tmp_path: Path) -> None:
    """Only digests are kept, in a file that nobody else may read."""
    async with leads() as (_, acton):
        await acton.bulk.upsert(LIST, people(3), state=tmp_path / "s.db")
    assert b"user" not in (tmp_path / "s.db").read_bytes()
    assert (tmp_path / "s.db").stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(tmp_path / "s.db")) as database, database:
        assert database.execute("SELECT count(*) FROM rows").fetchone() == (3,)
    database.close()


@virtual_time
async def test_a_state_file_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    """What version 0.1 has written of a list and a row is written now, too, so that it still costs no call."""
    async with leads() as (_, acton):
        await acton.bulk.upsert(LIST, people(1), state=tmp_path / "s.db")
        with closing(sqlite3.connect(tmp_path / "s.db")) as database, database:
            written = database.execute("SELECT shape, hex(key), hex(line) FROM list, rows").fetchall()
        database.close()
        assert written == [
            (
                "ListShape(list_id='l-0001', headings=('E-mail Address', 'First Name', 'City', 'Note'), email=0)",
                "07E73C5F4AEE6FD8A1BA1988BCD74F12",
                "43628F170A6671282066C04AF797B578",
            )
        ]
        report = await acton.bulk.upsert(LIST, people(1), state=tmp_path / "s.db")
        assert report.unchanged == 1
