"""Rows that were not taken, each with its number, its own words and the reason."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, overload

from attrs import field, frozen

from asyncsdk.masking import masked_repr

__all__ = ["Reject", "Rejects"]


@frozen
class Reject:
    """One row that was not taken."""

    number: int
    """Its place in the input, from 1."""

    row: Mapping[str, Any] = field(repr=masked_repr)
    """What it said, under the input's own names."""

    reason: str = field(repr=masked_repr)
    """Why."""


class Rejects(Sequence[Reject]):
    """All of them, by number; on disk when they are many.

    Args:
        database: where they are kept; by default a database without a name.
    """

    def __init__(self, database: sqlite3.Connection | None = None) -> None:
        self._database = database or sqlite3.connect("", isolation_level=None)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS rejects"
            " (number INTEGER PRIMARY KEY, row TEXT NOT NULL, reason TEXT NOT NULL)"
        )

    @classmethod
    def copy_of(cls, others: Rejects) -> Rejects:
        """The same rows in a database of their own, which outlives a journal's."""
        copy = cls()
        for row in others._database.execute("SELECT * FROM rejects"):
            copy._database.execute("INSERT INTO rejects VALUES (?, ?, ?)", row)
        return copy

    def add(self, number: int, row: Mapping[str, Any], reason: str) -> None:
        """Keep one."""
        self._database.execute(
            "INSERT OR REPLACE INTO rejects VALUES (?, ?, ?)", (number, json.dumps(row, default=str), reason)
        )

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM rejects").fetchone()[0])

    def __iter__(self) -> Iterator[Reject]:
        for number, row, reason in self._database.execute("SELECT * FROM rejects ORDER BY number"):
            yield Reject(number, json.loads(row), reason)

    @overload
    def __getitem__(self, index: int) -> Reject: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Reject]: ...
    def __getitem__(self, index: int | slice) -> Reject | Sequence[Reject]:
        if isinstance(index, slice):
            return list(self)[index]
        place = index + len(self) if index < 0 else index
        found = self._database.execute(
            "SELECT * FROM rejects ORDER BY number LIMIT 1 OFFSET ?", (max(place, -1),)
        ).fetchone()
        if found is None or place < 0:
            raise IndexError(f"there are {len(self)} rejected rows")
        return Reject(found[0], json.loads(found[1]), found[2])

    def __repr__(self) -> str:
        return f"<{len(self)} rejected rows>"

    def write(self, path: str | PathLike[str], names: Sequence[str]) -> int:
        """Write the rows as CSV, as they were, so that the file can be corrected and fed back; gives how many."""
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(reject.row for reject in self)
        return len(self)
