"""Row writer: buffers rows that come one by one, and writes some at a time."""

from __future__ import annotations

from asyncsdk.files.csv_lines import joined
from asyncsdk.uploads.csv_spool import Spool

__all__ = ["RowWriter"]


class RowWriter:
    """Writes rows into files.

    Args:
        spool: the files.
        at_a_time: how many rows are written together.
    """

    def __init__(self, spool: Spool, at_a_time: int) -> None:
        self._spool = spool
        self._at_a_time = at_a_time
        self._lines: list[bytes] = []
        self._numbers: list[range] = []

    def add(self, number: int, line: bytes) -> None:
        """Write a row, a line of CSV without its end, now or later."""
        self._lines.append(line)
        self._numbers.append(range(number, number + 1))
        if len(self._lines) == self._at_a_time:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait in memory."""
        if self._lines:
            self._spool.add(joined(self._lines), self._numbers)
            self._lines, self._numbers = [], []
