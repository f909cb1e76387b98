"""State file: remembers the rows that were last saved in a list, so that an unchanged row costs no call.

The file holds no address and no value, only a digest of each row's address and one of its line. A row is removed
before it is sent and added again once it is saved, so that the file is true even if a run dies in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice
from os import PathLike
from typing import Final, TypeAlias, cast

from asyncsdk.bulk.staging.irregular_rows import CellsByIndex
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.disk_errors import store_errors
from asyncsdk.files.sqlite import open_exclusive
from asyncsdk.models.clear import CLEAR
from asyncsdk.uploads.addresses import normalized_address
from asyncsdk.uploads.cooperation import ROWS_PER_TURN
from asyncsdk.uploads.list_columns import ListColumns
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["ListStateFile"]

MARK: Final = 0x61_73_42_53
"""``asBS``, by which SQLite knows such files."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS list (owner TEXT NOT NULL, shape TEXT NOT NULL, last_run TEXT);
CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY, line BLOB NOT NULL) WITHOUT ROWID;
"""

Mark: TypeAlias = tuple[bytes, bytes]
"""The digest of a row's address, and the digest of its line."""


class ListStateFile:
    """A SQLite file, for one list. When the list's columns have changed, its rows are not used.

    Args:
        path: where it is.
        owner: whose list it is.
        columns: the list's columns.

    Raises:
        InvalidArgument: it is no state file, or one of another account or another list.
    """

    def __init__(self, path: str | PathLike[str], owner: str, columns: ListColumns) -> None:
        self._email = columns.email
        self._columns = _columns_text(columns)
        self._outdated = False
        self._name = f"The state file {path}"
        self._database = open_exclusive(path, "state file", MARK, _SCHEMA)
        try:
            with store_errors(self._name):
                self._claim(owner)
        except BaseException:
            self._database.close()
            raise

    def _claim(self, owner: str) -> None:
        known = self._database.execute("SELECT owner, shape FROM list").fetchone()
        if known is None:
            self._database.execute("INSERT INTO list VALUES (?, ?, NULL)", (owner, self._columns))
            return
        if known[0] != owner or _list_of(known[1]) != _list_of(self._columns):
            what = "account" if known[0] != owner else "list"
            raise InvalidArgument(f"{self._name} belongs to another {what}. Choose another file, or remove it.")
        self._outdated = known[1] != self._columns

    def last_run(self) -> str | None:
        """The last run that has sent rows which may not be in the file yet."""
        with store_errors(self._name):
            return cast("str | None", self._database.execute("SELECT last_run FROM list").fetchone()[0])

    async def begin(self, run: str, staged: StagedInput, settled: RowNumbers) -> None:
        """Forget what is about to change, in one transaction, before anything is sent.

        Args:
            run: the run that sends it.
            staged: its rows.
            settled: those among them that an earlier part of the run has sent.
        """
        with store_errors(self._name), self._database:
            self._database.execute("BEGIN")
            self._database.execute("UPDATE list SET last_run = ?, shape = ?", (run, self._columns))
            if self._outdated:  # its digests are of rows of other columns
                self._database.execute("DELETE FROM rows")
                self._outdated = False
            if self._database.execute("SELECT 1 FROM rows LIMIT 1").fetchone() is None:
                return
            for marks in self._marks(staged):
                self._database.executemany(
                    "DELETE FROM rows WHERE key = ?",
                    [(key,) for number, (key, _) in marks if number not in settled],
                )
                await asyncio.sleep(0)

    async def known(self, staged: StagedInput) -> RowNumbers:
        """The rows that are unchanged since they were last saved."""
        numbers = RowNumbers()
        if self._outdated:
            return numbers
        for marks in self._marks(staged):
            keys = [key for _, (key, _) in marks]
            holes = ",".join("?" * len(keys))
            question = f"SELECT key, line FROM rows WHERE key IN ({holes})"  # noqa: S608 - only question marks
            with store_errors(self._name):
                known = dict(self._database.execute(question, keys))
            for number, (key, line) in marks:
                if known.get(key) == line:
                    numbers.add(number)
            await asyncio.sleep(0)
        return numbers

    async def note(self, staged: StagedInput, saved: RowNumbers) -> None:
        """Note the rows that were saved, in one transaction.

        Args:
            staged: what was sent.
            saved: the rows that were saved.
        """
        with store_errors(self._name), self._database:
            self._database.execute("BEGIN")
            for marks in self._marks(staged):
                self._database.executemany(
                    "INSERT OR REPLACE INTO rows VALUES (?, ?)", [mark for number, mark in marks if number in saved]
                )
                await asyncio.sleep(0)

    def _marks(self, staged: StagedInput) -> Iterator[list[tuple[int, Mark]]]:
        """The digests of all rows, some rows at a time."""
        rows = staged.all_rows(in_files=True)
        while batch := [(number, self._mark(cells)) for number, cells in islice(rows, ROWS_PER_TURN)]:
            yield batch

    def _mark(self, cells: CellsByIndex) -> Mark:
        said = sorted((place, None if cell is CLEAR else cell) for place, cell in cells.items())
        return _digest(normalized_address(str(cells[self._email]))), _digest(repr(said))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _list_of(columns: str) -> str:
    """The list of columns in their written form."""
    return columns.partition(", headings=")[0]


def _columns_text(columns: ListColumns) -> str:
    """The list and its columns, as every version of this library writes them down."""
    return f"ListShape(list_id={columns.list_id!r}, headings={columns.headings!r}, email={columns.email!r})"
