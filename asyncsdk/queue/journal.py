"""The rows of a queue on disk: written before a put returns, and gone when their fate is known, and told.

Everything is written in a thread, and what is put at the same time is written at once: a disk that needs 10 ms to
be sure takes as many rows as come in 10 ms. Rows are marked before they are sent, and with their job when Act-On
has accepted them, so that the next queue sends nothing newer for their addresses before it knows their fate.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import isfinite
from os import PathLike, fspath
from typing import Any, Final

from attrs import field, frozen

from asyncsdk import clock
from asyncsdk.bulk.input.headings import ListShape
from asyncsdk.bulk.keeping.database import open_alone
from asyncsdk.clear import CLEAR, Clear
from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.queue.entry import Cells
from asyncsdk.queue.outcome import UnsavedRow

__all__ = ["KeptRow", "QueueJournal"]

_log = logging.getLogger("asyncsdk")

VERSION: Final = "1"
MARK: Final = 0x61_73_51_4A
"""``asQJ``, by which SQLite knows such files."""

_open_ones: Final[set[str]] = set()
"""The journals that are open in this process, by their real paths."""

COMPACT: Final = 16
"""So many rows of one address become one."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queued (
    number INTEGER PRIMARY KEY, email TEXT NOT NULL, cells TEXT NOT NULL, job TEXT, until REAL);
CREATE TABLE IF NOT EXISTS held (key TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unsaved (
    number INTEGER PRIMARY KEY, email TEXT NOT NULL, cells TEXT NOT NULL, fate TEXT NOT NULL, reason TEXT NOT NULL);
"""


@frozen
class KeptRow:
    """A row that an earlier queue left."""

    number: int
    email: str = field(repr=False)
    cells: Cells = field(repr=False)
    job_id: str | None = None
    """The job of the file that it was last sent in."""

    until: float | None = None
    """Until when it may still arrive, if its answer was lost; by the time of day."""


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
        self._list_id = list_id
        self._real_path = os.path.realpath(path)
        # A second connection would not only be in the way: when it closes, the first one's lock is gone.
        if self._real_path in _open_ones:
            raise InvalidArgument(f"The journal {path} is in use by another queue.")
        self._database = open_alone(path, "journal", MARK, _SCHEMA, pragmas=["secure_delete = ON"])
        _open_ones.add(self._real_path)
        try:
            self._claim({"version": VERSION, "list": list_id})
        except BaseException:
            self._let_go()
            raise
        (last,) = self._database.execute(
            "SELECT max(number) FROM (SELECT number FROM queued UNION ALL SELECT number FROM unsaved)"
        ).fetchone()
        self._last = int(last or 0)
        self._pending: list[_Writing] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="asyncsdk queue journal")

    def _claim(self, wanted: dict[str, str]) -> None:
        known = dict(self._database.execute("SELECT name, value FROM queue WHERE name IN ('version', 'list')"))
        if known and known != wanted:
            raise InvalidArgument(
                f"The journal {self._path} belongs to another list, or to another version: choose another file."
            )
        if not known:
            self._database.executemany("INSERT INTO queue VALUES (?, ?)", wanted.items())

    def is_of(self, owner: str) -> bool:
        """Whether its rows are for this account; the first one that asks makes the journal its own."""
        known = self._database.execute("SELECT value FROM queue WHERE name = 'owner'").fetchone()
        if known is None:
            self._write(_Writing("INSERT OR IGNORE INTO queue VALUES ('owner', ?)", [(owner,)]))
        return known is None or known[0] == owner

    def kept(self) -> list[KeptRow]:
        """What an earlier queue left to be sent, in the order in which it was put."""
        rows = self._database.execute("SELECT number, email, cells, job, until FROM queued ORDER BY number")
        return [KeptRow(number, email, _cells_from(cells), job, until) for number, email, cells, job, until in rows]

    def kept_unsaved(self) -> list[tuple[int, UnsavedRow]]:
        """The rows that an earlier queue gave up and told nobody of, with their numbers."""
        rows = self._database.execute("SELECT number, email, cells, fate, reason FROM unsaved ORDER BY number")
        return [
            (number, UnsavedRow(email, _cells_from(cells), fate, reason))
            for number, email, cells, fate, reason in rows
        ]

    def holds(self) -> dict[float, list[str]]:
        """The addresses for which nothing is to be sent, by the time of day until when."""
        self._database.execute("DELETE FROM held WHERE until <= ?", (clock.wall(),))
        found: dict[float, list[str]] = {}
        for key, until in self._database.execute("SELECT key, until FROM held"):
            found.setdefault(until, []).append(key)
        return found

    def shape(self) -> ListShape | None:
        """The list's columns, as far as an earlier queue has read them."""
        found = self._database.execute("SELECT value FROM queue WHERE name = 'columns'").fetchone()
        if found is None:
            return None
        told = json.loads(found[0])
        return ListShape(self._list_id, tuple(told["headings"]), int(told["email"]))

    def keep_shape(self, shape: ListShape) -> None:
        """The list's columns were read: the next queue can take rows before it reads them."""
        told = json.dumps({"headings": shape.headings, "email": shape.email})
        self._write(_Writing("INSERT OR REPLACE INTO queue VALUES ('columns', ?)", [(told,)]))

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

    def sending(self, numbers: Sequence[int], until: float) -> asyncio.Future[None]:
        """These rows are about to be sent, and may arrive until then; resolved when that is on disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        values = [(until, number) for number in numbers]
        self._write(_Writing("UPDATE queued SET job = NULL, until = ? WHERE number = ?", values, done))
        return done

    def accepted(self, numbers: Sequence[int], job_id: str, until: float) -> None:
        """Act-On has accepted a file with these rows; an earlier copy may arrive until then."""
        values = [(job_id, until if isfinite(until) else None, number) for number in numbers]
        self._write(_Writing("UPDATE queued SET job = ?, until = ? WHERE number = ?", values))

    def returned(self, numbers: Sequence[int]) -> None:
        """These rows are on their way no more."""
        values = [(number,) for number in numbers]
        self._write(_Writing("UPDATE queued SET job = NULL, until = NULL WHERE number = ?", values))

    def hold(self, keys: Sequence[str], until: float) -> None:
        """Nothing is to be sent for these addresses until then."""
        self._write(_Writing("DELETE FROM held WHERE until <= ?", [(clock.wall(),)]))
        statement = (
            "INSERT INTO held VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET until = max(until, excluded.until)"
        )
        self._write(_Writing(statement, [(key, until) for key in keys]))

    def folded(self, numbers: list[int], email: str, cells: Cells) -> list[int]:
        """Several rows of one address wait: when they are many, they become the last one; gives what is left."""
        if len(numbers) < COMPACT:
            return numbers
        *others, last = numbers
        statement = "UPDATE queued SET email = ?, cells = ? WHERE number = ?"
        self._write(_Writing(statement, [(email, _text_of(cells), last)]))
        self.forget(others)
        return [last]

    def give_up(self, numbers: Sequence[int], row: UnsavedRow) -> int:
        """These rows are not sent again: they become one that somebody is to be told of; gives its number."""
        self.forget(numbers)
        values = (numbers[-1], row.email, _text_of(row.data), row.fate, row.reason)
        self._write(_Writing("INSERT OR REPLACE INTO unsaved VALUES (?, ?, ?, ?, ?)", [values]))
        return numbers[-1]

    def told(self, numbers: Sequence[int]) -> None:
        """Somebody was told of these rows, which were given up."""
        self._write(_Writing("DELETE FROM unsaved WHERE number = ?", [(number,) for number in numbers]))

    def forget(self, numbers: Sequence[int]) -> None:
        """It is known what became of these rows."""
        if numbers:
            self._write(_forgetting(numbers))

    async def written(self) -> None:
        """Wait until everything is on disk, as far as the disk takes it."""
        while self._writer is not None:
            await asyncio.wait({self._writer})

    async def close(self) -> None:
        """Write what is to be written, and let go of the file."""
        try:
            self._start()
            await self.written()
            if self._pending:
                _log.error("The journal could not be told of everything that was saved: rows will be sent again.")
        finally:
            letting_go = asyncio.get_running_loop().run_in_executor(self._thread, self._let_go)
            self._thread.shutdown(wait=False)
            await letting_go

    def _let_go(self) -> None:
        self._database.close()
        _open_ones.discard(self._real_path)

    def _write(self, writing: _Writing) -> None:
        self._pending.append(writing)
        self._start()

    def _start(self) -> None:
        if self._writer is None and self._pending:
            self._writer = asyncio.get_running_loop().create_task(self._write_on(), name="asyncsdk queue journal")

    async def _write_on(self) -> None:
        batch: list[_Writing] = []
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                try:
                    await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, batch)
                except sqlite3.Error as error:
                    self._pending = [*self._refused(batch, error), *self._pending]
                    if all(writing.done is None for writing in self._pending):
                        return  # tried again with the next row, and when the queue is closed
                else:
                    _tell(batch)
                batch = []
        except BaseException as error:
            # Whoever waits must not wait for ever. What was refused is not to be there; the next row begins again.
            left = [*batch, *self._pending]
            refused = [writing.values[0][0] for writing in left if writing.accept is not None]
            self._pending = self._refused(left, error)
            if refused:
                self._pending.append(_forgetting(refused))
            if not isinstance(error, Exception):
                raise
        finally:
            self._writer = None

    def _commit(self, batch: Sequence[_Writing]) -> None:
        with self._database:
            self._database.execute("BEGIN")
            for writing in batch:
                self._database.executemany(writing.statement, writing.values)

    def _refused(self, batch: Sequence[_Writing], error: BaseException) -> list[_Writing]:
        """Tell whoever waits that the disk did not take it; gives what nobody waits for."""
        why = str(error) or type(error).__name__
        _log.error("The journal cannot be written: %s", why)
        for writing in batch:
            if writing.accept is not None:
                writing.accept(False)
            if writing.done is not None and not writing.done.done():
                writing.done.set_exception(ActOnError(f"The journal {self._path} cannot be written: {why}."))
        return [writing for writing in batch if writing.done is None]


def _forgetting(numbers: Sequence[int]) -> _Writing:
    return _Writing("DELETE FROM queued WHERE number = ?", [(number,) for number in numbers])


def _tell(batch: Sequence[_Writing]) -> None:
    for writing in batch:
        if writing.accept is not None:
            writing.accept(True)
        if writing.done is not None and not writing.done.done():
            writing.done.set_result(None)


def _text_of(cells: Mapping[str, str | Clear]) -> str:
    return json.dumps({heading: None if cell is CLEAR else cell for heading, cell in cells.items()})


def _cells_from(text: str) -> Cells:
    return {heading: CLEAR if cell is None else cell for heading, cell in json.loads(text).items()}
