"""Counting the rows of a CSV text that goes by in pieces."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["RowCount"]

_CELL: Final = rb'(?:"(?:[^"]++|"")*+"[^,\n]*+|[^",\n][^,\n]*+)?'
_ROW: Final = re.compile(rb"%b(?:,%b)*+\n" % (_CELL, _CELL))
"""A whole row: only a quote that begins a cell can hide a line end."""

_BLANK: Final = re.compile(rb"\r?\n")
_BLANK_AFTER: Final = re.compile(rb"\n\r?\n")


class RowCount:
    """Counts rows, blank lines excepted."""

    def __init__(self) -> None:
        self._rest = b""
        self._rows = 0

    @property
    def rows(self) -> int:
        """How many there were, the heading and an unfinished last one included."""
        return self._rows + bool(self._rest.strip())

    @property
    def ended(self) -> bool:
        """Whether the last row is finished by a line end, so that nothing of it can be missing."""
        return not self._rest

    def add(self, piece: bytes) -> None:
        """The next piece."""
        text = self._rest + piece
        if b'"' not in text and not _BLANK.match(text) and not _BLANK_AFTER.search(text):
            end = text.rfind(b"\n") + 1
            self._rows += text.count(b"\n")
        else:
            end = 0
            while row := _ROW.match(text, end):
                self._rows += not _BLANK.fullmatch(text, end, row.end())
                end = row.end()
        self._rest = text[end:]
