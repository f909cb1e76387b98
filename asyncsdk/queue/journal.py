"""The rows of a queue on disk: written before a put returns, and gone when it is known what became of them.

Everything is written in a thread, and what is put at the same time is written at once: a disk that needs 10 ms to
be sure takes as many rows as come in 10 ms. Rows of a file that Act-On has accepted are marked with its job, so
that the next queue sees the job to its end before it sends anything newer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from os import PathLike, fspath
from typing import Any, Final

from attrs import field, frozen

from asyncsdk.clear import CLEAR
from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.queue.rows import Cells

__all__ = ["KeptRow", "QueueJournal"]

_log = logging.getLogger("asyncsdk")

VERSION: Final = "1"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queued (
    number INTEGER PRIMARY KEY, email TEXT NOT NULL, cells TEXT NOT NULL, job TEXT);
"""


@frozen
class KeptRow:
    """A row that an earlier queue left."""

    number: int
    email: str = field(repr=False)
    cells: Cells = field(repr=False)
    job_id: str | None = None
    """The job of the file that it was last sent in."""


@frozen
class _Writing:
    """Something to be written, and who is to know."""

    statement: str
    values: Sequence[tuple[Any, ...]] = field(repr=False)
    done: asyncio.Future[None] | None = None
    accept: Callable[[bool], None] | None = None


class QueueJournal:
    """One queue's journal.

    Args:
        path: a SQLite file, readable by its owner alone.
        list_id: the list that its rows are for.

    Raises:
        InvalidArgument: it is no such journal, another list's, or in use.
    """

    def __init__(self, path: str | PathLike[str], list_id: str) -> None:
        self._path = fspath(path)
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            self._database = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=0.2)
        except (OSError, sqlite3.Error) as error:
            raise InvalidArgument(f"The journal {path} cannot be used: {error}.") from error
        try:
            # Held until the process ends, however it ends: nobody else may write in it meanwhile.
            for pragma in (
                "locking_mode = EXCLUSIVE",
                "journal_mode = WAL",
                "synchronous = FULL",
                "secure_delete = ON",
            ):
                self._database.execute(f"PRAGMA {pragma}").close()
            self._database.executescript(_SCHEMA).close()
            self._claim({"version": VERSION, "list": list_id})
        except sqlite3.Error as error:
            self._database.close()
            in_use = isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
            what = "is in use by another queue" if in_use else f"cannot be used: {error}"
            raise InvalidArgument(f"The journal {path} {what}.") from error
        except BaseException:
            self._database.close()
            raise
        last = self._database.execute("SELECT max(number) FROM queued").fetchone()[0]
        self._last = int(last or 0)
        self._pending: list[_Writing] = []
        self._writer: asyncio.Task[None] | None = None

    def _claim(self, wanted: dict[str, str]) -> None:
        known = dict(self._database.execute("SELECT name, value FROM queue"))
        if known and known != wanted:
            raise InvalidArgument(
                f"The journal {self._path} belongs to another list, or to another version: choose another file."
            )
        if not known:
            self._database.executemany("INSERT INTO queue VALUES (?, ?)", wanted.items())

    def kept(self) -> list[KeptRow]:
        """What an earlier queue left, in the order in which it was put."""
        rows = self._database.execute("SELECT number, email, cells, job FROM queued ORDER BY number")
        return [KeptRow(number, email, _cells_from(cells), job) for number, email, cells, job in rows]

    def append(self, email: str, cells: Cells, accept: Callable[[int | None], None]) -> asyncio.Future[None]:
        """Write a row down.

        Args:
            email: its address.
            cells: what it says.
            accept: called with its number once it is on disk, in the order of the rows, whoever still waits; with
                None if the disk did not take it.
        """
        self._last += 1
        number = self._last
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        values = [(number, email, _text_of(cells))]
        statement = "INSERT INTO queued (number, email, cells) VALUES (?, ?, ?)"
        self._write(_Writing(statement, values, done, lambda taken: accept(number if taken else None)))
        return done

    def sent(self, numbers: Sequence[int], job_id: str) -> None:
        """Act-On has accepted a file with these rows."""
        values = [(job_id, number) for number in numbers]
        self._write(_Writing("UPDATE queued SET job = ? WHERE number = ?", values))

    def forget(self, numbers: Sequence[int]) -> None:
        """It is known what became of these rows."""
        if numbers:
            self._write(_Writing("DELETE FROM queued WHERE number = ?", [(number,) for number in numbers]))

    async def written(self) -> None:
        """Wait until everything is on disk, as far as the disk takes it."""
        while self._writer is not None:
            await asyncio.wait({self._writer})

    async def close(self) -> None:
        """Write what is to be written, and let go of the file."""
        self._start()
        await self.written()
        if self._pending:
            _log.error("The journal could not be told of everything that was saved: rows will be sent again.")
        await asyncio.to_thread(self._database.close)

    def _write(self, writing: _Writing) -> None:
        self._pending.append(writing)
        self._start()

    def _start(self) -> None:
        if self._writer is None and self._pending:
            self._writer = asyncio.get_running_loop().create_task(self._write_on(), name="asyncsdk queue journal")

    async def _write_on(self) -> None:
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                try:
                    await asyncio.to_thread(self._commit, batch)
                except sqlite3.Error as error:
                    self._pending = [*self._refused(batch, error), *self._pending]
                    if all(writing.done is None for writing in self._pending):
                        return  # tried again with the next row, and when the queue is closed
                else:
                    _tell(batch)
        finally:
            self._writer = None

    def _commit(self, batch: Sequence[_Writing]) -> None:
        with self._database:
            self._database.execute("BEGIN")
            for writing in batch:
                self._database.executemany(writing.statement, writing.values)

    def _refused(self, batch: Sequence[_Writing], error: sqlite3.Error) -> list[_Writing]:
        """Tell whoever waits that the disk did not take it; gives what nobody waits for."""
        _log.error("The journal cannot be written: %s", error)
        for writing in batch:
            if writing.accept is not None:
                writing.accept(False)
            if writing.done is not None and not writing.done.done():
                writing.done.set_exception(ActOnError(f"The journal {self._path} cannot be written: {error}."))
        return [writing for writing in batch if writing.done is None]


def _tell(batch: Sequence[_Writing]) -> None:
    for writing in batch:
        if writing.accept is not None:
            writing.accept(True)
        if writing.done is not None and not writing.done.done():
            writing.done.set_result(None)


def _text_of(cells: Cells) -> str:
    return json.dumps({heading: None if cell is CLEAR else cell for heading, cell in cells.items()})


def _cells_from(text: str) -> Cells:
    return {heading: CLEAR if cell is None else cell for heading, cell in json.loads(text).items()}
