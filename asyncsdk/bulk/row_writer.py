"""Rows that come one by one, and are written some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from asyncsdk.bulk.csv_text import lines_of
from asyncsdk.bulk.spool import Spool

__all__ = ["RowWriter"]

BATCH: Final = 250


class RowWriter:
    """Writes rows into files.

    Args:
        spool: the files.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._rows: list[Sequence[str]] = []
        self._numbers: list[range] = []

    def add(self, number: int, row: Sequence[str]) -> None:
        """Write a row with its number, now or later."""
        self._rows.append(row)
        self._numbers.append(range(number, number + 1))
        if len(self._rows) == BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what has waited."""
        if self._rows:
            self._spool.add(lines_of(self._rows).encode(), self._numbers)
            self._rows, self._numbers = [], []
