"""Rows that were not taken, each with its number, its own words and the reason."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any, Final, overload

from attrs import field, frozen

from asyncsdk.bulk.input.csv_text import LINE_END
from asyncsdk.bulk.keeping.database import nameless_database
from asyncsdk.bulk.keeping.storing import kept
from asyncsdk.bulk.staging.row_numbers import RowNumbers
from asyncsdk.clear import CLEAR
from asyncsdk.errors import StoreFailed
from asyncsdk.masking import masked_repr
from asyncsdk.replacement import Replacement
from asyncsdk.value_text import NoText, text_of

__all__ = ["REJECTS_SCHEMA", "Reject", "Rejects"]

REJECTS_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS rejects (number INTEGER PRIMARY KEY, row TEXT NOT NULL, reason TEXT NOT NULL);
"""


@frozen
class Reject:
    """One row that was not taken."""

    number: int
    """Its place in the input, from 1."""

    row: Mapping[str, Any] = field(repr=masked_repr)
    """What it said, under the input's own names; a value that has no one text is None, like a missing one."""

    reason: str = field(repr=masked_repr)
    """Why."""


class Rejects(Sequence[Reject]):
    """All of them, by number; on disk when they are many. The first 10,000 are pickled.

    Args:
        database: where they are kept; by default a database without a name.
        kept_in: what it is called in messages.
    """

    def __init__(
        self, database: sqlite3.Connection | None = None, kept_in: str = "The list of rejected rows"
    ) -> None:
        self._database = database or nameless_database()
        self._kept_in = kept_in
        self.left_behind = 0
        """How many more there were, and did not come along when the report was pickled."""

        self._database.executescript(REJECTS_SCHEMA).close()

    def add(self, rejected: Iterable[tuple[int, Mapping[str, Any], str]]) -> None:
        """Keep some, all or none: of each its number, its row and why."""
        self._insert([(number, _packed(row), reason) for number, row, reason in rejected])

    def add_all_of(self, others: Rejects) -> None:
        """Keep others, too."""
        self._insert(others._database.execute("SELECT * FROM rejects"))

    def _insert(self, rows: Iterable[tuple[int, str, str]]) -> None:
        with kept(self._kept_in), self._database:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT OR REPLACE INTO rejects VALUES (?, ?, ?)", rows)

    def numbers(self) -> RowNumbers:
        """Which rows they are."""
        numbers = RowNumbers()
        for (number,) in self._database.execute("SELECT number FROM rejects"):
            numbers.add(number)
        return numbers

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM rejects").fetchone()[0])

    def __iter__(self) -> Iterator[Reject]:
        for number, row, reason in self._database.execute("SELECT * FROM rejects ORDER BY number"):
            yield Reject(number, _unpacked(row), reason)

    @overload
    def __getitem__(self, index: int) -> Reject: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Reject]: ...
    def __getitem__(self, index: int | slice) -> Reject | Sequence[Reject]:
        if isinstance(index, slice):
            return list(self)[index]
        place = index + len(self) if index < 0 else index
        found = self._database.execute(
            "SELECT * FROM rejects ORDER BY number LIMIT 1 OFFSET ?", (max(place, 0),)
        ).fetchone()
        if found is None or place < 0:
            raise IndexError(f"there are {len(self)} rejected rows")
        return Reject(found[0], _unpacked(found[1]), found[2])

    def __repr__(self) -> str:
        more = f", and {self.left_behind:,} that were left behind" if self.left_behind else ""
        return f"<{len(self)} rejected rows{more}>"

    def __copy__(self) -> Rejects:
        return self

    def __deepcopy__(self, _: object) -> Rejects:
        return self  # nothing is added to them any more

    def __reduce__(self) -> tuple[Any, ...]:
        rows = [(each.number, dict(each.row), each.reason) for each in islice(self, PICKLED)]
        return _unpickled, (rows, self.left_behind + len(self) - len(rows))

    def write(self, path: str | PathLike[str], names: Sequence[str], encoding: str, separator: str) -> int:
        """Write the rows as CSV, as they were, so that the file can be corrected and fed back; gives how many.

        No CSV file can say ``CLEAR``, or half a character: the one is left empty, the other spelled out. A file
        that was there is replaced by a whole one or not at all.

        Raises:
            StoreFailed: it cannot be written, or some of the rows were left behind when the report was pickled.
        """
        if self.left_behind:
            raise StoreFailed(
                f"{self.left_behind:,} rejected rows were left behind when the report was pickled: write them where"
                " the run ends, or with rejects=... of the run."
            )
        with kept(f"The file of rejected rows {path}"), Replacement(Path(path)) as whole:
            with whole.text(encoding, errors="backslashreplace") as file:
                writer = csv.DictWriter(file, names, restval="", delimiter=separator, lineterminator=LINE_END)
                writer.writeheader()
                for reject in self:
                    writer.writerow({name: _written(cell) for name, cell in reject.row.items()})
            whole.commit()
        return len(self)


PICKLED: Final = 10_000
"""Rows that are pickled at the most."""


def _unpickled(rows: list[tuple[int, dict[str, Any], str]], left_behind: int) -> Rejects:
    rejects = Rejects()
    rejects.add(rows)
    rejects.left_behind = left_behind
    return rejects


_CLEAR: Final = ["CLEAR"]
"""How a row that is kept spells ``CLEAR``: a value of a row that is kept is never a list."""

_AS_IT_IS: Final = frozenset({str, int, float, bool})


def _packed(row: Mapping[str, Any]) -> str:
    return json.dumps({name: _kept(cell) for name, cell in row.items()})


def _kept(cell: object) -> object:
    """A value as JSON can say it; None where there is none, or none that has a text and could be fed back."""
    if cell is CLEAR:
        return _CLEAR
    if isinstance(cell, str):
        return str.__str__(cell)  # also half a character: somebody can see what it was
    try:
        text = text_of(cell)
    except NoText:
        return None
    return cell if text is not None and type(cell) in _AS_IT_IS else text


def _written(cell: object) -> str:
    """A value that was kept, in a file."""
    return "" if cell is CLEAR else cell if isinstance(cell, str) else text_of(cell) or ""


def _unpacked(text: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(text)
    return {name: CLEAR if cell == _CLEAR else cell for name, cell in row.items()}
