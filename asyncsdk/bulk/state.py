"""What a list was last told, so that a row that says the same again costs no call.

The file holds no address and no value: of each row only a digest of its address and one of its line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice
from os import PathLike
from typing import Final, TypeAlias

from asyncsdk.bulk.address import key_of
from asyncsdk.bulk.database import open_alone
from asyncsdk.bulk.headings import ListShape
from asyncsdk.bulk.odd_rows import Cells
from asyncsdk.bulk.row_numbers import RowNumbers
from asyncsdk.bulk.staged import BATCH, Staged
from asyncsdk.clear import CLEAR
from asyncsdk.errors import InvalidArgument

__all__ = ["StateFile"]

MARK: Final = 0x61_73_42_53
"""``asBS``, by which SQLite knows such files."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS list (shape TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY, line BLOB NOT NULL) WITHOUT ROWID;
"""

Mark: TypeAlias = tuple[bytes, bytes]
"""The digest of a row's address, and the one of all that it says."""


class StateFile:
    """A SQLite file, for one list.

    Args:
        path: where it is.
        shape: the list's columns.

    Raises:
        InvalidArgument: it is no state file, or one of another list or of other columns.
    """

    def __init__(self, path: str | PathLike[str], shape: ListShape) -> None:
        self._email = shape.email
        self._database = open_alone(path, "state file", MARK, _SCHEMA)
        known = self._database.execute("SELECT shape FROM list").fetchone()
        if known is None:
            self._database.execute("INSERT INTO list VALUES (?)", (repr(shape),))
        elif known[0] != repr(shape):
            self._database.close()
            raise InvalidArgument(
                f"The state file {path} belongs to another list, or the list's columns have changed since."
                " Choose another file, or remove it."
            )

    async def known(self, staged: Staged) -> RowNumbers:
        """The rows that say what the list was told before."""
        numbers = RowNumbers()
        for marks in self._marks(staged):
            keys = [key for _, (key, _) in marks]
            holes = ",".join("?" * len(keys))
            question = f"SELECT key, line FROM rows WHERE key IN ({holes})"  # noqa: S608 - only question marks
            known = dict(self._database.execute(question, keys))
            for number, (key, line) in marks:
                if known.get(key) == line:
                    numbers.add(number)
            await asyncio.sleep(0)
        return numbers

    async def note(self, staged: Staged, saved: Callable[[int], bool]) -> None:
        """Write down, all at once, what the list holds now.

        Args:
            staged: what was sent.
            saved: tells of a row, by its number, whether it was saved.
        """
        with self._database:
            self._database.execute("BEGIN")
            for marks in self._marks(staged):
                self._database.executemany(
                    "INSERT OR REPLACE INTO rows VALUES (?, ?)", [mark for number, mark in marks if saved(number)]
                )
                await asyncio.sleep(0)

    def _marks(self, staged: Staged) -> Iterator[list[tuple[int, Mark]]]:
        """The digests of all rows, some rows at a time."""
        rows = staged.all_rows(in_files=True)
        while batch := [(number, self._mark(cells)) for number, cells in islice(rows, BATCH)]:
            yield batch

    def _mark(self, cells: Cells) -> Mark:
        said = sorted((place, None if cell is CLEAR else cell) for place, cell in cells.items())
        return _digest(key_of(str(cells[self._email]))), _digest(repr(said))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
