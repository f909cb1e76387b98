"""The state of a folder: it does not grow with what is over, and no number stands for two rows."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from asyncsdk.queue.entry import Entry
from asyncsdk.queue.folder.folder_journal import FolderJournal
from asyncsdk.queue.folder.folder_lead import FolderLead
from asyncsdk.queue.recovery import entry_from
from asyncsdk.queue.results import UnsavedRow

pytestmark = pytest.mark.slow


async def _account() -> str:
    return "acme"


@asynccontextmanager
async def leading(folder: Path) -> AsyncGenerator[tuple[FolderJournal, FolderLead]]:
    """A process that has the lead."""
    journal = FolderJournal(folder, _account)
    await journal.open("l-0001", 100)
    try:
        while (lead := await journal.try_lead()) is None:
            pass
        try:
            await lead.contents()
            yield journal, lead
        finally:
            await lead.release()
    finally:
        await journal.close()


def count_of(folder: Path, table: str) -> int:
    """How many rows a table of the state has."""
    (state,) = folder.glob("*.state")
    with closing(sqlite3.connect(state)) as database:
        (number,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        return int(number)


async def test_flushes_that_are_done_are_forgotten(tmp_path: Path) -> None:
    """A process may ask for any number of flushes; the last one that is done is known."""
    async with leading(tmp_path / "j") as (journal, lead):
        for n in range(1, 31):
            assert await journal.ask_for_flush() == n
            lead.tell("", (await lead.news()).flush_asked, None)
            await lead.wait_written()
            assert (await journal.look(())).flushed == n
        assert count_of(tmp_path / "j", "flushes") <= 2


async def test_a_late_acknowledgement_deletes_no_other_row(tmp_path: Path) -> None:
    """A process that stood still tells of a row that was given up and handed over: a later one stays."""
    async with leading(tmp_path / "j") as (journal, lead):
        numbers: list[int] = []
        for email in ("p0@example.com", "p1@example.com"):
            ticket = await journal.append(Entry(email, {}, 0.0), awaited=email.startswith("p0"))
            (row,) = (await lead.news()).rows
            numbers.append(lead.give_up(entry_from(row), UnsavedRow(email, {}, "failed", "so it is")))
            await lead.wait_written()
            if len(numbers) == 1:
                assert ticket is not None
                first = ticket
                lead.delete_unsaved(numbers)  # its minute was over
                await lead.wait_written()
        await journal.acknowledge([first])
        await lead.news()
        assert numbers[0] != numbers[1]
        assert count_of(tmp_path / "j", "unsaved") == 1
