"""The journal: a run that stopped goes on where it stopped, and nothing is sent twice."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import Any

import pytest

from asyncsdk import (
    CLEAR,
    ActOnError,
    APIError,
    BulkProgress,
    Column,
    InvalidArgument,
    Limits,
    QuotaExhausted,
    SessionClosed,
    StoreFailed,
)
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.emulator import Pass, Reply
from tests.support.leads import COLUMNS, LIST, added_up, held, leads, names_in, people, stopped, writes
from tests.support.stage import emulator, issued, outcome, session
from tests.support.virtual_time import virtual_time

WAYS = pytest.mark.parametrize("via", ["records", "upload"])
MIXED = [*people(60), {"email": "nobody"}, *people(2), {"email": "gone@example.com", "City": CLEAR}]


def totals(report: Any) -> tuple[int, ...]:
    """All that a report counts of rows."""
    return (
        report.rows,
        report.created,
        report.updated,
        report.merged,
        report.rejected,
        report.failed,
        report.unknown,
    )


@pytest.mark.slow
@WAYS
@virtual_time
async def test_a_finished_journal_sends_nothing_and_tells_the_same(via: str, tmp_path: Path) -> None:
    """Run again, it takes the one call that reads the columns, and gives the same totals and rejects."""
    async with leads() as (server, acton):
        first = await acton.bulk.upsert(LIST, MIXED, via=via, journal=tmp_path / "j.db")
        before = writes(server)
        again = await acton.bulk.upsert(LIST, MIXED, via=via, journal=tmp_path / "j.db")
        assert (writes(server), again.calls) == (before, 1)
        assert totals(again) == totals(first)
        assert added_up(first)
        assert list(again.rejects) == list(first.rejects)
        assert names_in(tmp_path) == ["j.db"]


@virtual_time
async def test_a_journal_of_another_list_is_refused(tmp_path: Path) -> None:
    """Even a finished run's: another journal was meant. Neither the list nor the journal is touched."""
    order = {"list_id": LIST, "rows": people(60), "journal": tmp_path / "j.db"}
    async with leads() as (server, acton):
        server.add_list("Others", COLUMNS, list_id="l-0002")
        first = await acton.bulk.upsert(**order)
        before = writes(server)
        with pytest.raises(InvalidArgument, match=r"its list differ.*Nothing was sent"):
            await acton.bulk.upsert(**{**order, "list_id": "l-0002"})
        assert writes(server) == before
        assert totals(await acton.bulk.upsert(**order)) == totals(first)


@pytest.mark.slow
@virtual_time
async def test_the_rejects_of_another_input_stay_out_of_a_journal(tmp_path: Path) -> None:
    """An input that is refused leaves no rejected row behind."""
    async with leads() as (server, acton):
        await stopped(server, acton, people(60), tmp_path / "j.db")
        with pytest.raises(InvalidArgument):
            await acton.bulk.upsert(LIST, [*people(3), {"email": "nobody"}], journal=tmp_path / "j.db")
        report = await acton.bulk.upsert(LIST, people(60), journal=tmp_path / "j.db")
        assert (report.rejected, list(report.rejects)) == (0, [])


@virtual_time
async def test_two_runs_cannot_share_a_journal(tmp_path: Path) -> None:
    """While one run writes in it, another is refused, in this process or any other."""
    async with leads() as (_, acton):
        with (
            closing(Journal(tmp_path / "j.db")),
            pytest.raises(InvalidArgument, match="in use by another run"),
        ):
            await acton.bulk.upsert(LIST, people(3), journal=tmp_path / "j.db")
        assert (await acton.bulk.upsert(LIST, people(3), journal=tmp_path / "j.db")).created == 3


@pytest.mark.parametrize("kind", ["text", "other database", "no folder"])
@virtual_time
async def test_what_is_no_journal_is_refused(kind: str, tmp_path: Path) -> None:
    """A file of something else stays as it is."""
    path = tmp_path / "j.db"
    if kind == "text":
        path.write_text("Dear diary, " * 100)
    elif kind == "other database":
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE files (number)")
        database.close()
    else:
        path = tmp_path / "no" / "j.db"
    before = content(path)
    async with leads() as (_, acton):
        with pytest.raises(InvalidArgument, match=r"The journal .* cannot be"):
            await acton.bulk.upsert(LIST, people(3), journal=path)
    assert content(path) == before


def content(path: Path) -> bytes | None:
    """What a file holds, if there is one."""
    return path.read_bytes() if path.exists() else None


@virtual_time
async def test_a_list_whose_columns_changed_is_told_apart(tmp_path: Path) -> None:
    """Files are written for the list's columns: with others, the journal is refused."""
    for columns in (COLUMNS, (*COLUMNS, Column("New"))):
        async with leads(columns=columns) as (_, acton):
            outcome_ = await outcome(acton.bulk.upsert(LIST, people(3), journal=tmp_path / "j.db"))
    assert "its account, list's columns, rows differ" in str(outcome_)


@pytest.mark.slow
@WAYS
@virtual_time
async def test_the_day_running_out_ends_the_run_and_the_next_day_goes_on(via: str, tmp_path: Path) -> None:
    """QuotaExhausted says how far it came and how to go on; a day later the same call sends only the rest."""
    async with emulator() as server:
        server.add_list("Leads", COLUMNS, list_id=LIST)
        limits = Limits(calls_per_day=40 if via == "records" else 2)
        async with session(server, token=issued(server), limits=limits) as acton:
            with pytest.raises(
                QuotaExhausted, match=r"Of 64 rows .* Run the same again with this journal"
            ) as caught:
                await acton.bulk.upsert(LIST, MIXED, via=via, journal=tmp_path / "j.db")
            assert caught.value.budget == "day"
        async with session(server, token=issued(server)) as acton:
            report = await acton.bulk.upsert(LIST, MIXED, via=via, journal=tmp_path / "j.db")
        assert added_up(report)
        assert (report.created, report.merged, report.rejected) == (61, 2, 1)
        assert len(held(server)) == 61
        assert writes(server) == {"records": 61, "upload": 2}[via]


@pytest.mark.slow
@WAYS
@virtual_time
async def test_a_session_that_closes_in_the_middle_leaves_a_journal_to_go_on_with(via: str, tmp_path: Path) -> None:
    """The run ends with SessionClosed, and another session goes on."""
    async with leads() as (server, acton):
        run = acton.bulk.start(LIST, MIXED, via=via, journal=tmp_path / "j.db")
        await server.calls.arrived("contacts.upsert" if via == "records" else "lists.merge")
        await acton.close()
        error = await outcome(run)
        assert isinstance(error, ActOnError)
        assert "Run the same again with this journal to go on" in str(error)
        async with session(server, token=issued(server)) as other:
            report = await other.bulk.upsert(LIST, MIXED, via=via, journal=tmp_path / "j.db")
        assert added_up(report)
        assert (report.created + report.updated, report.unknown) == (61, 0)
        assert len(held(server)) == 61
        assert isinstance(error, SessionClosed) or via == "upload"


@virtual_time
async def test_a_refused_upload_says_how_to_go_on(tmp_path: Path) -> None:
    """An error of Act-On's own keeps its words; the hint is a note that shows in the traceback."""
    async with leads() as (server, acton):
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="lists.merge")
        with pytest.raises(APIError) as caught:
            await acton.bulk.upsert(LIST, people(60), via="upload", journal=tmp_path / "j.db")
        assert "Of 60 rows 0 have ended" in caught.value.__notes__[0]
        report = await acton.bulk.upsert(LIST, people(60), journal=tmp_path / "j.db")
        assert (report.created, writes(server)) == (60, 2)


@virtual_time
async def test_the_way_is_chosen_once(tmp_path: Path) -> None:
    """A journal keeps the way that its first run took: ``auto`` follows it, and to ask for another is refused."""
    async with leads() as (server, acton):
        server.faults.add(Pass(), on="contacts.upsert", times=4)
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="contacts.upsert")
        assert isinstance(await outcome(acton.bulk.upsert(LIST, people(20), journal=tmp_path / "j.db")), APIError)
        before = writes(server)
        with pytest.raises(InvalidArgument, match=r"belongs to a run by records, which cannot go on by upload"):
            await acton.bulk.upsert(LIST, people(20), via="upload", journal=tmp_path / "j.db")
        assert writes(server) == before
        report = await acton.bulk.upsert(LIST, people(20), journal=tmp_path / "j.db")
        assert (report.created, writes(server)) == (20, 21)
        assert len(server.calls.of("lists.merge")) == 0


@virtual_time
async def test_a_journal_of_another_account_is_refused(tmp_path: Path) -> None:
    """Every account has a list l-0001: what one was sent, another does not have."""
    async with leads() as (_, acton):
        await acton.bulk.upsert(LIST, people(3), journal=tmp_path / "j.db")
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=r"belongs to another run: its account differ"):
            await acton.bulk.upsert(LIST, people(3), journal=tmp_path / "j.db")
        assert writes(server) == 0


@pytest.mark.slow
@virtual_time
async def test_a_disk_that_is_full_ends_the_run_and_the_journal_goes_on(tmp_path: Path) -> None:
    """StoreFailed names the journal and says how to go on; with room again, no row is sent twice."""
    async with leads() as (server, acton):

        def fill_up(progress: BulkProgress) -> None:
            if progress.rows_done == 9:
                setrlimit(RLIMIT_FSIZE, (0, unlimited[1]))

        unlimited = getrlimit(RLIMIT_FSIZE)
        order = {"via": "records", "journal": tmp_path / "j.db"}
        try:
            with pytest.raises(StoreFailed, match=r"j\.db cannot be used: .*Run the same again with this journal"):
                await acton.bulk.upsert(LIST, people(40), on_progress=fill_up, **order)
        finally:
            setrlimit(RLIMIT_FSIZE, unlimited)
        sent = writes(server)
        report = await acton.bulk.upsert(LIST, people(40), **order)
        assert (added_up(report), len(held(server)), report.unknown) == (True, 40, 0)
        assert writes(server) - sent <= 40 - 9


def test_a_journal_that_was_written_in_a_thread_is_free_once_it_is_closed(tmp_path: Path) -> None:
    """The next run may open it at once, also while that thread waits for work, and without the GIL."""
    with ThreadPoolExecutor(1) as threads:
        with closing(Journal(tmp_path / "j.db")) as journal:
            threads.submit(journal.bind, {"list": LIST}).result()
        with closing(Journal(tmp_path / "j.db")) as journal:
            assert not journal.differs({"list": LIST})
