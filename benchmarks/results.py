"""The results of all programs, as their last runs left them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from attrs import frozen

from benchmarks.table import Row

__all__ = ["Result", "read_results"]


@frozen
class Result:
    """What one run of a program found."""

    program: str
    date: str
    commit: str
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    tables: Sequence[tuple[str, Sequence[Row]]]
    """The title and the rows of each table."""

    def rows(self, what: str, table: str = "*") -> list[Row]:
        """All rows whose name fits, of tables whose title fits; patterns are as ``fnmatch`` knows them.

        Raises:
            LookupError: no row fits.
        """
        found = list(self._rows(what, table))
        if not found:
            raise LookupError(f"{self.program} has no row {what!r} in a table {table!r}")
        return found

    def value(self, what: str, table: str = "*") -> float:
        """The value of the only row of this name.

        Raises:
            LookupError: there is none, or more than one.
        """
        row, *more = [row for row in self._rows("*", table) if row.what == what] or self.rows(what, table)
        if more:
            raise LookupError(f"{self.program} has {len(more) + 1} rows {what!r}")
        return row.value

    def _rows(self, what: str, table: str) -> Iterator[Row]:
        for title, rows in self.tables:
            if fnmatchcase(title, table):
                yield from (row for row in rows if fnmatchcase(row.what, what))


def read_results(folder: Path) -> dict[str, Result]:
    """The results in a folder, by program."""
    found: dict[str, Result] = {}
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        tables = [(each["title"], [Row(**row) for row in each["rows"]]) for each in told.pop("tables")]
        found[told["program"]] = Result(**told, tables=tables)
    return found
