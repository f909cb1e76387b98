"""Rows that cannot go straight into a file, in a database that has no name and goes with the run."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

from asyncsdk.clear import CLEAR, Clear

__all__ = ["OddRows"]


class OddRows:
    """Rows that clear values, and rows whose address comes again."""

    def __init__(self) -> None:
        # SQLite keeps a database without a name in memory while it is small, and else in a file that it deletes.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE rows (key TEXT, number INTEGER, cells TEXT)")

    def add(self, number: int, key: str, cells: Mapping[int, str | Clear]) -> None:
        """Keep a row: what it says by the places of the list's columns."""
        spelled = {place: None if cell is CLEAR else cell for place, cell in cells.items()}
        self._database.execute("INSERT INTO rows VALUES (?, ?, ?)", (key, number, json.dumps(spelled)))

    def merged(self) -> Iterator[tuple[int, int, dict[int, str | Clear]]]:
        """One row for each address: its last number, how many others were folded into it, and what they say.

        For each column the last value counts.
        """
        rows = self._database.execute("SELECT key, number, cells FROM rows ORDER BY key, number")
        for _, same in groupby(rows, key=lambda row: row[0]):
            cells: dict[int, str | Clear] = {}
            number, folded = 0, -1
            for row in same:
                folded += 1
                number = row[1]
                for place, cell in json.loads(row[2]).items():
                    cells[int(place)] = CLEAR if cell is None else cell
            yield number, folded, cells

    def groups(self) -> Counter[frozenset[int]]:
        """How many rows that clear something write to the same columns."""
        found: Counter[frozenset[int]] = Counter()
        for _, _, cells in self.merged():
            if CLEAR in cells.values():
                found[frozenset(cells)] += 1
        return found

    def close(self) -> None:
        """Forget them."""
        self._database.close()
