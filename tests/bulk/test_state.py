"""With a state file, rows that say what the list was told before cost no call."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from session.stage import outcome
from virtual_time import virtual_time

from asyncsdk import CLEAR, APIError, Column, InvalidArgument
from asyncsdk.emulator import FailJob, Pass, Reply

from .leads import COLUMNS, LIST, added_up, held, leads, people, writes

WAYS = pytest.mark.parametrize("via", ["auto", "records", "upload"])
MIXED = [*people(60), {"email": "nobody"}, *people(2), {"email": "gone@example.com", "City": CLEAR}]


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
    """Nor is one whose list has other columns now, or a file of something else."""
    async with leads() as (server, acton):
        server.add_list("Others", [*COLUMNS, Column("New")], list_id="l-0002")
        await acton.bulk.upsert(LIST, people(3), state=tmp_path / "s.db", journal=tmp_path / "j.db")
        for list_id, state in (("l-0002", "s.db"), (LIST, "j.db")):
            with pytest.raises(InvalidArgument, match=r"belongs to another list|of something else"):
                await acton.bulk.upsert(list_id, people(3), state=tmp_path / state)


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
