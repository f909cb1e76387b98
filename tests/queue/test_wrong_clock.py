"""A clock that was ahead once, and was set back: nothing is lost by it, and nothing held for long."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest

from asyncsdk import Session, clock
from asyncsdk.emulator import Emulator
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.journal import QueueJournal
from tests.queue.stage import queue_on
from tests.support.stage import until

DAY = 86_400.0


async def left(path: Path, put_at: float) -> None:
    """A journal with one row, as a dead process leaves it."""
    journal = QueueJournal(path, "l-0001")
    await journal.append(Entry("p0@example.com", {"Score": "newest"}, 0.0, put_at), lambda _: None)
    await journal.close()


@pytest.mark.slow
async def test_what_was_saved_in_the_future_drops_no_row(
    acton: Session, acton_server: Emulator, tmp_path: Path
) -> None:
    """A row that a dead process put after the clock was set back is sent, though a later date was saved."""
    leads = acton_server.add_list("Leads", ["Email", "Score"])
    ahead = clock.wall() + DAY
    with mock.patch.object(clock, "wall", return_value=ahead):
        queue = queue_on(acton, leads, adopt_every=0.1, journal=tmp_path, max_age=0.0, quota_share=1.0)
        await queue.open()
        assert await queue.put("p0@example.com", {"Score": "old"}, wait=True)
    await left(tmp_path / "dead.journal", clock.wall())
    await until(lambda: acton_server.rows(leads) == [["p0@example.com", "newest"]])
    await queue.close()


async def test_a_hold_of_the_future_ends_in_ten_minutes(tmp_path: Path) -> None:
    """What a journal holds until a date of a clock that was ahead is held no longer than anything else."""
    await left(tmp_path / "queue.journal", 1.0)
    with closing(sqlite3.connect(tmp_path / "queue.journal")) as database:
        database.execute("INSERT INTO held VALUES ('p0@example.com', 9e15)")
        database.execute("UPDATE queued SET until = 9e15")
        database.commit()
    journal = QueueJournal(tmp_path / "queue.journal", "l-0001")
    latest = clock.wall() + 601
    assert all(until < latest for until in journal.holds())
    assert all(row.until is not None and row.until < latest for row in journal.rows())
    journal.release()


async def test_a_clock_that_is_set_back_holds_nobody_for_a_day() -> None:
    """An address that is held when the clock is set back by a day goes on after ten minutes."""
    backlog, now = Backlog(), clock.wall()
    backlog.hold(["p0@example.com"], now + DAY)
    backlog.add(Entry("p0@example.com", {}, 0.0, now))
    backlog.release_expired_holds()
    assert backlog.seconds_until_release() <= 600
    with mock.patch.object(clock, "wall", return_value=now + 601):
        backlog.release_expired_holds()
    assert list(backlog.waiting) == ["p0@example.com"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["folder/", "queue.journal"])
async def test_a_value_that_is_put_after_the_clock_was_set_back(
    acton: Session, acton_server: Emulator, tmp_path: Path, name: str
) -> None:
    """It is the newer one, though its time is earlier than that of a row which waits."""
    leads = acton_server.add_list("Leads", ["Email", "Score"])
    ahead = clock.wall() + DAY
    with mock.patch.object(clock, "wall", return_value=ahead):
        queue = queue_on(acton, leads, journal=f"{tmp_path}/{name}", max_age=60.0, quota_share=1.0)
        await queue.open()
        await queue.put("p0@example.com", {"Score": "old"})
        await until(lambda: len(queue))
    await queue.put("p0@example.com", {"Score": "newest"})
    await queue.flush()
    assert acton_server.rows(leads) == [["p0@example.com", "newest"]]
    await queue.close()
