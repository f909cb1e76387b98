"""The journal: what put returned for outlives the process, and each row has one fate."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from asyncsdk import CLEAR, ActOnError, InvalidArgument, PasswordGrant, PollPolicy, Session
from asyncsdk.emulator import Emulator, Hang, Settings, SlowJob, StallJob
from asyncsdk.queue import RowsUnsaved
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_registry import is_taken, open_here
from asyncsdk.queue.journal_statuses import journal_statuses
from tests.support.stage import outcome, stage, until
from tests.support.virtual_time import virtual_time

HEADINGS = ["Email", "First Name", "Score"]
QUICK = Settings(job_pending=0.0, job_running=0.2)

PUTS = """
import asyncio, sys
from asyncsdk import PollPolicy, Session

async def main():
    async with Session.from_env(polling=PollPolicy(price=0.05)) as acton:
        async with acton.contacts.queue("l-0001", journal=sys.argv[1], max_age=float(sys.argv[2])) as queue:
            if sys.argv[3] == "sigterm":
                queue.drain_on_sigterm()
            for n in range(10_000):
                await queue.put(f"p{n}@example.com", {"Score": n})
                print(n, flush=True)
                await asyncio.sleep(0.002)

asyncio.run(main())
"""


def variables(server: Emulator) -> dict[str, str]:
    """What ``Session.from_env`` reads, and nothing else of that kind."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACTON_")}
    told = {f"ACTON_{name.upper()}": value for name, value in server.credentials.items()}
    return {**kept, **told, "ACTON_BASE_URL": server.url}


async def run_until(server: Emulator, path: Path, signal_number: int, age: float, enough: int) -> tuple[int, int]:
    """Run the program, send it a signal after so many puts; gives its return code and the puts that returned."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PUTS,
        str(path),
        str(age),
        "sigterm" if signal_number == signal.SIGTERM else "",
        env=variables(server),
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    lines = [await process.stdout.readline() for _ in range(enough)]
    process.send_signal(signal_number)
    rest = await process.stdout.read()
    return await process.wait(), len(lines) + len(rest.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("age", [60.0, 0.2])
async def test_a_killed_process_loses_nothing(tmp_path: Path, age: float) -> None:
    """After kill -9, with nothing sent yet or in the middle of it, the next queue saves every row that was put."""
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS)
        code, puts = await run_until(server, tmp_path / "queue.journal", signal.SIGKILL, age, 80)
        assert code == -signal.SIGKILL
        grant = PasswordGrant(**server.credentials)
        async with Session(grant=grant, base_url=server.url, polling=PollPolicy(price=0.05)) as acton:
            queue = acton.contacts.queue(leads, journal=tmp_path / "queue.journal")
            await queue.open()
            await queue.close()
        scores = {row[0]: row[2] for row in server.rows(leads)}
        assert {f"p{n}@example.com": str(n) for n in range(puts)}.items() <= scores.items()
        assert len(server.rows(leads)) == len(scores) <= puts + 1
        assert queue.report().waiting == 0


@pytest.mark.slow
async def test_sigterm_drains_and_then_ends_the_process(tmp_path: Path) -> None:
    """On SIGTERM all rows are sent although their age is far off, and the process ends by the signal."""
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS)
        code, puts = await run_until(server, tmp_path / "queue.journal", signal.SIGTERM, 600.0, 50)
        assert code == -signal.SIGTERM
        assert len(server.rows(leads)) >= puts >= 50
        with closing(sqlite3.connect(tmp_path / "queue.journal")) as database, database:
            assert database.execute("SELECT count(*) FROM queued").fetchone() == (0,)
        database.close()


async def test_a_handler_of_sigterm_is_kept_and_put_back(acton: Session, acton_server: Emulator) -> None:
    """The handler that was there is called after the drain, once; closing puts it back as well."""
    leads = acton_server.add_list("Leads", HEADINGS)
    heard: asyncio.Queue[int] = asyncio.Queue()

    def handler(*_: object) -> None:
        heard.put_nowait(len(acton_server.rows(leads)))

    before = signal.signal(signal.SIGTERM, handler)
    try:
        async with acton.contacts.queue(leads, max_age=600.0) as queue:
            queue.drain_on_sigterm()
            await queue.put("p0@example.com")
            os.kill(os.getpid(), signal.SIGTERM)
            assert await asyncio.wait_for(heard.get(), 60) == 1
        assert heard.empty()
        assert signal.getsignal(signal.SIGTERM) is handler
        async with acton.contacts.queue(leads) as queue:
            queue.drain_on_sigterm()
            assert signal.getsignal(signal.SIGTERM) is not handler
        assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, before)


def test_only_the_main_thread_can_wait_for_sigterm() -> None:
    """In another thread's loop it is refused, in words."""

    async def run() -> None:
        async with Emulator() as server, Session(token="x", base_url=server.url) as acton:
            queue = acton.contacts.queue("l-0001")
            await queue.open()
            with pytest.raises(ActOnError, match="main thread"):
                queue.drain_on_sigterm()
            await queue.close()

    async def in_a_thread() -> None:
        await asyncio.to_thread(asyncio.run, run())

    asyncio.run(in_a_thread())


@virtual_time
async def test_what_is_not_saved_stays_in_the_journal() -> None:
    """Closing raises nothing when the journal has the rows; the next queue saves them, values and all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queue.journal"
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, [["p1@example.com", "Old", "1"]])
            server.faults.add(Hang(), on="contacts.upsert", times=9)
            async with acton.contacts.queue(leads, journal=path, drain_within=1.0) as queue:
                await queue.put("p0@example.com", {"First Name": 'ä"\n,'})
                await queue.put("p1@example.com", {"First Name": CLEAR})
                await queue.put("P1@example.com", {"Score": 2})
            assert (queue.report().waiting, queue.report().unsaved) == (2, ())
            assert path.stat().st_mode & 0o077 == 0
            server.faults.clear()
            async with acton.contacts.queue(leads, journal=path, drain_within=20.0) as queue:
                await queue.put("p1@example.com", {"Score": 3})
            assert queue.report().replayed == 3
            assert sorted(server.rows(leads)) == [["p0@example.com", 'ä"\n,', ""], ["p1@example.com", "", "3"]]
            async with acton.contacts.queue(leads, journal=path) as queue:
                pass
            assert queue.report().replayed == 0


@virtual_time
async def test_a_job_under_way_is_seen_to_its_end_before_anything_newer() -> None:
    """A file that was accepted when the process died cannot overwrite what is put after the restart."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queue.journal"
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS)
            server.faults.add(SlowJob(pending=0.5, running=40.0), on="lists.merge")
            queue = acton.contacts.queue(leads, journal=path, max_age=0.5, drain_within=0.0)
            async with queue:
                for n in range(20):
                    await queue.put(f"p{n}@example.com", {"Score": "old"})
                await until(lambda: server.calls.of("lists.merge"))
                await asyncio.sleep(2)
            async with acton.contacts.queue(leads, journal=path, max_age=0.1) as later:
                end = await later.put("p3@example.com", {"Score": "new"}, wait=True)
                assert end.fate == "updated"
            assert len(server.calls.of("lists.merge")) == 1
            assert {row[0]: row[2] for row in server.rows(leads)}["p3@example.com"] == "new"
            assert len(server.rows(leads)) == 20
            assert later.report().replayed == 20


@virtual_time
async def test_a_job_that_never_ends_is_sent_again() -> None:
    """When the earlier queue's job comes to nothing, its rows are sent anew."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queue.journal"
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS)
            server.faults.add(StallJob(), on="lists.merge")
            async with acton.contacts.queue(leads, journal=path, max_age=0.5, drain_within=0.0) as queue:
                await asyncio.gather(*(queue.put(f"p{n}@example.com") for n in range(20)))
                await until(lambda: server.calls.of("lists.merge"))
                await asyncio.sleep(2)
            server.settings.job_life = 10.0
            await asyncio.sleep(20)
            async with acton.contacts.queue(leads, journal=path, max_age=0.1) as later:
                await until(lambda: not len(later), 300)
            assert len(server.rows(leads)) == 20


@virtual_time
async def test_rows_for_one_account_are_not_sent_to_another() -> None:
    """Every account has a list l-0001: the other's queue sends nothing of a journal, and keeps it all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queue.journal"
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            async with acton.contacts.queue(leads, journal=path) as queue:
                await queue.put("p0@example.com")
            server.faults.add(StallJob(), on="lists.merge")
            async with acton.contacts.queue(leads, journal=path, max_age=0.5, drain_within=0.0) as queue:
                await asyncio.gather(*(queue.put(f"p{n}@example.com") for n in range(20)))
                await until(lambda: server.calls.of("lists.merge"))
                await asyncio.sleep(2)
        async with stage() as (other, acton):
            other.add_list("Leads", HEADINGS, list_id="l-0001")
            queue = acton.contacts.queue("l-0001", journal=path, max_age=0.5)
            await queue.open()
            error = await outcome(queue.put("new@example.com", wait=True))
            assert isinstance(error, InvalidArgument)
            assert "a list of another account" in str(error)
            await queue.close()
            assert other.rows("l-0001") == []
            assert {call.route for call in other.calls} == {"account.get"}
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("SELECT count(*) FROM queued").fetchone() == (21,)


async def test_a_journal_belongs_to_one_list_and_one_queue(acton: Session, tmp_path: Path) -> None:
    """Another list's journal, one that is in use and a file that is none are refused before anything is written."""
    async with acton.contacts.queue("l-0001", journal=tmp_path / "queue.journal"):
        error = await outcome(acton.contacts.queue("l-0001", journal=tmp_path / "queue.journal").open())
        assert isinstance(error, InvalidArgument)
        assert "in use" in str(error)
    error = await outcome(acton.contacts.queue("l-0002", journal=tmp_path / "queue.journal").open())
    assert isinstance(error, InvalidArgument)
    assert "another list" in str(error)
    (tmp_path / "none").write_text("no database, but long enough to be taken for one" * 100)
    assert isinstance(
        await outcome(acton.contacts.queue("l-0001", journal=tmp_path / "none").open()), InvalidArgument
    )


TRIES = """
import sys
from asyncsdk import InvalidArgument
from asyncsdk.queue.journal import QueueJournal
try:
    QueueJournal(sys.argv[1], "l-0001")
except InvalidArgument as error:
    print(error)
"""


@pytest.mark.slow
async def test_a_refused_queue_leaves_the_lock_of_the_first(acton: Session, tmp_path: Path) -> None:
    """After a second queue of this process was refused, by whatever path, another process is refused, too."""
    journal, other = tmp_path / "queue.journal", tmp_path / "other"
    async with acton.contacts.queue("l-0001", journal=journal):
        other.symlink_to(journal)
        for path in (journal, other):
            assert "in use" in str(await outcome(acton.contacts.queue("l-0001", journal=path).open()))
        command = [sys.executable, "-c", TRIES, str(journal)]
        tried = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        assert "in use" in tried.stdout
    async with acton.contacts.queue("l-0001", journal=journal):
        pass


def test_a_journal_that_is_being_opened_is_taken_already(tmp_path: Path) -> None:
    """Other threads, which look for orphans meanwhile, find it in use."""
    found: list[bool] = []

    class Watched(QueueJournal):
        def _read(self, list_id: str | None) -> tuple[str | None, int]:
            found.append(is_taken(tmp_path / "queue.journal"))
            return super()._read(list_id)

    Watched(tmp_path / "queue.journal", "l-0001").release()
    assert found == [True]


async def test_a_disk_that_is_full_is_told(acton: Session, acton_server: Emulator, tmp_path: Path) -> None:
    """A put that the disk does not take raises, queues nothing and takes no room; the next goes through."""
    leads, path = acton_server.add_list("Leads", HEADINGS), tmp_path / "queue.journal"
    async with acton.contacts.queue(leads, journal=path, capacity=1, max_age=0.1) as queue:
        await queue.put("p0@example.com", wait=True)
        journal = open_here(path)
        assert journal is not None
        (pages,) = journal.database.execute("PRAGMA page_count").fetchone()
        journal.database.execute(f"PRAGMA max_page_count = {pages}").fetchone()
        error = await outcome(queue.put("p1@example.com", {"First Name": "x" * 1_000_000}))
        assert isinstance(error, ActOnError)
        assert "disk is full" in str(error)
        assert len(queue) == 0
        journal.database.execute("PRAGMA max_page_count = 1000000").fetchone()
        assert (await queue.put("p2@example.com", wait=True)).saved
    assert sorted(row[0] for row in acton_server.rows(leads)) == ["p0@example.com", "p2@example.com"]


async def test_an_error_in_the_body_is_not_replaced(acton: Session, acton_server: Emulator) -> None:
    """What the program raised comes out of 'async with', even when rows are left."""
    leads = acton_server.add_list("Leads", HEADINGS)
    acton_server.faults.add(Hang(), on="contacts.upsert", times=9)
    queue = acton.contacts.queue(leads, drain_within=0.1)

    async def body() -> None:
        async with queue:
            await queue.put("p0@example.com")
            raise ZeroDivisionError

    assert isinstance(await outcome(body()), ZeroDivisionError)
    assert isinstance(await outcome(queue.close()), RowsUnsaved)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
async def test_a_forked_process_that_ends_leaves_the_journal_to_its_parent(tmp_path: Path) -> None:
    """What is put after a child has ended is on disk as well when the parent is killed."""
    path = tmp_path / "queue.journal"
    program = Path(__file__).with_name("forking.py")
    process = await asyncio.create_subprocess_exec(sys.executable, str(program), str(path))
    await process.wait()
    (found,) = journal_statuses(path)
    assert found.waiting == 2


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE queued SET email = CAST(x'6162ff40632e6465' AS TEXT)",
        "UPDATE queued SET cells = '[1]'",
        "UPDATE queued SET times = '[]'",
        "UPDATE queued SET put_at = 'abc'",
        "INSERT INTO queue VALUES ('owner', CAST(x'ff' AS TEXT))",
    ],
)
async def test_a_damaged_journal_is_told_of_and_holds_up_nobody(
    acton: Session, acton_server: Emulator, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """By itself it is refused without naming anybody; in a folder it is left alone, and the others are sent."""
    leads = acton_server.add_list("Leads", ["Email"])
    folder = tmp_path / "sign-ups"
    folder.mkdir()
    for name in ("bad", "good"):
        async with acton.contacts.queue(leads, journal=folder / f"{name}.journal", drain_within=0.0) as queue:
            await queue.put(f"ab@{name}.example.com")
    with closing(sqlite3.connect(folder / "bad.journal")) as database:
        database.execute(damage)
        database.commit()
    if "owner" not in damage:
        error = await outcome(acton.contacts.queue(leads, journal=folder / "bad.journal").open())
        assert isinstance(error, InvalidArgument)
        assert "damaged" in str(error)
        assert "@" not in str(error)
    async with acton.contacts.queue(leads, journal=folder, max_age=0.1, quota_share=1.0) as queue:
        assert await queue.put("new@example.com", wait=True)
    assert sorted(row[0] for row in acton_server.rows(leads)) == ["ab@good.example.com", "new@example.com"]
    assert (folder / "bad.journal").exists()
    assert "ab@" not in caplog.text
