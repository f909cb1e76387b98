"""Retention: rows that were given up are kept until they are reported, and nothing is kept for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import Session
from asyncsdk.emulator import Emulator, Reply
from asyncsdk.queue import RowsUnsaved, UnsavedRow
from tests.queue.stage import HEADINGS, opened
from tests.support.stage import outcome, stage, until
from tests.support.virtual_time import virtual_time

REFUSAL = Reply(400, {"errorCode": "10000", "message": "bad"})

PUTS = """
import asyncio, os, sys
from asyncsdk import Session

async def main():
    async with Session.from_env() as acton:
        async with acton.contacts.queue("l-0001", journal=sys.argv[1], max_age=0.1) as queue:
            await queue.put("p1@example.com", {"Score": 1})
            while not queue.report().rejected:
                await asyncio.sleep(0.01)
            await queue.put("p2@example.com", wait=True)
            print("ready", flush=True)
            await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.slow
async def test_a_rejected_row_outlives_its_process(acton: Session, acton_server: Emulator, tmp_path: Path) -> None:
    """After kill -9 the next queue tells of a row that was rejected before; once it has, no queue does any more."""
    leads = acton_server.add_list("Leads", HEADINGS)
    acton_server.faults.add(REFUSAL, on="contacts.upsert")
    told = {f"ACTON_{name.upper()}": value for name, value in acton_server.credentials.items()}
    env = {**os.environ, **told, "ACTON_BASE_URL": acton_server.url}
    journal = tmp_path / "queue.journal"
    command = [sys.executable, "-c", PUTS, str(journal)]
    process = await asyncio.create_subprocess_exec(*command, env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()

    queue = acton.contacts.queue(leads, journal=journal)
    await queue.open()
    error = await outcome(queue.close())
    assert isinstance(error, RowsUnsaved)
    (row,) = error.report.unsaved
    assert (row.email, row.data, row.fate, "bad" in row.reason) == (
        "p1@example.com",
        {"Score": "1"},
        "rejected",
        True,
    )
    assert [row[0] for row in acton_server.rows(leads)] == ["p2@example.com"]
    async with acton.contacts.queue(leads, journal=journal):
        pass


def in_journals(check: Callable[[Any, Emulator, str, Path], Any]) -> None:
    """Run a check in virtual time, with a session, a list and a place for a journal."""

    @virtual_time
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with stage() as (server, acton):
                leads = server.add_list("Leads", HEADINGS)
                server.faults.add(REFUSAL, on="contacts.upsert")
                await check(acton, server, leads, Path(folder) / "queue.journal")

    run()


def test_an_error_in_the_body_keeps_the_row_for_the_next_queue() -> None:
    """Only a report that somebody was given lets go of it."""

    async def check(acton: Session, _: Emulator, leads: str, journal: Path) -> None:
        async def body() -> None:
            async with acton.contacts.queue(leads, journal=journal) as queue:
                await queue.put("p1@example.com")
                raise KeyError

        assert isinstance(await outcome(body()), KeyError)
        queue = acton.contacts.queue(leads, journal=journal)
        await queue.open()
        assert [row.email for row in queue.report().unsaved] == ["p1@example.com"]
        assert isinstance(await outcome(queue.close()), RowsUnsaved)
        async with acton.contacts.queue(leads, journal=journal) as later:
            assert not later.report().unsaved

    in_journals(check)


def test_on_unsaved_must_have_the_row_before_the_journal_lets_go_of_it() -> None:
    """While it fails the row stays; the next queue hands it over again."""
    given_up: list[UnsavedRow] = []

    async def fails(_: UnsavedRow) -> None:
        raise OSError

    async def check(acton: Session, _: Emulator, leads: str, journal: Path) -> None:
        async def body() -> None:
            async with acton.contacts.queue(leads, journal=journal, on_unsaved=fails) as queue:
                await queue.put("p1@example.com")
                raise KeyError

        assert isinstance(await outcome(body()), KeyError)
        for _ in range(2):
            async with acton.contacts.queue(leads, journal=journal, on_unsaved=given_up.append):
                pass
        assert [row.email for row in given_up] == ["p1@example.com"]

    in_journals(check)


@pytest.mark.slow
@virtual_time
async def test_one_busy_address_does_not_fill_the_disk_nor_the_memory() -> None:
    """Put thousands of times while nothing can be sent, with waiters that give up: a few rows, a few waiters."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "queue.journal"
        async with opened(journal=journal, max_age=600.0, drain_within=0.0) as (_, acton, leads, queue):
            for n in range(1000):
                await queue.put("hot@example.com", {"Score": n, "First Name": f"N{n}" if n < 500 else None})
            for _ in range(200):
                await asyncio.wait(
                    [waiting := asyncio.ensure_future(queue.put("hot@example.com", wait=True))], timeout=0.1
                )
                waiting.cancel()
            (entry,) = queue._backend._engine.backlog.waiting.values()
            assert len(entry.waiters) < 50
            assert len(entry.numbers) < 50
            await outcome(queue.close())
            with closing(sqlite3.connect(journal)) as database:
                assert database.execute("SELECT count(*) FROM queued").fetchone()[0] < 50
            async with acton.contacts.queue(leads, journal=journal):
                pass
            later = acton.contacts.queue(leads, journal=journal)
            async with later:
                pass
            assert later.report().replayed == 0


async def test_a_hot_address_keeps_its_last_values_on_disk(
    acton: Session, acton_server: Emulator, tmp_path: Path
) -> None:
    """What many puts for one address said together is what the next queue saves."""
    leads = acton_server.add_list("Leads", HEADINGS)
    queue = acton.contacts.queue(leads, journal=tmp_path / "queue.journal", max_age=600.0, drain_within=0.0)
    async with queue:
        for n in range(40):
            await queue.put("hot@example.com", {"Score": n} if n % 2 else {"First Name": f"N{n}"})
    async with acton.contacts.queue(leads, journal=tmp_path / "queue.journal"):
        pass
    assert acton_server.rows(leads) == [["hot@example.com", "N38", "39"]]


@virtual_time
async def test_given_up_rows_do_not_fill_the_memory() -> None:
    """Of more rows than are kept in memory the report and the error tell the number."""
    async with opened(max_age=0.1, quota_share=1.0) as (server, _, _leads, queue):
        unsaved = queue._backend._persistence.unsaved
        unsaved.rows.extend([UnsavedRow("x@example.com", {}, "rejected")] * 9_999)
        server.faults.add(REFUSAL, on="contacts.upsert", times=3)
        for n in range(1, 4):
            await queue.put(f"p{n}@example.com")
        await until(lambda: queue.report().rejected == 3)
        assert (len(queue.report().unsaved), queue.report().unsaved_more) == (10_000, 2)
        error = await outcome(queue.close())
        assert "10,002 rows" in str(error)


async def test_a_journal_has_a_thread_of_its_own(acton: Session, acton_server: Emulator, tmp_path: Path) -> None:
    """However busy the program's other threads are, a put is written down at once."""
    leads = acton_server.add_list("Leads", HEADINGS)
    async with acton.contacts.queue(leads, journal=tmp_path / "queue.journal", max_age=600.0) as queue:
        await queue.put("p0@example.com")
        written = threading.Event()
        busy = [asyncio.ensure_future(asyncio.to_thread(written.wait)) for _ in range(40)]
        try:
            async with asyncio.timeout(60):
                await queue.put("p1@example.com")
        finally:
            written.set()
        await asyncio.gather(*busy)
