"""Rows that were not taken, each with its number, its own words and the reason."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, cast, overload

from attrs import field, frozen

from asyncsdk.bulk.input.chunk import MalformedRow
from asyncsdk.bulk.keeping.database import nameless_database
from asyncsdk.bulk.keeping.storing import kept
from asyncsdk.bulk.staging.line_numbers import LineNumbers
from asyncsdk.bulk.staging.row_numbers import RowNumbers
from asyncsdk.clear import CLEAR
from asyncsdk.masking import masked_repr

__all__ = ["REJECTS_SCHEMA", "Reject", "Rejects"]

REJECTS_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS rejects (number INTEGER PRIMARY KEY, row TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reject_lines (number INTEGER PRIMARY KEY, line INTEGER NOT NULL);
"""

_SELECT: Final = """
SELECT number, row, reason, line FROM rejects LEFT JOIN reject_lines USING (number) ORDER BY number
"""

AT_ONCE: Final = 1000
"""Rows that are written together."""


@frozen
class Reject:
    """One row that was not taken."""

    number: int
    """Its place in the input, from 1."""

    row: Mapping[str, Any] = field(repr=masked_repr)
    """What it said, under the input's own names."""

    reason: str = field(repr=masked_repr)
    """Why."""

    line: int | None = None
    """The line of the input on which it begins, from 1; None if the input is no file."""

    cells: tuple[str, ...] | None = field(default=None, repr=masked_repr)
    """What was read, where it does not fit the columns: the cells of a row with too many or too few, or the whole
    line of a JSON Lines file. ``row`` then has what could be told apart."""


class Rejects(Sequence[Reject]):
    """All of them, by number; on disk when they are many.

    Args:
        database: where they are kept; by default a database without a name.
        kept_in: what it is called in messages.
    """

    def __init__(
        self, database: sqlite3.Connection | None = None, kept_in: str = "The list of rejected rows"
    ) -> None:
        self._database = database or nameless_database()
        self._kept_in = kept_in
        self._database.executescript(REJECTS_SCHEMA).close()

    def add(self, rejected: Iterable[tuple[int, Mapping[str, Any], str]]) -> None:
        """Keep some, all or none: of each its number, its row and why."""
        self._insert([(number, _packed(row), reason) for number, row, reason in rejected])

    def add_malformed(self, row: MalformedRow, names: Sequence[str]) -> None:
        """Keep a row that does not fit the columns of its file."""
        told = dict(zip(names, row.cells, strict=False))
        self._insert([(row.number, json.dumps([told, row.cells]), row.reason)])

    def add_all_of(self, others: Rejects) -> None:
        """Keep others, too."""
        self._insert(others._database.execute("SELECT number, row, reason FROM rejects"))

    def locate(self, lines: LineNumbers) -> None:
        """Note on which line of the input each begins."""
        numbers = (number for (number,) in self._database.execute("SELECT number FROM rejects ORDER BY number"))
        located = lines.of(numbers)
        while some := list(islice(located, AT_ONCE)):
            with kept(self._kept_in), self._database:
                self._database.execute("BEGIN")
                self._database.executemany("INSERT OR REPLACE INTO reject_lines VALUES (?, ?)", some)

    def _insert(self, rows: Iterable[tuple[int, str, str]]) -> None:
        with kept(self._kept_in), self._database:
            self._database.execute("BEGIN")
            self._database.executemany(
                "INSERT OR REPLACE INTO rejects (number, row, reason) VALUES (?, ?, ?)", rows
            )

    def numbers(self) -> RowNumbers:
        """Which rows they are."""
        numbers = RowNumbers()
        for (number,) in self._database.execute("SELECT number FROM rejects"):
            numbers.add(number)
        return numbers

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM rejects").fetchone()[0])

    def __iter__(self) -> Iterator[Reject]:
        yield from map(_reject, self._database.execute(_SELECT))

    @overload
    def __getitem__(self, index: int) -> Reject: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Reject]: ...
    def __getitem__(self, index: int | slice) -> Reject | Sequence[Reject]:
        if isinstance(index, slice):
            return list(self)[index]
        place = index + len(self) if index < 0 else index
        found = self._database.execute(f"{_SELECT} LIMIT 1 OFFSET ?", (max(place, 0),)).fetchone()
        if found is None or place < 0:
            raise IndexError(f"there are {len(self)} rejected rows")
        return _reject(found)

    def __repr__(self) -> str:
        return f"<{len(self)} rejected rows>"


_CLEAR: Final = ["CLEAR"]
"""How a row that is kept spells ``CLEAR``: a value of a row that is kept is never a list."""

WIDEST: Final = 1024
"""Bits of a number that is written as one."""

_PLAIN: Final = (str, int, float, type(None))


def _packed(row: Mapping[str, Any]) -> str:
    return json.dumps({name: _spelled(cell) for name, cell in row.items()})


def _spelled(cell: object) -> object:
    if cell is CLEAR:
        return _CLEAR
    if isinstance(cell, int) and cell.bit_length() > WIDEST:
        return hex(cell)  # Python refuses to write it in decimal digits
    return cell if isinstance(cell, _PLAIN) else str(cell)


def _reject(found: tuple[int, str, str, int | None]) -> Reject:
    number, packed, reason, line = found
    told: object = json.loads(packed)
    if isinstance(told, list):
        row, cells = cast("tuple[dict[str, Any], list[str]]", told)
        return Reject(number, row, reason, line, tuple(cells))
    return Reject(number, _unpacked(packed), reason, line)


def _unpacked(text: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(text)
    return {name: CLEAR if cell == _CLEAR else cell for name, cell in row.items()}
