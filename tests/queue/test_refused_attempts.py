"""Attempts that were surely refused leave nothing behind: the rows are as they were before."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import GatewayError, ServerError, TokenUnavailable
from asyncsdk.emulator import Emulator, Hang, Reply, Settings
from asyncsdk.queue import UnsavedRow
from asyncsdk.queue.journal_statuses import journal_statuses
from tests.queue.stage import HEADINGS, emails, emptied, opened, session_on, some, worker
from tests.support.stage import stage, until
from tests.support.virtual_time import virtual_time


@pytest.mark.slow
async def test_killed_while_a_refused_upload_waits(tmp_path: Path) -> None:
    """The next queue sends the rows at once, and what is newer with them: nothing is held."""
    async with Emulator(Settings(job_pending=0.0, job_running=0.1)) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        server.faults.add(Reply.throttled(300), on="lists.merge", times=9)
        async with worker(server, tmp_path, 0, 20, 0.1) as process:
            await until(lambda: server.calls.of("lists.merge"))
            await asyncio.sleep(0.5)
            process.send_signal(signal.SIGKILL)
            await process.wait()
        server.faults.clear()
        found = journal_statuses(tmp_path)
        assert (sum(each.waiting for each in found), sum(each.on_the_way for each in found)) == (20, 0)
        async with session_on(server) as acton:
            queue = acton.contacts.queue(leads, journal=tmp_path, max_age=0.1, quota_share=1.0)
            await queue.open()
            await queue.put("p3@example.com", {"Score": "new"})
            await until(lambda: not len(queue), 20)
            await queue.close()
        assert {row[0]: row[2] for row in server.rows(leads)}["p3@example.com"] == "new"
        assert len(server.rows(leads)) == 20


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 2])
def test_an_attempt_after_a_refused_one_is_written_down_again(times: int) -> None:
    """The journal says that rows may arrive while an attempt is on its way, and not while one is waited for."""

    @virtual_time
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "queue.journal"
            async with opened(journal=path, max_age=0.1) as (server, _, leads, queue):
                server.faults.add(Reply.throttled(30), on="lists.merge", times=times)
                server.faults.add(Hang(), on="lists.merge")
                for n in range(9):
                    await queue.put(f"p{n}@example.com")
                for calls in range(1, times + 2):
                    await until(lambda calls=calls: len(server.calls.of("lists.merge")) == calls, 100)
                    await asyncio.sleep(1)
                    (standing,) = journal_statuses(path)
                    assert (standing.waiting, standing.on_the_way) == ((0, 9) if calls > times else (9, 0))
                server.faults.clear()
                await emptied(queue)
                assert emails(server, leads) == some(9)

    run()


@pytest.mark.slow
@virtual_time
async def test_a_token_that_cannot_be_had_holds_nothing() -> None:
    """While ``/token`` is in trouble nothing is sent; when that has passed, rows go at once, newer values, too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queue.journal"
        async with opened(journal=path, max_age=0.1, drain_within=20.0) as (server, _, leads, queue):
            await asyncio.sleep(4000)  # the token has expired meanwhile
            server.faults.add(Reply.unavailable(), on="token", times=9999)
            for n in range(9):
                await queue.put(f"p{n}@example.com", {"Score": "old"})
            await until(lambda: queue.report().trouble is not None)
            await queue.put("p3@example.com", {"Score": "new"})
            assert isinstance(queue.report().trouble, TokenUnavailable)
            server.faults.clear()
            await until(lambda: not len(queue), 60)
            assert len(server.calls.of("lists.merge")) == 1
            assert {row[0]: row[2] for row in server.rows(leads)}["p3@example.com"] == "new"
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("SELECT count(*) FROM held").fetchone() == (0,)


TROUBLES: dict[str, tuple[Reply, type[Exception]]] = {
    "a gateway's 408": (Reply(408, b"Request Time-out"), GatewayError),
    "a status that nobody knows": (Reply(499, b"?"), GatewayError),
    "a 503": (Reply.unavailable(), ServerError),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_of_the_way_is_no_verdict(name: str) -> None:
    """Rows that something on the way has refused wait on, in the journal, and arrive when it has passed."""
    given_up: list[UnsavedRow] = []

    @virtual_time
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "queue.journal"
            async with stage() as (server, acton):
                leads = server.add_list("Leads", HEADINGS)
                reply, error = TROUBLES[name]
                server.faults.add(reply, on="contacts.upsert", times=9999)
                async with acton.contacts.queue(
                    leads, journal=path, on_unsaved=given_up.append, max_age=0.1
                ) as queue:
                    for n in range(3):
                        await queue.put(f"p{n}@example.com")
                    await asyncio.sleep(1800)
                    report = queue.report()
                    assert (report.rejected, report.failed, report.unknown, report.waiting) == (0, 0, 0, 3)
                    assert type(report.trouble) is error
                server.faults.clear()
                async with acton.contacts.queue(leads, journal=path) as queue:
                    await queue.flush()
                assert emails(server, leads) == some(3)
                assert given_up == []

    run()


@pytest.mark.slow
@virtual_time
async def test_a_way_that_is_bad_now_and_then_costs_no_row() -> None:
    """A row that meets gateway errors in every try of five minutes, while others are saved, is not given up."""
    tries: list[float] = []

    def hears(route: str, arguments: dict[str, Any]) -> None:
        if route == "contacts.upsert" and arguments["email"].startswith("unlucky"):
            tries.append(asyncio.get_running_loop().time())
            if tries[-1] < tries[0] + 3600:
                raise GatewayError("Too Early", status=425)

    async with opened(hears=hears, max_age=0.1) as (server, _, leads, queue):
        await queue.put("unlucky@example.com")
        for n in range(120):
            await queue.put(f"p{n}@example.com")
            await asyncio.sleep(60)
        await emptied(queue)
        assert (queue.report().unknown, queue.report().failed) == (0, 0)
        assert "unlucky@example.com" in emails(server, leads)


@pytest.mark.slow
@pytest.mark.parametrize("status", [407, 421, 425])
def test_what_proves_that_nothing_was_done_holds_no_newer_value(status: int) -> None:
    """A newer value waits for no copy of an older one that something on the way has surely not passed on."""

    @virtual_time
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "queue.journal"
            async with stage() as (server, acton):
                leads = server.add_list("Leads", HEADINGS)
                server.faults.add(Reply(status, b"?"), on="contacts.upsert", times=99)
                queue = acton.contacts.queue(leads, journal=path, max_age=0.0, drain_within=0.0)
                await queue.open()
                await queue.put("p0@example.com", {"Score": "old"})
                await until(lambda: queue.report().trouble is not None)
                assert isinstance(queue.report().trouble, GatewayError)
                await queue.close()
                server.faults.clear()
                with closing(sqlite3.connect(path)) as database:
                    assert database.execute("SELECT job, until FROM queued").fetchall() == [(None, None)]
                    assert database.execute("SELECT count(*) FROM held").fetchone() == (0,)
                async with acton.contacts.queue(leads, journal=path) as queue:
                    await queue.put("p0@example.com", {"Score": "new"}, wait=True)
                    assert queue.report().coalesced == 1
                assert server.rows(leads) == [["p0@example.com", "", "new"]]

    run()
