"""The journal of a folder: who has the lead, what its fence refuses, and what comes of what the dead have left."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from asyncsdk import ActOnError, clock
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.folder import lead_claim
from asyncsdk.queue.folder.folder_journal import FolderJournal
from asyncsdk.queue.folder.folder_lead import FolderLead
from asyncsdk.queue.folder.intake import Intake
from asyncsdk.queue.folder.lead_claim import LeadWatch
from asyncsdk.queue.folder.process_lock import ProcessLock
from asyncsdk.queue.folder.queue_files import QueueFiles
from asyncsdk.queue.journal_statuses import journal_statuses
from asyncsdk.queue.recovery import entry_from
from asyncsdk.queue.results import PutOutcome, UnsavedRow
from asyncsdk.queue.shared_journal import LeadLost
from tests.support.virtual_time import virtual_time

LIST = "l-0001"


async def account() -> str:
    """The account of all queues here."""
    return "https://x 1"


async def other_account() -> str:
    """Another one, which has a list of the same id."""
    return "https://x 2"


def row(email: str, **cells: str) -> Entry:
    """A row that is put now."""
    return Entry(email, dict(cells), 0.0, clock.wall())


@asynccontextmanager
async def opened(folder: Path, number: int = 1) -> AsyncGenerator[list[FolderJournal]]:
    """So many journals on one folder, which stand for processes."""
    journals = [FolderJournal(folder, account) for _ in range(number)]
    for journal in journals:
        await journal.open(LIST, 1000)
    yield journals
    for journal in journals:
        await journal.close()


async def lead_of(journal: FolderJournal) -> FolderLead:
    """The lead, which a journal gets."""
    lead = await journal.try_lead()
    assert lead is not None
    return lead


async def taken(lead: FolderLead, number: int) -> list[str]:
    """The addresses of so many rows that come."""
    found: list[str] = []
    for _ in range(3_000):
        found += [each.email for each in (await lead.news()).rows]
        if len(found) >= number:
            break
        await asyncio.sleep(0.02)
    return found


def usurp(folder: Path) -> None:
    """Another process takes the lead, because the one that has it stands still."""
    (path,) = folder.glob(".*.lead")
    queue, _, term = path.stem.partition("-")
    ProcessLock(path.with_name(f"{queue}-{int(term) + 1:08}.lead")).release()


async def test_rows_of_all_come_to_the_one_that_has_the_lead(tmp_path: Path) -> None:
    """One gets it, the other does not; a row's outcome is seen by the process that has put it."""
    async with opened(tmp_path, 2) as (one, other):
        lead = await lead_of(one)
        assert await other.try_lead() is None
        ticket = await other.append(row("a@example.com", Score="1"), awaited=True)
        assert ticket is not None
        found: list[Entry] = []
        for _ in range(3_000):
            for each in (await lead.news()).rows:
                assert each.awaited
                found.append(entry_from(each))
            if found:
                break
            await asyncio.sleep(0.02)
        assert (await other.look([ticket])).rows == 1
        lead.saved(found[0], PutOutcome("created"))
        await lead.wait_written()
        look = await other.look([ticket])
        assert (look.rows, look.outcomes) == (0, {ticket: PutOutcome("created")})
        await other.acknowledge([ticket])
        await lead.news()
        assert (await other.look([ticket])).outcomes == {}
        await lead.release()
    assert journal_statuses(tmp_path) == []


async def test_who_has_lost_the_lead_writes_nothing_and_may_not_send(tmp_path: Path) -> None:
    """From the moment in which another has it: nothing is marked or taken, and ``check`` refuses to send."""
    async with opened(tmp_path, 1) as (journal,):
        lead = await lead_of(journal)
        await journal.append(row("a@example.com"), awaited=False)
        (found,) = (await lead.news()).rows
        lead.check()
        usurp(tmp_path)
        with pytest.raises(LeadLost):
            lead.check()
        with pytest.raises(LeadLost):
            await lead.mark_sending([found.number], clock.wall() + 60)
        await lead.lost.wait()
        with pytest.raises(LeadLost):
            await lead.news()
        lead.delete([found.number])
        await lead.release()
        again = await lead_of(journal)
        contents = await again.contents()
        assert [(each.email, each.until) for each in contents.rows] == [("a@example.com", None)]
        await again.release()


@pytest.mark.slow
@pytest.mark.parametrize("removed", ["folder", "intake", "lock"])
async def test_no_row_is_taken_by_a_file_that_was_removed(removed: str, tmp_path: Path) -> None:
    """Who puts into a folder that somebody has deleted gets an error, also where there is a new one."""
    journal = FolderJournal(tmp_path / "queue", account)
    await journal.open(LIST, 1000)
    assert await journal.append(row("ada@example.com"), awaited=False) is not None
    if removed == "folder":
        shutil.rmtree(tmp_path / "queue")
        (tmp_path / "queue").mkdir()
    else:
        (file,) = (tmp_path / "queue").glob("*.intake" if removed == "intake" else ".*.alive")
        file.unlink()
    with pytest.raises(ActOnError, match="was removed"):
        await journal.append(row("bob@example.com"), awaited=False)
    await journal.close()


@pytest.mark.slow
async def test_rows_that_the_disk_refused_take_no_room(tmp_path: Path) -> None:
    """Puts go on when the disk has room again, however many it has refused before."""
    journal = FolderJournal(tmp_path / "queue", account)
    await journal.open(LIST, 3)
    lock = next((tmp_path / "queue").glob(".*.alive"))
    hidden = lock.rename(tmp_path / "hidden")
    for _ in range(5):
        with pytest.raises(ActOnError):
            await journal.append(row("ada@example.com"), awaited=False)
    hidden.rename(lock)
    assert await journal.append(row("bob@example.com"), awaited=False) is not None
    await journal.close()


def test_a_process_that_stands_still_is_not_sure_of_the_lead(tmp_path: Path) -> None:
    """Before others may take it: by its own clock, also in a thread that goes on while its event loop does not."""

    @virtual_time
    async def run() -> None:
        files = QueueFiles(tmp_path, LIST)
        one, other = LeadWatch(files, "x"), LeadWatch(files, "x")
        claim = one.try_claim()
        assert claim is not None
        assert other.try_claim() is None
        for _ in range(3):
            await asyncio.sleep(lead_claim.LEASE / 3)
            assert other.try_claim() is None
            assert claim.renew()
            assert claim.is_sure
        assert other.try_claim() is None
        await asyncio.sleep(lead_claim.LEASE - 0.5)
        assert not claim.is_sure
        assert other.try_claim() is None
        await asyncio.sleep(1)
        later = other.try_claim()
        assert later is not None
        assert (claim.is_current, claim.renew(), later.is_sure) == (False, False, True)
        assert one.try_claim() is None
        later.release()
        assert one.try_claim() is not None

    run()


@pytest.mark.slow
async def test_rows_of_two_hundred_dead_processes_are_taken_at_once(tmp_path: Path) -> None:
    """Each has left an intake with a row: all are taken in one look, and the files are gone."""
    files = QueueFiles(tmp_path, LIST)
    for n in range(200):
        intake = Intake(files.new_intake(), LIST)
        await intake.append(row(f"p{n}@example.com"), awaited=False)
        intake._database.close()
        intake._lock.release()
    async with opened(tmp_path) as (journal,):
        lead = await lead_of(journal)
        assert len((await lead.contents()).rows) == 200
        await lead.news()
        assert len(files.intakes()) == 1
        await lead.release()


async def test_a_damaged_intake_holds_up_no_other(tmp_path: Path) -> None:
    """It is left as it is; the rows of other processes are taken."""
    files = QueueFiles(tmp_path, LIST)
    damaged = files.new_intake()
    damaged.write_bytes(b"SQLite format 3\0" + b"nonsense" * 1000)
    async with opened(tmp_path) as (journal,):
        lead = await lead_of(journal)
        await journal.append(row("a@example.com"), awaited=False)
        assert await taken(lead, 1) == ["a@example.com"]
        await lead.release()
    assert damaged.exists()


async def test_two_accounts_share_a_folder_and_nothing_else(tmp_path: Path) -> None:
    """Every account has a list ``l-0001``: each has a sender of its own, which takes its rows alone."""
    one, other = FolderJournal(tmp_path, account), FolderJournal(tmp_path, other_account)
    for journal in (one, other):
        await journal.open(LIST, 1000)
    leads = [await lead_of(one), await lead_of(other)]
    await one.append(row("one@example.com"), awaited=False)
    await other.append(row("other@example.com"), awaited=False)
    assert await taken(leads[0], 1) == ["one@example.com"]
    assert await taken(leads[1], 1) == ["other@example.com"]
    for lead, journal in zip(leads, (one, other), strict=True):
        await lead.release()
        await journal.close()


async def test_an_older_value_that_comes_late_is_not_sent(tmp_path: Path) -> None:
    """Of a row whose newer values are saved only the other columns are sent; who waits for a whole one is told."""
    async with opened(tmp_path, 2) as (one, other):
        lead = await lead_of(one)
        old = row("a@example.com", Score="old", Name="old")
        same = row("A@example.com", Score="older")
        await one.append(row("a@example.com", Score="new"), awaited=False)
        (found,) = (await lead.news()).rows
        lead.saved(entry_from(found), PutOutcome("updated"))
        ticket = await other.append(same, awaited=True)
        assert ticket is not None
        await other.append(old, awaited=False)
        rows = []
        for _ in range(3_000):
            rows += (await lead.news()).rows
            if rows:
                break
            await asyncio.sleep(0.02)
        assert [dict(each.cells) for each in rows] == [{"Name": "old"}]
        await lead.wait_written()
        assert (await other.look([ticket])).outcomes == {ticket: PutOutcome("upserted")}
        await lead.release()


async def test_a_row_that_is_given_up_is_told_by_whoever_waits_or_reported(tmp_path: Path) -> None:
    """While somebody waits for it, it is kept; when nobody does any more, the sender gets it to report."""
    async with opened(tmp_path, 1) as (journal,):
        lead = await lead_of(journal)
        tickets = [await journal.append(row(f"{n}@example.com"), awaited=True) for n in range(2)]
        for each in (await lead.news()).rows:
            lead.give_up(entry_from(each), UnsavedRow(each.email, {}, "rejected", "bad"))
        await lead.wait_written()
        assert [ticket for ticket in tickets if ticket is not None] == tickets
        look = await journal.look([ticket for ticket in tickets if ticket is not None])
        assert set(look.outcomes.values()) == {PutOutcome("rejected", "bad")}
        assert (await lead.news()).unsaved == []
        await journal.acknowledge([tickets[0] or 0])
        await journal.stop_waiting([tickets[1] or 0])
        news = [*(await lead.news()).unsaved, *(await lead.news()).unsaved]
        assert [unsaved.email for _, unsaved in news] == ["1@example.com"]
        lead.delete_unsaved([number for number, _ in news])
        await lead.release()
    assert journal_statuses(tmp_path) == []


async def test_a_flush_is_done_when_the_sender_says_so(tmp_path: Path) -> None:
    """Each process sees the end of its own flushes, by its own numbers."""
    async with opened(tmp_path, 2) as (one, other):
        lead = await lead_of(one)
        for journal in (one, one, other):
            await journal.ask_for_flush()
        asked = 0
        for _ in range(3_000):
            asked = max(asked, (await lead.news()).flush_asked)
            if asked == 3:
                break
            await asyncio.sleep(0.02)
        assert [(await journal.look([])).flushed for journal in (one, other)] == [0, 0]
        lead.tell("trouble", asked, None)
        await lead.wait_written()
        looks = [await journal.look([]) for journal in (one, other)]
        assert [(look.flushed, look.trouble) for look in looks] == [(2, "trouble"), (1, "trouble")]
        await lead.release()


async def test_a_state_is_copied_also_while_its_writer_is_in_a_transaction(tmp_path: Path) -> None:
    """Who had the lead and was stopped in the middle of a write keeps nobody from going on."""
    async with opened(tmp_path, 2) as (one, other):
        stopped = await lead_of(one)
        await one.append(row("a@example.com"), awaited=False)
        (found,) = (await stopped.news()).rows
        stopped._database.execute("BEGIN IMMEDIATE").close()
        stopped._database.execute("DELETE FROM queued").close()
        usurp(tmp_path)
        with closing(stopped._database):
            lead = await lead_of(other)
            assert [each.number for each in (await lead.contents()).rows] == [found.number]
            stopped._database.execute("COMMIT").close()
        assert [each.number for each in (await lead.contents()).rows] == [found.number]
        await lead.release()
        await stopped.release()
