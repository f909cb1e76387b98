"""Rejected rows, each with its number, its values and the reason; on disk when they are many."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, cast, overload

from attrs import field, frozen

from asyncsdk.files.disk_errors import store_errors
from asyncsdk.files.sqlite import anonymous_database
from asyncsdk.models.clear import CLEAR
from asyncsdk.redaction import masked_repr
from asyncsdk.routing.value_text import NoText, text_of
from asyncsdk.uploads.line_numbers import LineNumbers
from asyncsdk.uploads.malformed_row import MalformedRow
from asyncsdk.uploads.row_numbers import RowNumbers

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

PICKLED: Final = 10_000
"""Rows that are pickled at the most."""


@frozen
class Reject:
    """One rejected row."""

    number: int
    """Its place in the input, from 1."""

    row: Mapping[str, Any] = field(repr=masked_repr)
    """Its values, under the input's own names; a value that has no text is None, like a missing one."""

    reason: str = field(repr=masked_repr)
    """The reason."""

    line: int | None = None
    """The line of the input on which it begins, from 1; None if the input is no file."""

    cells: tuple[str, ...] | None = field(default=None, repr=masked_repr)
    """What was read, where it does not fit the columns: the cells of a row with too many or too few, or the whole
    line of a JSON Lines file. ``row`` then has what could be told apart."""


class Rejects(Sequence[Reject]):
    """The rejected rows by number; on disk when they are many. The first 10,000 are pickled.

    Args:
        database: where they are kept; by default a database without a name.
        kept_in: what it is called in messages.
        pickled: how many are pickled at the most.
    """

    def __init__(
        self,
        database: sqlite3.Connection | None = None,
        kept_in: str = "The list of rejected rows",
        *,
        pickled: int = PICKLED,
    ) -> None:
        self._pickled = pickled
        self._database = database or anonymous_database()
        self._kept_in = kept_in
        self.left_behind: int = 0
        """How many more there were, and did not come along when the report was pickled."""

        self._database.executescript(REJECTS_SCHEMA).close()

    def add(self, rejected: Iterable[tuple[int, Mapping[str, Any], str]]) -> None:
        """Keep some, all or none: of each its number, its row and why."""
        self._insert([(number, _row_to_json(row), reason) for number, row, reason in rejected])

    def add_malformed(self, row: MalformedRow, names: Sequence[str]) -> None:
        """Keep a row that does not fit the columns of its file."""
        told = dict(zip(names, row.cells, strict=False))
        self._insert([(row.number, json.dumps([told, row.cells]), row.reason)])

    def add_all_of(self, others: Rejects) -> None:
        """Add other rejects."""
        self._insert(others._database.execute("SELECT number, row, reason FROM rejects"))

    def locate(self, lines: LineNumbers) -> None:
        """Note on which line of the input each begins."""
        numbers = (number for (number,) in self._database.execute("SELECT number FROM rejects ORDER BY number"))
        located = lines.of(numbers)
        while some := list(islice(located, AT_ONCE)):
            self._note_lines(some)

    def _note_lines(self, lines: Iterable[tuple[int, int]]) -> None:
        with store_errors(self._kept_in), self._database:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT OR REPLACE INTO reject_lines VALUES (?, ?)", lines)

    def take(self, rows: Sequence[tuple[int, str, str, int | None]], left_behind: int) -> None:
        """Keep what was pickled: of each row its number, itself, why, and its line."""
        self._insert((number, row, reason) for number, row, reason, _ in rows)
        self._note_lines((number, line) for number, _, _, line in rows if line is not None)
        self.left_behind = left_behind

    def _insert(self, rows: Iterable[tuple[int, str, str]]) -> None:
        with store_errors(self._kept_in), self._database:
            self._database.execute("BEGIN")
            self._database.executemany(
                "INSERT OR REPLACE INTO rejects (number, row, reason) VALUES (?, ?, ?)", rows
            )

    def numbers(self) -> RowNumbers:
        """The numbers of the rows."""
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
        more = f", and {self.left_behind:,} that were left behind" if self.left_behind else ""
        return f"<{len(self)} rejected rows{more}>"

    def __copy__(self) -> Rejects:
        return self

    def __deepcopy__(self, _: object) -> Rejects:
        return self  # nothing is added to them any more

    def __reduce__(self) -> tuple[Any, ...]:
        rows = self._database.execute(f"{_SELECT} LIMIT ?", (self._pickled,)).fetchall()
        return _unpickled, (rows, self.left_behind + len(self) - len(rows))


def _unpickled(rows: list[tuple[int, str, str, int | None]], left_behind: int) -> Rejects:
    rejects = Rejects()
    rejects.take(rows, left_behind)
    return rejects


_CLEAR: Final = ["CLEAR"]
"""How a stored row spells ``CLEAR``: no value of a stored row is a list."""

_AS_IT_IS: Final = frozenset({str, int, float, bool})


def _row_to_json(row: Mapping[str, Any]) -> str:
    return json.dumps({name: _kept(cell) for name, cell in row.items()})


def _kept(cell: object) -> object:
    """A value as JSON; None for a missing value, and for one that has no text and could not be fed back."""
    if cell is CLEAR:
        return _CLEAR
    if isinstance(cell, str):
        return str.__str__(cell)  # also half a character: a reader can see what it was
    try:
        text = text_of(cell)
    except NoText:
        return None
    return cell if text is not None and type(cell) in _AS_IT_IS else text


def _reject(found: tuple[int, str, str, int | None]) -> Reject:
    number, packed, reason, line = found
    told: object = json.loads(packed)
    if isinstance(told, list):
        row, cells = cast("tuple[dict[str, Any], list[str]]", told)
        return Reject(number, row, reason, line, tuple(cells))
    return Reject(number, _row_from_json(packed), reason, line)


def _row_from_json(text: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(text)
    return {name: CLEAR if cell == _CLEAR else cell for name, cell in row.items()}
