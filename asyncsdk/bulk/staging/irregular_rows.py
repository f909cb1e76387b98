"""Irregular rows: rows that cannot go straight into a file, in anonymous files on disk."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from hashlib import blake2b
from operator import itemgetter
from typing import Final, TypeAlias

from asyncsdk.bulk.staging.partitions import Partitions
from asyncsdk.bulk.staging.sizes import StagingSizes
from asyncsdk.files.csv_lines import cells_in, laid_over, line_of
from asyncsdk.files.sqlite import anonymous_database
from asyncsdk.models.clear import CLEAR, Clear
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["CellsByIndex", "IrregularRows", "SingleRows", "full_row"]

CellsByIndex: TypeAlias = dict[int, str | Clear]
"""The values of a row by the index of the list's column; columns that keep their value are left out."""


_number: Final = itemgetter(0)


def full_row(cells: Mapping[int, str | Clear], width: int) -> list[str]:
    """A row with a cell for each of so many columns; cleared ones are empty."""
    row = [""] * width
    for place, cell in cells.items():
        if cell is not CLEAR:
            row[place] = str(cell)
    return row


class IrregularRows:
    """Rows that clear values, and rows whose address comes again.

    Args:
        width: how many columns the list has.
        sizes: how they are parted.
    """

    def __init__(self, width: int, sizes: StagingSizes) -> None:
        self._width = width
        self._rows = Partitions(sizes.row_parts, sizes.row_bytes_in_memory)
        self._clearing = False

    def add(self, number: int, key: str, cells: Mapping[int, str | Clear]) -> None:
        """Keep a row that clears something."""
        self._clearing = True
        self._rows.add(key, (key, number, _cells_to_json(cells)))

    def add_line(self, number: int, key: str, line: bytes) -> None:
        """Keep a row of a file."""
        self._rows.add(key, (key, number, line))

    def merged(self) -> Iterator[tuple[int, int, bytes | CellsByIndex]]:
        """One row for each address: its last number, how many others were merged into it, and what they say.

        For each column the last value counts. A row that clears nothing is a line of a file.
        """
        for part in self._rows:
            rows_of: defaultdict[str, list[tuple[int, bytes | str]]] = defaultdict(list)
            for key, number, said in part:
                rows_of[key].append((number, said))
            for rows in rows_of.values():
                rows.sort(key=_number)
                yield rows[-1][0], len(rows) - 1, self._merge([said for _, said in rows])

    def _merge(self, rows: Sequence[bytes | str]) -> bytes | CellsByIndex:
        """Merge rows: for each column the last value counts."""
        lines = [row for row in rows if isinstance(row, bytes)]
        if len(lines) == len(rows):
            return reduce(lambda below, line: laid_over(line, below), lines)
        cells: CellsByIndex = {}
        for row in rows:
            cells.update(_said(row) if isinstance(row, bytes) else _cells_from_json(row))
        return cells if CLEAR in cells.values() else line_of(full_row(cells, self._width))

    def clearing(self) -> Iterator[frozenset[int] | None]:
        """The columns that are written to by each address that clears something; None for one that does not."""
        for _, _, said in self.merged() if self._clearing else ():
            yield None if isinstance(said, bytes) else frozenset(said)

    def close(self) -> None:
        """Release the files."""
        self._rows.close()


class SingleRows:
    """Rows that are sent by themselves, each with its number."""

    def __init__(self) -> None:
        self._database = anonymous_database()
        self._database.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, cells TEXT)")
        self._hash = blake2b(digest_size=16)

    def add(self, number: int, cells: Mapping[int, str | Clear]) -> None:
        """Keep a row."""
        packed = _cells_to_json(cells)
        self._hash.update(f"{number} {packed}\n".encode())
        self._database.execute("INSERT INTO rows VALUES (?, ?)", (number, packed))

    def exclude(self, numbers: RowNumbers) -> None:
        """Exclude rows."""
        found = [number for (number,) in self._database.execute("SELECT number FROM rows") if number in numbers]
        self._database.executemany("DELETE FROM rows WHERE number = ?", ((number,) for number in found))

    @property
    def digest(self) -> str:
        """Digest of what was added."""
        return self._hash.hexdigest()

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM rows").fetchone()[0])

    def __iter__(self) -> Iterator[tuple[int, CellsByIndex]]:
        for number, packed in self._database.execute("SELECT number, cells FROM rows ORDER BY number"):
            yield number, _cells_from_json(packed)

    def close(self) -> None:
        """Release the files."""
        self._database.close()


def _said(line: bytes) -> CellsByIndex:
    return {place: cell for place, cell in enumerate(cells_in(line)) if cell}


def _cells_to_json(cells: Mapping[int, str | Clear]) -> str:
    return json.dumps({place: None if cell is CLEAR else cell for place, cell in sorted(cells.items())})


def _cells_from_json(text: str) -> CellsByIndex:
    return {int(place): CLEAR if cell is None else cell for place, cell in json.loads(text).items()}
