"""A folder of journals: what dead processes have left is taken over by the living, once, and in order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from asyncsdk import ActOnError, InvalidArgument, Session, clock
from asyncsdk.emulator import Emulator, Hang, Reply, SlowJob, StallJob
from asyncsdk.queue import QueueClosed, QueueReport
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_folder import is_folder, journals_in
from asyncsdk.queue.journal_statuses import journal_statuses
from tests.queue.stage import (
    HEADINGS,
    QUICK,
    TAKES_OVER,
    adds_up,
    all_ended,
    emptied,
    held,
    left,
    queue_on,
    session_on,
    waiting_in,
    worker,
)
from tests.support.stage import outcome, stage, until
from tests.support.virtual_time import virtual_time


@pytest.mark.slow
async def test_three_killed_workers_leave_nothing_behind(tmp_path: Path) -> None:
    """After kill -9 of all workers, the next queue on their folder saves every row, and their files are gone."""
    folder = tmp_path / "sign-ups"
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        async with (
            worker(server, folder, 0, 60, 600.0),
            worker(server, folder, 60, 60, 600.0),
            worker(server, folder, 120, 60, 600.0),
        ):
            assert folder.stat().st_mode & 0o777 == 0o700
            files = [path for path in folder.iterdir() if path.is_file()]
            assert len([path for path in files if path.suffix == ".intake"]) == 3
            assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
            assert len(server.rows(leads)) == 0
        async with session_on(server) as acton, acton.contacts.queue(leads, journal=folder, max_age=0.1) as queue:
            assert queue.report().replayed == 180
            await until(lambda: not len(queue))
        assert {row[0]: row[2] for row in server.rows(leads)} == {f"p{n}@example.com": str(n) for n in range(180)}
        assert journal_statuses(folder) == []
        assert all_ended(queue.report())


@pytest.mark.slow
async def test_another_process_sends_soon_after_the_sender_was_killed(tmp_path: Path) -> None:
    """While a worker lives that sends, another one sends nothing; when it is killed, the other sends all."""
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        async with (
            session_on(server) as acton,
            worker(server, tmp_path / "j", 0, 20, 600.0) as process,
            queue_on(acton, leads, adopt_every=0.1, journal=tmp_path / "j", max_age=0.1) as queue,
        ):
            waits = asyncio.create_task(queue.put("mine@example.com", wait=True))
            await until(lambda: len(queue) == 21)
            assert queue.report().replayed == 0
            process.send_signal(signal.SIGKILL)
            await process.wait()
            assert (await asyncio.wait_for(waits, 60)).saved
            await until(lambda: queue.report().replayed == 21 and not len(queue))
        assert len(server.rows(leads)) == 21
        assert journal_statuses(tmp_path / "j") == []


@pytest.mark.slow
async def test_of_queues_that_open_at_once_one_takes_over_each_row(tmp_path: Path) -> None:
    """Five queues find the same orphan: each of its rows comes to one of them."""
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        async with worker(server, tmp_path / "j", 0, 50, 600.0):
            pass
        async with session_on(server) as acton:
            queues = [acton.contacts.queue(leads, journal=tmp_path / "j", max_age=0.1) for _ in range(5)]
            await asyncio.gather(*(queue.open() for queue in queues))
            assert sorted(queue.report().replayed for queue in queues) == [0, 0, 0, 0, 50]
            await asyncio.gather(*(queue.close() for queue in queues))
        assert len(server.rows(leads)) == 50
        assert len(server.calls.of("lists.merge")) == 1


async def test_a_queue_that_is_closed_while_it_opens_does_not_open(tmp_path: Path) -> None:
    """Close waits for the opening; nothing works on after it, and no row is taken that nobody would send."""
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        async with session_on(server) as acton:
            queue = acton.contacts.queue(leads, journal=tmp_path / "j")
            opening = asyncio.ensure_future(outcome(queue.open()))
            await asyncio.sleep(0)
            await queue.close()
            assert isinstance(await opening, QueueClosed)
            assert isinstance(await outcome(queue.put("p@example.com")), QueueClosed)
            assert [task for task in asyncio.all_tasks() if task.get_name().startswith("asyncsdk queue")] == []
    assert journal_statuses(tmp_path / "j") == []


@pytest.mark.parametrize("seconds", [0.0, 0.005, 0.02, 0.05])
async def test_an_opening_that_is_cancelled_leaves_no_journal(tmp_path: Path, seconds: float) -> None:
    """At any moment of it: the journal that was being made is removed, and the queue can be opened again."""
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        async with session_on(server) as acton:
            queue = acton.contacts.queue(leads, journal=tmp_path / "j", max_age=0.1)
            opening = asyncio.create_task(queue.open())
            await asyncio.sleep(seconds)
            opening.cancel()
            await asyncio.wait({opening})
            if opening.cancelled():
                assert journal_statuses(tmp_path / "j") == []
                await queue.open()
            assert (await queue.put("p@example.com", wait=True)).saved
            await queue.close()
    assert journal_statuses(tmp_path / "j") == []


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
async def test_who_is_killed_while_taking_over_changes_nothing(tmp_path: Path, when: str) -> None:
    """Killed before its journal has the rows, or after that and before the orphan is removed: each comes once."""
    folder = tmp_path / "j"
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        async with worker(server, folder, 0, 30, 600.0):
            pass
        env = {**os.environ, "TOKEN": server.issue_token()["access_token"]}
        command = [sys.executable, "-c", TAKES_OVER, server.url, str(folder), when]
        process = await asyncio.create_subprocess_exec(*command, env=env)
        assert await process.wait() == -signal.SIGKILL
        assert waiting_in(folder) == 30
        async with session_on(server) as acton, acton.contacts.queue(leads, journal=folder, max_age=0.1) as queue:
            assert (queue.report().replayed, len(queue)) == (30, 30)
        assert len(server.rows(leads)) == 30
        assert journal_statuses(folder) == []


@virtual_time
async def test_of_two_dead_processes_the_later_put_counts_for_each_column() -> None:
    """Whatever the files' names, an address has of each column what was put last."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            for mine, others in ((10.0, 5.0), (5.0, 10.0)):
                left(folder, [("A@example.com", {"First Name": "one", "Score": "1"}, mine)])
                left(folder, [("a@example.com", {"First Name": "two"}, others)])
                async with acton.contacts.queue(leads, journal=folder) as queue:
                    assert (queue.report().replayed, len(queue)) == (2, 1)
                (row,) = held(server, leads).values()
                assert row == ["one" if mine > others else "two", "1"]


@pytest.mark.slow
@virtual_time
async def test_a_newer_put_of_the_living_queue_outlives_an_orphan() -> None:
    """An orphan's older value is neither sent after a newer one that waits, nor after one that was saved."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            old = clock.wall() - 60
            async with acton.contacts.queue(leads, journal=folder, max_age=30.0) as queue:
                await queue.put("waits@example.com", {"Score": "new"})
                await queue.put("saved@example.com", {"Score": "new"}, wait=True)
                await queue.put("waits@example.com", {"Score": "newest"})
                rows = [
                    (f"{name}@example.com", {"Score": "old", "First Name": "old"}, old)
                    for name in ("waits", "saved")
                ]
                left(folder, rows)
                await until(lambda: queue.report().replayed == 5)
                await emptied(queue)
            assert held(server, leads) == {
                "waits@example.com": ["old", "newest"],
                "saved@example.com": ["old", "new"],
            }
            assert all_ended(queue.report())


@pytest.mark.slow
@virtual_time
async def test_an_orphan_that_comes_while_a_newer_value_is_on_its_way() -> None:
    """What is older is not sent after the file with the newer value; columns that this has not are."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            server.faults.add(SlowJob(pending=60.0, running=0.0), on="lists.merge")
            old = clock.wall() - 60
            async with acton.contacts.queue(leads, journal=folder, max_age=0.1) as queue:
                await asyncio.gather(*(queue.put(f"p{n}@example.com", {"Score": "new"}) for n in range(9)))
                await until(lambda: server.calls.of("lists.merge"))
                rows = [
                    ("p1@example.com", {"Score": "old"}, old),
                    ("p2@example.com", {"Score": "old", "First Name": "old"}, old),
                ]
                left(folder, rows)
                await emptied(queue)
            found = held(server, leads)
            assert (found["p1@example.com"], found["p2@example.com"]) == (["", "new"], ["old", "new"])
            assert all_ended(queue.report())


@pytest.mark.slow
@virtual_time
async def test_a_job_of_a_dead_process_is_followed_by_the_living() -> None:
    """A file that was accepted when its process died is not sent again; what is newer waits for its end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            server.faults.add(SlowJob(pending=60.0, running=0.0), on="lists.merge")
            async with acton.contacts.queue(leads, journal=folder, max_age=0.1, drain_within=0.0) as dying:
                await asyncio.gather(*(dying.put(f"p{n}@example.com", {"Score": "old"}) for n in range(9)))
                await until(lambda: server.calls.of("lists.merge"))
                await asyncio.sleep(1)
            async with acton.contacts.queue(leads, journal=folder, max_age=0.1) as queue:
                assert (queue.report().replayed, len(queue)) == (9, 9)
                await queue.put("p3@example.com", {"Score": "new"})
                await emptied(queue)
            assert len(server.calls.of("lists.merge")) == 1
            assert held(server, leads)["p3@example.com"] == ["", "new"]


@pytest.mark.slow
@virtual_time
async def test_two_files_of_two_processes_with_one_address() -> None:
    """When both died with the address on its way, nobody knows which comes last: the newer value is sent again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            for pending, value in ((100.0, "old"), (1.0, "new")):
                server.faults.add(SlowJob(pending=pending, running=0.0), on="lists.merge")
                path = f"{name}-{value}.journal"
                async with acton.contacts.queue(leads, journal=path, max_age=0.1, drain_within=0.0) as dying:
                    await asyncio.gather(*(dying.put(f"p{n}@example.com", {"Score": value}) for n in range(9)))
                    await until(lambda value=value: len(server.calls.of("lists.merge")) == 1 + (value == "new"), 5)
                    await asyncio.sleep(0.5)
                os.rename(path, folder / f"{value}.journal")  # noqa: PTH104 - no other thread waits
            async with acton.contacts.queue(leads, journal=folder, max_age=0.1) as queue:
                assert queue.report().replayed == 18
                await emptied(queue)
            assert {row[1] for row in held(server, leads).values()} == {"new"}
            assert adds_up(queue.report())


@pytest.mark.slow
@virtual_time
async def test_journals_of_other_lists_and_accounts_are_left_alone() -> None:
    """They stay as they are, and the log says so once for each."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("asyncsdk").addHandler(handler)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        other_list, other_account = left(folder, []), left(folder, [("x@example.com", {}, 1.0)])
        for path, fact, value in ((other_list, "list", "l-0002"), (other_account, "owner", "https://x 7")):
            journal = QueueJournal(path, None)
            journal.database.execute("INSERT OR REPLACE INTO queue VALUES (?, ?)", (fact, value))
            journal.release()
        (folder / "notes.txt").write_text("not ours")
        (folder / "broken.journal").write_text("neither is this, though it has such a name" * 100)
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            async with acton.contacts.queue(leads, journal=folder) as queue:
                await queue.put("p1@example.com")
                await asyncio.sleep(100)
            assert queue.report().replayed == 1
            assert list(held(server, leads)) == ["p1@example.com"]
        assert len([line for line in lines if "leaves the journal" in line]) == 3
        assert set(journals_in(folder)) == {other_list, other_account, folder / "broken.journal"}
    logging.getLogger("asyncsdk").removeHandler(handler)


@virtual_time
async def test_a_journal_that_is_damaged_holds_up_no_other() -> None:
    """It is left as it is and told of; the others beside it are taken over."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        damaged = left(folder, [("p1@example.com", {}, 1.0)])
        with closing(sqlite3.connect(damaged)) as database, database:
            database.execute("UPDATE queued SET cells = 'no JSON'")
        left(folder, [("p2@example.com", {}, 1.0)])
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            async with acton.contacts.queue(leads, journal=folder) as queue:
                assert queue.report().replayed == 1
            assert list(held(server, leads)) == ["p2@example.com"]
        assert journals_in(folder) == [damaged]


@pytest.mark.slow
@virtual_time
async def test_while_the_account_cannot_be_asked_orphans_wait() -> None:
    """A queue opens all the same, and takes them over when Act-On answers again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        left(folder, [("p1@example.com", {}, 1.0)])
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            server.faults.add(Hang(), on="account.get", times=1)
            began = asyncio.get_running_loop().time()
            async with acton.contacts.queue(leads, journal=folder, max_age=0.1) as queue:
                assert asyncio.get_running_loop().time() - began < 6
                assert queue.report().replayed == 0
                await until(lambda: queue.report().created == 1, 300)
            assert list(held(server, leads)) == ["p1@example.com"]


@virtual_time
async def test_rows_that_were_given_up_are_taken_over_and_told() -> None:
    """A row that a dead process had given up and told nobody of is told by the next."""
    told: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = left(folder, [])
        journal = QueueJournal(path, None)
        journal.database.execute(
            "INSERT INTO unsaved VALUES (1, 'p1@example.com', '{}', 'rejected', 'bad')"
        ).close()
        journal.release()
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            async with acton.contacts.queue(leads, journal=folder, on_unsaved=lambda row: told.append(row.email)):
                pass
        assert told == ["p1@example.com"]
        assert journals_in(folder) == []


@virtual_time
async def test_a_folder_knows_the_columns_of_its_list() -> None:
    """Once any queue on it has read them, others take rows while Act-On is down."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            async with acton.contacts.queue(leads, journal=folder) as queue:
                await queue.put("p1@example.com", wait=True)
            server.faults.add(Reply.unavailable(), on="any", times=999)
            async with acton.contacts.queue(leads, journal=folder) as queue:
                await queue.put("p2@example.com", {"Score": 2})
                assert isinstance(await outcome(queue.put("p3@example.com", {"Nonsense": 2})), ActOnError)
                server.faults.clear()
            await asyncio.sleep(600)
            async with acton.contacts.queue(leads, journal=folder):
                pass
            assert sorted(held(server, leads)) == ["p1@example.com", "p2@example.com"]


@virtual_time
async def test_stalled_rows_survive_a_clean_end() -> None:
    """A queue that closes with rows left leaves its journal, and the next one on the folder has them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "new"
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            server.faults.add(StallJob(), on="lists.merge")
            async with acton.contacts.queue(leads, journal=folder, max_age=0.1) as queue:
                await asyncio.gather(*(queue.put(f"p{n}@example.com") for n in range(9)))
            assert (queue.report().waiting, waiting_in(folder)) == (9, 9)
            async with acton.contacts.queue(leads, journal=folder) as queue:
                report: QueueReport = queue.report()
            assert (report.replayed, report.waiting) == (9, 9)


def test_what_is_a_folder(tmp_path: Path) -> None:
    """What is there decides; else a slash at the end, or a path without a suffix, which has lost its slash."""
    (tmp_path / "is.folder").mkdir()
    (tmp_path / "file").touch()
    folders = [tmp_path / "is.folder", str(tmp_path / "is.folder"), f"{tmp_path}/new/", Path(f"{tmp_path}/new/")]
    files = [tmp_path / "file", tmp_path / "new.journal", f"{tmp_path}/new"]
    assert [is_folder(path) for path in [*folders, *files]] == [True] * 4 + [False] * 3


async def test_a_folder_that_cannot_be_made(acton: Session, tmp_path: Path) -> None:
    """It is refused in words, before any row is taken."""
    (tmp_path / "file").touch()
    error = await outcome(acton.contacts.queue("l-0001", journal=f"{tmp_path}/file/new/").open())
    assert isinstance(error, InvalidArgument)
    assert "cannot be used" in str(error)
