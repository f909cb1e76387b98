"""Queue journal: the rows of a queue on disk, from before a put returns until their outcome was reported.

Rows are marked before they are sent, and get the id of their job when Act-On has accepted them. So the next queue
sends no newer row for the same address before it knows their outcome.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.sqlite import open_exclusive
from asyncsdk.queue import journal_registry, journal_schema
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.journal_schema import JournalRow, cells_to_json
from asyncsdk.queue.journal_writer import Write, deletion_of
from asyncsdk.queue.results import PutOutcome, UnsavedRow
from asyncsdk.queue.row_marks import RowMarks
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["SUFFIX", "QueueJournal"]

SUFFIX: Final = ".journal"
"""The suffix of journals in a folder."""

COMPACT: Final = 16
"""So many rows of one address are merged into one row."""


class QueueJournal(RowMarks):
    """One queue's journal.

    Args:
        path: a SQLite file, readable by its owner alone.
        list_id: the list that its rows are for; None: any list.

    Raises:
        InvalidArgument: the file is not a queue's journal, is of another list, or is in use.
    """

    def __init__(self, path: str | PathLike[str], list_id: str | None) -> None:
        self.list_id: str | None = list_id
        self.loop: asyncio.AbstractEventLoop | None = None
        """The event loop of the queue that has it open."""

        with journal_registry.LOCK:
            if journal_registry.open_here(path) is not None:
                raise InvalidArgument(f"The journal {path} is in use by another queue.")
            before = _file_at(path)
            database = open_exclusive(
                path, "journal", journal_schema.MARK, journal_schema.SCHEMA, pragmas=["secure_delete = ON"]
            )
            if before not in {None, _file_at(path)}:  # None: SQLite itself notices
                database.close()
                raise InvalidArgument(f"The journal {path} was being removed: open it again.")
            super().__init__(fspath(path), database)
            self._real_path = journal_registry.register(path, self)
        try:
            self.list_id, self._last = self._read(list_id)
        except InvalidArgument:
            self.release()
            raise
        except journal_schema.DAMAGES as error:
            self.release()
            raise InvalidArgument(f"The journal {path} is damaged: {type(error).__name__}.") from error
        except BaseException:
            self.release()
            raise

    def _read(self, list_id: str | None) -> tuple[str | None, int]:
        journal_schema.prepare(self._database)
        claimed = self._claimed(list_id)
        if list_id is not None:
            journal_schema.begin_use(self._database)
        (last,) = self._database.execute(
            "SELECT max(number) FROM (SELECT number FROM queued UNION ALL SELECT number FROM unsaved)"
        ).fetchone()
        return claimed, int(last or 0)

    def _claimed(self, list_id: str | None) -> str | None:
        version, known = (journal_schema.metadata(self._database, name) for name in ("version", "list"))
        if (version, known) == (None, None):  # it is new, or its process was killed before it wrote more
            if list_id is not None:
                values = (journal_schema.VERSION, list_id)
                self._database.execute("INSERT INTO queue VALUES ('version', ?), ('list', ?)", values).close()
            return list_id
        if version != journal_schema.VERSION or list_id not in {None, known}:
            raise InvalidArgument(
                f"The journal {self.name} belongs to another list, or to another version: choose another file."
            )
        return known

    @property
    def identity(self) -> str:
        """The journal's identity, by which it is known that its rows were taken over; a name is not enough."""
        return f"{journal_schema.metadata(self._database, 'use')} {Path(self.name).name}"

    @property
    def database(self) -> sqlite3.Connection:
        """The database; to be read only while nothing is written."""
        return self._database

    @property
    def owner(self) -> str | None:
        """The account that its rows are for, once that is known."""
        return journal_schema.metadata(self._database, "owner")

    def claim_for(self, owner: str) -> bool:
        """Whether its rows are for this account; the first one that asks makes the journal its own."""
        known = self.owner
        if known is None:
            self.write(Write("INSERT OR IGNORE INTO queue VALUES ('owner', ?)", [(owner,)]))
        return known is None or known == owner

    def rows(self) -> list[JournalRow]:
        """The rows that an earlier queue left to be sent, in the order in which they were put."""
        return journal_schema.rows_in(self._database)

    def unsaved_rows(self) -> list[tuple[int, UnsavedRow]]:
        """The rows that an earlier queue gave up without reporting them, with their numbers."""
        return journal_schema.unsaved_in(self._database)

    def holds(self) -> dict[float, list[str]]:
        """The addresses for which nothing is to be sent, by the time of day until when."""
        return journal_schema.holds_in(self._database, clock.wall())

    def columns(self) -> ListColumns | None:
        """The list's columns, as far as an earlier queue has read them."""
        found = journal_schema.metadata(self._database, "columns")
        return None if found is None else journal_schema.columns_from_json(found, str(self.list_id))

    def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list, so that the next queue can take rows before it reads them."""
        self.write(
            Write(
                "INSERT OR REPLACE INTO queue VALUES ('columns', ?)", [(journal_schema.columns_to_json(columns),)]
            )
        )

    def next_number(self) -> int:
        """A number for another row."""
        self._last += 1
        return self._last

    def append(self, entry: Entry, accept: Callable[[int | None], None]) -> asyncio.Future[None]:
        """Write a row down.

        Args:
            entry: the row.
            accept: called with its number once it is on disk, in the order of the rows, also if nobody waits any
                more; with None if the disk did not take it.
        """
        number = self.next_number()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        values = [(number, entry.email, cells_to_json(entry.cells), entry.put_at)]
        statement = "INSERT INTO queued (number, email, cells, put_at) VALUES (?, ?, ?, ?)"
        self.write(Write(statement, values, done, lambda taken: accept(number if taken else None)))
        return done

    def hold(self, keys: Sequence[str], until: float) -> None:
        """Hold addresses: nothing is sent for them until then."""
        self.write(Write("DELETE FROM held WHERE until <= ?", [(clock.wall(),)]))
        self.write(Write(journal_schema.INSERT_HELD, [(key, until) for key in keys]))

    def compact(self, entry: Entry) -> list[int]:
        """Merge the rows of one address, if they are many; gives the numbers that are left."""
        if len(entry.numbers) < COMPACT:
            return entry.numbers
        *others, last = entry.numbers
        statement = "UPDATE queued SET email = ?, cells = ?, put_at = ?, times = ? WHERE number = ?"
        values = (entry.email, cells_to_json(entry.cells), entry.put_at, json.dumps(entry.times), last)
        self.write(Write(statement, [values]))
        self.delete(others)
        return [last]

    def give_up(self, entry: Entry, row: UnsavedRow) -> int:
        """Replace the rows of an entry that is not sent again by one unsaved row; gives its number."""
        self.delete(entry.numbers)
        number = entry.numbers[-1]
        values = (number, row.email, cells_to_json(row.data), row.fate, row.reason)
        self.write(Write("INSERT OR REPLACE INTO unsaved VALUES (?, ?, ?, ?, ?)", [values]))
        return number

    def delete_unsaved(self, numbers: Sequence[int]) -> None:
        """Delete rows that were given up and that somebody has been given."""
        self.write(Write("DELETE FROM unsaved WHERE number = ?", [(number,) for number in numbers]))

    def delete(self, numbers: Sequence[int]) -> None:
        """Delete rows whose outcome is known."""
        if numbers:
            self.write(deletion_of(numbers))

    def saved(self, entry: Entry, outcome: PutOutcome) -> None:
        """Delete the rows of an entry that the list holds; nothing older is to be sent after it."""
        del outcome  # who waits for it is in this process
        self.delete(entry.numbers)

    async def close(self) -> None:
        """Complete all writes, and close the file."""
        try:
            await self.finish()
        finally:
            closing = asyncio.get_running_loop().run_in_executor(self._thread, self.release)
            self._thread.shutdown(wait=False)
            await closing

    @property
    def is_abandoned(self) -> bool:
        """Whether the event loop that wrote to it has ended."""
        return self.loop is not None and self.loop.is_closed()

    def release(self) -> None:
        """Close the file at once."""
        self._database.close()
        journal_registry.unregister(self._real_path, self)


def _file_at(path: str | PathLike[str]) -> tuple[int, int] | None:
    """Identity of the file at a path; None if there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
