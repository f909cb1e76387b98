"""The rows of a queue on disk: written before a put returns, and gone when their fate is known, and told.

Rows are marked before they are sent, and with their job when Act-On has accepted them, so that the next queue sends
nothing newer for their addresses before it knows their fate.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from math import isfinite
from os import PathLike, fspath
from pathlib import Path
from threading import RLock
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.sqlite import open_exclusive
from asyncsdk.queue import kept
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.holder import holder_of
from asyncsdk.queue.kept import KeptRow, text_of
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.queue.writer import Statement, Writer, Writing, forgetting
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["OPENING", "SUFFIX", "QueueJournal", "is_taken", "open_here"]

SUFFIX: Final = ".journal"
"""What the names of journals end with in a folder."""

COMPACT: Final = 16
"""So many rows of one address become one."""

_open_ones: Final[dict[str, QueueJournal]] = {}
"""The journals that are open in this process, by their real paths."""


OPENING: Final = RLock()
"""Held while files are opened, or looked at: who closes a file frees it for all others in this process."""


def is_taken(path: str | PathLike[str]) -> bool:
    """Whether a queue has a journal open, in this process or in another."""
    with OPENING:
        return open_here(path) is not None or holder_of(path) is not None


def open_here(path: str | PathLike[str]) -> QueueJournal | None:
    """The journal that a queue of this process has open, in an event loop that still goes round."""
    found = _open_ones.get(os.path.realpath(path))
    if found is not None and found.is_abandoned:
        found.let_go()
        return None
    return found


def _file_at(path: str | PathLike[str]) -> tuple[int, int] | None:
    """Which file has a name."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class QueueJournal(Writer):
    """One queue's journal.

    Args:
        path: a SQLite file, readable by its owner alone.
        list_id: the list that its rows are for; None: whichever it is of.

    Raises:
        InvalidArgument: it is no such journal, another list's, or in use.
    """

    def __init__(self, path: str | PathLike[str], list_id: str | None) -> None:
        self._real_path = os.path.realpath(path)
        with OPENING:
            if open_here(path) is not None:
                raise InvalidArgument(f"The journal {path} is in use by another queue.")
            before = _file_at(path)
            database = open_exclusive(path, "journal", kept.MARK, kept.SCHEMA, pragmas=["secure_delete = ON"])
            if before not in {None, _file_at(path)}:  # a name without a file SQLite notices
                database.close()
                raise InvalidArgument(f"The journal {path} was being removed: open it again.")
            super().__init__(fspath(path), database)
            _open_ones[self._real_path] = self
        try:
            self.list_id, self._last = self._read(list_id)
        except InvalidArgument:
            self.let_go()
            raise
        except kept.DAMAGES as error:
            self.let_go()
            raise InvalidArgument(f"The journal {path} is damaged: {type(error).__name__}.") from error
        except BaseException:
            self.let_go()
            raise
        self.loop: asyncio.AbstractEventLoop | None = None
        """The event loop of the queue that has it open."""

        self.remembers = False
        """Whether what was saved is written down for others, who may hold older rows."""

    def _read(self, list_id: str | None) -> tuple[str | None, int]:
        kept.prepare(self._database)
        claimed = self._claimed(list_id)
        if list_id is not None:
            kept.begin_use(self._database)
        (last,) = self._database.execute(
            "SELECT max(number) FROM (SELECT number FROM queued UNION ALL SELECT number FROM unsaved)"
        ).fetchone()
        return claimed, int(last or 0)

    def _claimed(self, list_id: str | None) -> str | None:
        version, known = (kept.fact(self._database, name) for name in ("version", "list"))
        if (version, known) == (None, None):  # it was made just now, or its process was killed before it said more
            if list_id is not None:
                values = (kept.VERSION, list_id)
                self._database.execute("INSERT INTO queue VALUES ('version', ?), ('list', ?)", values).close()
            return list_id
        if version != kept.VERSION or list_id not in {None, known}:
            raise InvalidArgument(
                f"The journal {self.name} belongs to another list, or to another version: choose another file."
            )
        return known

    @property
    def identity(self) -> str:
        """What it is known by when its rows are taken over: the same name with other rows in it is another."""
        return f"{kept.fact(self._database, 'use')} {Path(self.name).name}"

    @property
    def database(self) -> sqlite3.Connection:
        """What it is kept in; to be read while nothing is written."""
        return self._database

    @property
    def is_empty(self) -> bool:
        """Whether nothing depends on it."""
        (found,) = self._database.execute(
            "SELECT EXISTS (SELECT 1 FROM queued) OR EXISTS (SELECT 1 FROM unsaved)"
            " OR EXISTS (SELECT 1 FROM held WHERE until > ?)",
            (clock.wall(),),
        ).fetchone()
        return not found

    @property
    def owner(self) -> str | None:
        """The account that its rows are for, once that is known."""
        return kept.fact(self._database, "owner")

    def is_of(self, owner: str) -> bool:
        """Whether its rows are for this account; the first one that asks makes the journal its own."""
        known = self.owner
        if known is None:
            self.write(Writing("INSERT OR IGNORE INTO queue VALUES ('owner', ?)", [(owner,)]))
        return known is None or known == owner

    def kept(self) -> list[KeptRow]:
        """What an earlier queue left to be sent, in the order in which it was put."""
        return kept.rows_in(self._database)

    def kept_unsaved(self) -> list[tuple[int, UnsavedRow]]:
        """The rows that an earlier queue gave up and told nobody of, with their numbers."""
        return kept.unsaved_in(self._database)

    def holds(self) -> dict[float, list[str]]:
        """The addresses for which nothing is to be sent, by the time of day until when."""
        return kept.holds_in(self._database, clock.wall())

    def shape(self) -> ListColumns | None:
        """The list's columns, as far as an earlier queue has read them."""
        found = kept.fact(self._database, "columns")
        return None if found is None else kept.shape_from(found, str(self.list_id))

    def keep_shape(self, shape: ListColumns) -> None:
        """The list's columns were read: the next queue can take rows before it reads them."""
        self.write(Writing("INSERT OR REPLACE INTO queue VALUES ('columns', ?)", [(kept.text_of_shape(shape),)]))

    def number(self) -> int:
        """A number for another row."""
        self._last += 1
        return self._last

    def append(self, entry: Entry, accept: Callable[[int | None], None]) -> asyncio.Future[None]:
        """Write a row down.

        Args:
            entry: the row.
            accept: called with its number once it is on disk, in the order of the rows, whoever still waits; with
                None if the disk did not take it.
        """
        number = self.number()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        values = [(number, entry.email, text_of(entry.cells), entry.put_at)]
        statement = "INSERT INTO queued (number, email, cells, put_at) VALUES (?, ?, ?, ?)"
        self.write(Writing(statement, values, done, lambda taken: accept(number if taken else None)))
        return done

    async def take_over(self, statements: Sequence[Statement]) -> None:
        """Write down what another journal held: all of it, or nothing.

        Raises:
            ActOnError: the disk does not take it.
        """
        first, *more = statements
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.write(Writing(first.sql, first.values, done, more=more))
        await done

    def sending(self, numbers: Sequence[int], until: float) -> asyncio.Future[None]:
        """These rows are about to be sent, and may arrive until then; resolved when that is on disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        values = [(until, number) for number in numbers]
        self.write(Writing("UPDATE queued SET job = NULL, until = ? WHERE number = ?", values, done))
        return done

    def accepted(self, numbers: Sequence[int], job_id: str, until: float) -> None:
        """Act-On has accepted a file with these rows; an earlier copy may arrive until then."""
        values = [(job_id, until if isfinite(until) else None, number) for number in numbers]
        self.write(Writing("UPDATE queued SET job = ?, until = ? WHERE number = ?", values))

    def returned(self, numbers: Sequence[int]) -> None:
        """These rows are on their way no more."""
        values = [(number,) for number in numbers]
        self.write(Writing("UPDATE queued SET job = NULL, until = NULL WHERE number = ?", values))

    def hold(self, keys: Sequence[str], until: float) -> None:
        """Nothing is to be sent for these addresses until then."""
        self.write(Writing("DELETE FROM held WHERE until <= ?", [(clock.wall(),)]))
        self.write(Writing(kept.INSERT_HELD, [(key, until) for key in keys]))

    def folded(self, entry: Entry) -> list[int]:
        """Several rows of one address wait: when they are many, they become the last one; gives what is left."""
        if len(entry.numbers) < COMPACT:
            return entry.numbers
        *others, last = entry.numbers
        statement = "UPDATE queued SET email = ?, cells = ?, put_at = ?, times = ? WHERE number = ?"
        values = (entry.email, text_of(entry.cells), entry.put_at, json.dumps(entry.times), last)
        self.write(Writing(statement, [values]))
        self.forget(others)
        return [last]

    def give_up(self, numbers: Sequence[int], row: UnsavedRow) -> int:
        """These rows are not sent again: they become one that somebody is to be told of; gives its number."""
        self.forget(numbers)
        values = (numbers[-1], row.email, text_of(row.data), row.fate, row.reason)
        self.write(Writing("INSERT OR REPLACE INTO unsaved VALUES (?, ?, ?, ?, ?)", [values]))
        return numbers[-1]

    def told(self, numbers: Sequence[int]) -> None:
        """Somebody was told of these rows, which were given up."""
        self.write(Writing("DELETE FROM unsaved WHERE number = ?", [(number,) for number in numbers]))

    def forget(self, numbers: Sequence[int]) -> None:
        """It is known what became of these rows."""
        if numbers:
            self.write(forgetting(numbers))

    def remember(self, entry: Entry) -> None:
        """The list holds what an entry says: nothing older is to be sent after it."""
        if self.remembers:
            values = kept.saved_of(entry)
            self.write(Writing(kept.INSERT_SAVED, values))

    def was_removed(self, identities: Sequence[str]) -> None:
        """Journals are gone whose rows were taken over."""
        self.write(Writing("DELETE FROM queue WHERE name = ?", [(f"{kept.ADOPTED}{each}",) for each in identities]))

    def forget_the_saved(self, before: float) -> None:
        """Nobody holds anything any more that is as old."""
        self.write(Writing("DELETE FROM saved WHERE put_at < ?", [(before,)]))

    async def close(self) -> None:
        """Write what is to be written, and let go of the file."""
        try:
            await self.finish()
        finally:
            letting_go = asyncio.get_running_loop().run_in_executor(self._thread, self.let_go)
            self._thread.shutdown(wait=False)
            await letting_go

    @property
    def is_abandoned(self) -> bool:
        """Whether the event loop has ended that it was written in."""
        return self.loop is not None and self.loop.is_closed()

    def let_go(self) -> None:
        """Close the file as it is."""
        self._database.close()
        if _open_ones.get(self._real_path) is self:  # else its name is another's by now
            del _open_ones[self._real_path]
