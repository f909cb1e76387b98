"""A journal that has the name of one that was taken over before: what is in it counts, not what it is called."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from asyncsdk import InvalidArgument, Session, clock
from asyncsdk.emulator import Emulator
from asyncsdk.files import sqlite as database
from asyncsdk.queue import ContactQueue
from asyncsdk.queue.folder.left_journals import LeftJournals, remove
from asyncsdk.queue.folder.queue_files import QueueFiles
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_folder import journals_in
from asyncsdk.queue.journal_registry import is_taken
from tests.queue.stage import HEADINGS, QUICK, TAKES_OVER, emails, queue_on, session_on, some
from tests.support.stage import until

OPENS = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0.0, isolation_level=None).execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def adopter(acton: Session, leads: str, folder: Path) -> ContactQueue:
    """A queue that takes over what lies in a folder, and looks often."""
    return queue_on(acton, leads, adopt_every=0.1, journal=folder, max_age=0.1, quota_share=1.0)


def add(journal: QueueJournal, email: str) -> None:
    """A row is in a journal."""
    statement = "INSERT INTO queued (number, email, cells, put_at) VALUES (?, ?, '{}', ?)"
    journal.database.execute(statement, (journal.next_number(), email, clock.wall())).close()


def leave(leads: str, path: Path, email: str) -> None:
    """A single queue has put a row into its journal, and died before it was sent."""
    journal = QueueJournal(path, leads)
    add(journal, email)
    journal.release()


@pytest.mark.slow
async def test_a_file_that_is_made_anew_is_taken_over_again(
    acton: Session, acton_server: Emulator, tmp_path: Path
) -> None:
    """One queue takes over a file of the same name as often as somebody leaves rows in it."""
    leads = acton_server.add_list("Leads", HEADINGS)
    async with adopter(acton, leads, tmp_path) as queue:
        for number in range(3):
            leave(leads, tmp_path / "x.journal", f"p{number}@example.com")
            path = tmp_path / "x.journal"
            await until(
                lambda path=path, number=number: (
                    not path.exists() and not is_taken(path) and queue.report().replayed == number + 1
                )
            )
        await until(lambda: not len(queue))
    assert emails(acton_server, leads) == some(3)
    assert journals_in(tmp_path) == []


@pytest.mark.slow
async def test_a_file_that_is_used_again_after_its_adopter_died(tmp_path: Path) -> None:
    """Its rows were taken over, but it was not removed: what another queue adds to it afterwards is not lost."""
    async with Emulator(QUICK) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        async with session_on(server) as acton:
            leave(leads, tmp_path / "x.journal", "p0@example.com")
            env = {**os.environ, "TOKEN": server.issue_token()["access_token"]}
            command = [sys.executable, "-c", TAKES_OVER, server.url, str(tmp_path), "after"]
            process = await asyncio.create_subprocess_exec(*command, env=env)
            assert await process.wait() == -signal.SIGKILL
            leave(leads, tmp_path / "x.journal", "p1@example.com")
            async with adopter(acton, leads, tmp_path) as queue:
                await until(lambda: not len(queue))
        assert emails(server, leads) == some(2)
        assert journals_in(tmp_path) == []


@pytest.mark.slow
async def test_a_copy_of_a_journal_does_not_stand_for_it(
    acton: Session, acton_server: Emulator, tmp_path: Path
) -> None:
    """Somebody copies a journal in use: that the copy was taken over says nothing of what is put later."""
    leads = acton_server.add_list("Leads", HEADINGS)
    single = QueueJournal(tmp_path / "x.journal", leads)
    async with adopter(acton, leads, tmp_path) as queue:
        add(single, "p0@example.com")
        for ending in ("-wal", ""):
            shutil.copy(tmp_path / f"x.journal{ending}", tmp_path / f"y.journal{ending}")
        await until(lambda: not (tmp_path / "y.journal").exists() and queue.report().replayed == 1)
        add(single, "p1@example.com")
        single.release()
        await until(lambda: not (tmp_path / "x.journal").exists() and not len(queue))
    assert emails(acton_server, leads) == some(2)


def test_nobody_can_open_a_journal_that_is_about_to_be_removed(tmp_path: Path) -> None:
    """It is locked as long as it has its name, so nobody writes into a file that goes; nothing stays beside it."""
    journal = QueueJournal(tmp_path / "x.journal", "l-0001")
    said: list[str] = []
    unlink = Path.unlink

    def removed(path: Path, *given: Any, **named: Any) -> None:
        command = [sys.executable, "-c", OPENS, str(path)]
        said.append(subprocess.check_output(command, text=True).strip())  # noqa: S603 - ours
        unlink(path, *given, **named)

    with mock.patch.object(Path, "unlink", removed):
        remove([journal])
    assert said == ["database is locked"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("made_anew", [False, True])
def test_a_journal_that_goes_while_it_is_opened_is_not_used(tmp_path: Path, made_anew: bool) -> None:
    """Who opens a file in the moment in which it is removed learns it, and does not write where nobody looks."""
    path, take = tmp_path / "x.journal", database._claim
    leave("l-0001", path, "p0@example.com")

    def removed_meanwhile(*given: Any) -> None:
        path.unlink()
        if made_anew:
            path.touch()
        take(*given)

    with mock.patch.object(database, "_claim", removed_meanwhile), pytest.raises(InvalidArgument):
        QueueJournal(path, "l-0001")
    QueueJournal(path, "l-0001").release()


def test_who_lets_go_of_a_removed_journal_lets_go_of_no_other(tmp_path: Path) -> None:
    """A journal that has the name of one that was removed stays open, however often that one is let go of."""
    old = QueueJournal(tmp_path / "x.journal", "l-0001")
    remove([old])
    new = QueueJournal(tmp_path / "x.journal", "l-0001")
    old.release()
    with LeftJournals(QueueFiles(tmp_path, "l-0001"), "account").opened() as left:
        assert left == []
    assert subprocess.check_output([sys.executable, "-c", OPENS, new.name], text=True)  # noqa: S603 - ours
    new.release()
