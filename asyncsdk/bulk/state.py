"""What a list was last told, so that a row that says the same again costs no call.

The file holds no address and no value: of each row only a digest of its address and one of its line.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from os import PathLike, fspath
from typing import Final

from asyncsdk.bulk.address import key_of
from asyncsdk.bulk.headings import ListShape
from asyncsdk.bulk.spool import Spool, SpooledFile, lines_of
from asyncsdk.bulk.staging import Staged
from asyncsdk.clear import CLEAR, Clear
from asyncsdk.errors import InvalidArgument

__all__ = ["StateFile"]

BATCH: Final = 1000
_NOTE: Final = "INSERT OR REPLACE INTO rows VALUES (?, ?)"


class StateFile:
    """A SQLite file, for one list.

    Args:
        path: where it is.
        shape: the list's columns.

    Raises:
        InvalidArgument: it is no state file, or one of another list or of other columns.
    """

    def __init__(self, path: str | PathLike[str], shape: ListShape) -> None:
        self._shape = shape
        self._database = sqlite3.connect(fspath(path), isolation_level=None)
        try:
            self._database.executescript(
                "PRAGMA journal_mode = WAL;"
                "CREATE TABLE IF NOT EXISTS list (shape TEXT PRIMARY KEY);"
                "CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY, line BLOB NOT NULL) WITHOUT ROWID;"
            ).close()
            known = self._database.execute("SELECT shape FROM list").fetchone()
        except sqlite3.Error as error:
            self._database.close()
            raise InvalidArgument(f"The state file {path} cannot be used: {error}.") from error
        if known is None:
            self._database.execute("INSERT INTO list VALUES (?)", (repr(shape),))
        elif known[0] != repr(shape):
            self._database.close()
            raise InvalidArgument(
                f"The state file {path} belongs to another list, or the list's columns have changed since."
                " Choose another file, or remove it."
            )

    async def leave_out_known(self, staged: Staged, limit: int) -> None:
        """Take the rows out of the files that the list holds already."""
        kept: list[SpooledFile] = []
        for file in staged.files:
            spool = Spool(file.shape, limit, file.touched)
            batch: list[tuple[int, list[str]]] = []
            for row in file.read():
                batch.append(row)
                if len(batch) == BATCH:
                    staged.unchanged += self._sift(batch, spool)
                    batch = []
                    await asyncio.sleep(0)
            staged.unchanged += self._sift(batch, spool)
            file.close()
            kept.extend(spool.files)
        staged.files = kept
        known = self._known([self._mark_of(cells)[0] for _, cells in staged.single])
        new = [row for row in staged.single if known.get(self._mark_of(row[1])[0]) != self._mark_of(row[1])[1]]
        staged.unchanged += len(staged.single) - len(new)
        staged.single = new

    def _sift(self, batch: Sequence[tuple[int, list[str]]], spool: Spool) -> int:
        """Keep what is new; gives how many rows are not."""
        marks = {number: self._digests(cells, spool.touched) for number, cells in batch}
        known = self._known([key for key, _ in marks.values()])
        left_out = 0
        for number, cells in batch:
            key, line = marks[number]
            if known.get(key) == line:
                left_out += 1
            else:
                spool.add(lines_of([cells]), number, 1)
        return left_out

    def _digests(self, cells: Sequence[str], touched: frozenset[int] | None) -> tuple[bytes, bytes]:
        said = lines_of([cells]) + ("" if touched is None else repr(sorted(touched)))
        return _digest(key_of(cells[self._shape.email])), _digest(said)

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The lines that are known for these addresses, a few questions at a time."""
        known: dict[bytes, bytes] = {}
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            marks = ",".join("?" * len(part))
            question = f"SELECT key, line FROM rows WHERE key IN ({marks})"  # noqa: S608 - only question marks
            known.update(self._database.execute(question, part))
        return known

    def _mark_of(self, cells: Mapping[int, str | Clear]) -> tuple[bytes, bytes]:
        """The digests of a row that clears something and is sent by itself."""
        spelled = ["" if cell is CLEAR else str(cell) for _, cell in sorted(cells.items())]
        return _digest(key_of(str(cells[self._shape.email]))), _digest(repr((sorted(cells), spelled)))

    async def note(
        self, staged: Staged, saved: Callable[[int, SpooledFile], bool], single: Callable[[int], bool]
    ) -> None:
        """Write down, all at once, what the list holds now.

        Args:
            staged: what was sent.
            saved: tells of a row of a file, by its number, whether it was saved.
            single: tells the same of a row that was sent by itself.
        """
        self._database.execute("BEGIN")
        try:
            for file in staged.files:
                for place, (number, cells) in enumerate(file.read()):
                    if saved(number, file):
                        self._database.execute(_NOTE, self._digests(cells, file.touched))
                    if place % BATCH == 0:
                        await asyncio.sleep(0)
            for number, row in staged.single:
                if single(number):
                    self._database.execute(_NOTE, self._mark_of(row))
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
