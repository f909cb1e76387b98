"""Files whose fate is open: what was refused is sent again at once, what may have landed is looked for."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from asyncsdk import BulkProgress, BulkReport, Limits, QuotaExhausted, RetryPolicy, ServerError
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.emulator import Cut, Emulator, ExpireToken, Fault, Pass, Reply
from tests.support.leads import COLUMNS, LIST, added_up, held, leads, people, writes
from tests.support.stage import emulator, issued, outcome, session, until
from tests.support.virtual_time import virtual_time

ROWS = people(120)
SMALL = Limits(upload_bytes=1500)


def refuse_it(server: Emulator) -> None:
    """Too many calls; the next is to come in a minute."""
    server.faults.add(Reply.throttled(retry_after=60), on="lists.merge")


def expire_it(server: Emulator) -> None:
    """No token is good, and no other can be had."""
    server.faults.add(ExpireToken(), on="lists.merge")
    server.faults.add(Reply.unavailable(), on="token", times=1000)


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [refuse_it, expire_it], ids=["429", "401 and no token"])
@virtual_time
async def test_a_run_that_is_interrupted_while_a_refused_file_waits(
    trouble: Callable[[Emulator], None], tmp_path: Path
) -> None:
    """Act-On has nothing of the file, and the journal knows: the next run sends it at once, without looking."""
    async with leads() as (server, _):
        order = {"via": "upload", "journal": tmp_path / "j.db"}
        async with session(server, token=issued(server), retry=RetryPolicy(attempts=2, base=0.1)) as first:
            trouble(server)
            run = first.bulk.start(LIST, ROWS, via="upload", journal=tmp_path / "j.db")
            await until(lambda: any(call.status in {401, 429} for call in server.calls.of("lists.merge")))
            await asyncio.sleep(0.5)
            run.cancel()
            await asyncio.wait([asyncio.ensure_future(outcome(run))])
        with closing(Journal(tmp_path / "j.db")) as journal:
            assert journal.file(0).state in {"waiting", "sending"}
        server.faults.clear()
        async with session(server, token=issued(server)) as second:
            report = await second.bulk.upsert(LIST, ROWS, **order)
        assert (report.created, report.unknown, len(held(server))) == (120, 0, 120)
        assert not [call for call in server.calls.of("lists.download") if "modafter" in call.query]


@virtual_time
async def test_a_quota_that_ends_while_a_refused_file_waits(tmp_path: Path) -> None:
    """The run ends with QuotaExhausted, and the next one sends the file without looking for it."""
    async with emulator() as server:
        server.add_list("Leads", COLUMNS, list_id=LIST)
        server.faults.add(Reply.throttled(retry_after=5), on="lists.merge")
        async with session(server, token=issued(server), limits=Limits(calls_per_day=3)) as first:
            with pytest.raises(QuotaExhausted):
                await first.bulk.upsert(LIST, ROWS, via="upload", journal=tmp_path / "j.db")
        async with session(server, token=issued(server)) as second:
            report = await second.bulk.upsert(LIST, ROWS, via="upload", journal=tmp_path / "j.db")
        assert (report.created, report.unknown, report.seconds < 20) == (120, 0, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [Reply.unavailable(), Reply.gateway_page(), Reply.broken_json(acted=False), Cut("arrival")],
    ids=["503", "a page", "half an answer", "cut"],
)
@virtual_time
async def test_an_outage_stops_the_run_and_the_journal_goes_on(fault: Fault, tmp_path: Path) -> None:
    """One file is tried a few times, minutes apart; then the run ends with the error, and no row is given up."""
    async with (
        leads(upload_bytes=1500) as (server, _),
        session(server, token=issued(server), limits=SMALL) as small,
    ):
        server.faults.add(fault, on="lists.merge", times=10_000)
        order = {"via": "upload", "journal": tmp_path / "j.db"}
        ending = await outcome(small.bulk.upsert(LIST, ROWS, **order))
        assert isinstance(ending, Exception)
        assert writes(server) < 20
        with closing(Journal(tmp_path / "j.db")) as journal:
            assert not journal.finished
            assert len(journal.files(open_only=True)) == 4
        server.faults.clear()
        report = await small.bulk.upsert(LIST, ROWS, **order)
        assert (report.created, report.unknown, len(held(server)), added_up(report)) == (120, 0, 120, True)


@virtual_time
async def test_an_outage_of_a_minute_is_waited_for() -> None:
    """The run pauses, looks, and goes on, all in one; whoever follows it sees what is waited for, and how long."""
    seen: list[BulkProgress] = []
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(), on="lists.merge", times=2)
        report = await acton.bulk.upsert(LIST, ROWS, via="upload", on_progress=seen.append)
        assert (report.created, report.unknown, report.reasons, writes(server)) == (120, 0, (), 3)
    looking = [progress for progress in seen if progress.stage == "looking"]
    assert len(looking) > 5
    assert max(progress.seconds_left or 0.0 for progress in looking) >= 59
    assert [progress.rows_sent for progress in seen][-1] == 120


@pytest.mark.slow
@pytest.mark.parametrize(("times", "waited_out"), [(25, True), (1000, False)], ids=["for a while", "for long"])
@virtual_time
async def test_a_list_that_cannot_be_read_for_a_while_is_read_later(
    times: int, waited_out: bool, tmp_path: Path
) -> None:
    """Trouble while rows are looked for is waited out, or ends the run, to be resumed; no row is given up."""
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(), on="lists.merge")
        server.faults.add(Pass(), on="lists.download")
        server.faults.add(Cut("acted"), on="lists.download", times=times)
        order = {"via": "upload", "journal": tmp_path / "j.db"}
        ending = await outcome(acton.bulk.upsert(LIST, ROWS, **order))
        assert isinstance(ending, BulkReport) is waited_out
        server.faults.clear()
        report = ending if isinstance(ending, BulkReport) else await acton.bulk.upsert(LIST, ROWS, **order)
        assert (report.created, report.unknown, len(held(server))) == (120, 0, 120)


@virtual_time
async def test_rows_stay_unknown_while_the_list_cannot_be_read(tmp_path: Path) -> None:
    """Where a right is missing the rows are unknown, the reason says so, and a later run finds out."""
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(acted=True), on="lists.merge")
        server.faults.add(Pass(), on="lists.download")
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="lists.download", times=1000)
        order = {"via": "upload", "journal": tmp_path / "j.db"}
        report = await acton.bulk.upsert(LIST, ROWS, **order)
        assert (report.unknown, added_up(report), writes(server)) == (120, True, 1)
        assert "the list cannot be read" in report.reasons[0]
        server.faults.clear()
        report = await acton.bulk.upsert(LIST, ROWS, **order)
        assert (report.created, report.unknown, report.reasons, writes(server)) == (120, 0, (), 1)
        assert (await acton.bulk.upsert(LIST, ROWS, **order)).created == 120


@virtual_time
async def test_records_whose_fate_stayed_open_are_sent_again_by_the_next_run(tmp_path: Path) -> None:
    """A few rows that ended unknown leave the journal open: the same run again sends them."""
    async with leads() as (server, acton):
        server.faults.add(Pass(), on="contacts.upsert", times=5)
        server.faults.add(Reply.broken_json(acted=False), on="contacts.upsert", times=15)
        order = {"via": "records", "journal": tmp_path / "j.db"}
        first = await acton.bulk.upsert(LIST, people(10), **order)
        assert (first.created, first.unknown, added_up(first)) == (5, 5, True)
        server.faults.clear()
        report = await acton.bulk.upsert(LIST, people(10), **order)
        assert (report.created, report.unknown, len(held(server))) == (10, 0, 10)


def aged(path: Path) -> None:
    """Turn a journal into one of version 1, whose run gave the rows of its file up."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            """
            CREATE TABLE old (
                number INTEGER PRIMARY KEY, rows INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
                sent_at REAL, job_id TEXT, counts TEXT, reason TEXT);
            INSERT INTO old SELECT number, rows, 'ended', sent_at, NULL,
                '{"created": 0, "updated": 0, "rejected": 0, "failed": 0, "unknown": ' || rows || '}', 'unknown'
                FROM files;
            DROP TABLE files;
            ALTER TABLE old RENAME TO files;
            UPDATE laid_out SET finished = 1;
            UPDATE run SET value = '1' WHERE name = 'version';
            """
        )


@pytest.mark.slow
@virtual_time
async def test_an_old_journal_that_gave_rows_up_is_taken_up_again(tmp_path: Path) -> None:
    """A journal of version 1 that ended with unknown rows is read, and its rows are sent."""
    async with leads() as (server, acton):
        server.faults.add(Reply.unavailable(), on="lists.merge", times=1000)
        order = {"via": "upload", "journal": tmp_path / "j.db"}
        assert isinstance(await outcome(acton.bulk.upsert(LIST, ROWS, **order)), ServerError)
        with closing(sqlite3.connect(tmp_path / "j.db")) as database, database:
            database.execute("DELETE FROM files WHERE number > 0")
        database.close()
        aged(tmp_path / "j.db")
        server.faults.clear()
        report = await acton.bulk.upsert(LIST, ROWS, **order)
        assert (report.created, report.unknown, report.reasons, len(held(server))) == (120, 0, (), 120)
        again = await acton.bulk.upsert(LIST, ROWS, **order)
        assert (again.created, again.calls) == (120, 1)
