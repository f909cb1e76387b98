"""CSV row counter for a text that arrives piece by piece."""

from __future__ import annotations

import re
from typing import Final

from asyncsdk.files.csv_stream import AGAIN, WHOLE_ROW, check_row

__all__ = ["CsvRowCounter"]

_ROW: Final = re.compile(WHOLE_ROW.encode())
_BLANK: Final = re.compile(rb"\r?\n")
_BLANK_AFTER: Final = re.compile(rb"\n\r?\n")


class CsvRowCounter:
    """Counts rows, blank lines excepted."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._looked = 0
        """How much of what is not counted was looked at, and holds no whole row."""
        self._rows = 0
        self._lines = 0

    @property
    def rows(self) -> int:
        """How many there were, the heading and an unfinished last one included."""
        self._scan()
        return self._rows + any(piece.strip() for piece in self._pieces)

    @property
    def ended(self) -> bool:
        """Whether the last row is finished by a line end, so that nothing of it can be missing."""
        self._scan()
        return not self._size

    def add(self, piece: bytes) -> None:
        """The next piece.

        Raises:
            DecodeError: a row is longer than rows are.
        """
        self._pieces.append(piece)
        self._size += len(piece)
        # Each byte is looked at a few times, however short the pieces are.
        if self._looked <= AGAIN or self._size >= 2 * self._looked:
            self._scan()
            check_row(self._size, self._lines + 1)

    def _scan(self) -> None:
        """Count the rows that are whole."""
        text = b"".join(self._pieces)
        if b'"' not in text and not _BLANK.match(text) and not _BLANK_AFTER.search(text):
            end = text.rfind(b"\n") + 1
            lines = text.count(b"\n")
            self._rows += lines
        else:
            end = 0
            while row := _ROW.match(text, end):
                self._rows += not _BLANK.fullmatch(text, end, row.end())
                end = row.end()
            lines = text.count(b"\n", 0, end)
        self._lines += lines
        rest = text[end:]
        self._pieces, self._size, self._looked = [rest] if rest else [], len(rest), len(rest)
