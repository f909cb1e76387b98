"""Intake: the database into which one process puts its rows, and notes to the process that sends."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Sequence
from itertools import takewhile
from math import inf, nextafter
from pathlib import Path

from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.files.sqlite import open_to_write
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.folder import intake_schema
from asyncsdk.queue.folder.intake_schema import NoteKind
from asyncsdk.queue.folder.process_lock import ProcessLock
from asyncsdk.queue.folder.queue_files import remove_database
from asyncsdk.queue.journal_schema import VERSION, cells_to_json
from asyncsdk.queue.journal_writer import JournalWriter, Statement, Write

__all__ = ["Intake", "lock_of"]


def lock_of(intake: Path) -> Path:
    """The file that is locked as long as the process of an intake lives."""
    return intake.with_name(f".{intake.stem}.alive")


class Intake(JournalWriter):
    """The intake of this process. Its file is always a new one.

    Args:
        path: the file.
        list_id: the list that its rows are for.

    Raises:
        InvalidArgument: it cannot be made.
    """

    def __init__(self, path: Path, list_id: str) -> None:
        self.path = path
        self._last = self._last_note = 0
        self._taken = self._heard = 0
        self._untaken: dict[int, None] = {}
        """The numbers of rows that the sender has not taken, as far as is known, in their order."""

        self._put_at = -inf
        try:
            self._lock = ProcessLock(lock_of(path))
        except OSError as error:
            raise InvalidArgument(f"The folder {path.parent} cannot be used: {error.strerror}.") from error
        try:
            database = open_to_write(path, intake_schema.MARK, intake_schema.SCHEMA)
            values = (VERSION, list_id)
            database.execute("INSERT INTO queue VALUES ('version', ?), ('list', ?)", values).close()
        except BaseException as error:
            remove_database(path)
            self._lock.remove()
            if isinstance(error, (OSError, sqlite3.Error)):
                raise InvalidArgument(f"The folder {path.parent} cannot be used: {error}.") from error
            raise
        super().__init__(str(path), database)
        self._made = path.lstat()

    @property
    def held(self) -> int:
        """How many rows the sender has not taken yet, as far as is known."""
        return len(self._untaken)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is known to be left in it."""
        return not self._untaken and self._heard == self._last_note

    async def append(self, entry: Entry, awaited: bool) -> int:
        """Write a row down; gives its number.

        Raises:
            ActOnError: the disk does not take it, or the file was removed.
        """
        self._last = number = self._last + 1
        # Of two rows for an address the one that is put last is the newer, also where the clock stands still.
        entry.put_at = self._put_at = max(entry.put_at, nextafter(self._put_at, inf))
        values = (number, entry.email, cells_to_json(entry.cells), entry.put_at, int(awaited))
        self._untaken[number] = None
        try:
            await self._written(intake_schema.INSERT_ROW, [values])
        except ActOnError:  # it takes no room
            self._untaken.pop(number, None)
            raise
        return number

    async def note(self, kind: NoteKind, rows: Sequence[int]) -> int:
        """Write notes about rows down; gives the number of the last.

        Raises:
            ActOnError: the disk does not take them.
        """
        values: list[tuple[int, str, int]] = []
        for row in rows:
            self._last_note += 1
            values.append((self._last_note, kind, row))
        number = self._last_note
        await self._written(intake_schema.INSERT_NOTE, values)
        return number

    async def _written(self, statement: str, values: Sequence[tuple[object, ...]]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.write(Write(statement, values, done))
        await done

    def keep_owner(self, owner: str) -> None:
        """Write down for which account the rows are."""
        self.write(Write("INSERT OR REPLACE INTO queue VALUES ('owner', ?)", [(owner,)]))

    def delete_taken(self, row: int, note: int) -> None:
        """Delete the rows and notes up to these, which the sender has written down."""
        if (row, note) != (self._taken, self._heard):
            self._taken, self._heard = max(row, self._taken), max(note, self._heard)
            for number in list(takewhile(lambda each: each <= row, self._untaken)):
                del self._untaken[number]
            more = [Statement("DELETE FROM notes WHERE number <= ?", [(note,)])]
            self.write(Write("DELETE FROM queued WHERE number <= ?", [(row,)], more=more))

    def _commit(self, batch: Sequence[Write]) -> None:
        super()._commit(batch)
        if not self._is_in_place():  # what SQLite writes into a file without a name nobody will read
            raise sqlite3.OperationalError("the file was removed; close the queue, and open another")

    def _is_in_place(self) -> bool:
        """Whether the file and its lock still have their names."""
        try:
            return os.path.samestat(self.path.lstat(), self._made) and self._lock.is_in_place
        except FileNotFoundError:
            return False

    async def close(self) -> None:
        """Write what is to be written, and leave the file to the sender; it is removed if nothing is in it."""
        try:
            await self.finish()
        finally:
            closing = asyncio.get_running_loop().run_in_executor(self._thread, self._release)
            self._thread.shutdown(wait=False)
            await closing

    def _release(self) -> None:
        (left,) = self._database.execute(
            "SELECT EXISTS (SELECT 1 FROM queued WHERE number > ?)"
            " OR EXISTS (SELECT 1 FROM notes WHERE number > ?)",
            (self._taken, self._heard),
        ).fetchone()
        self._database.close()
        if left:
            self._lock.release()
        else:
            remove_database(self.path)
            self._lock.remove()
