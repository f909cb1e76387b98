"""Formula filter: protects cells of a CSV stream that a spreadsheet would execute as formulas."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["FormulaFilter"]

_STARTS: Final = rb"=+\-@\t"
_INSIDE: Final = re.compile(rb"[" + _STARTS + rb"\r\n]")
"""The first characters of a formula in a quoted cell, where line ends belong to the cell."""

_FIRST: Final = re.compile(rb"[" + _STARTS + rb"]")
_NEXT: Final = re.compile(rb"([,\r\n])(?=[" + _STARTS + rb"])")
_APOSTROPHE: Final = b"'"


class FormulaFilter:
    """Puts an apostrophe before each cell that begins as a formula does; takes the bytes in pieces of any size."""

    def __init__(self) -> None:
        self._quoted = False
        self._closed = False
        """Whether the last byte was a quote that ended quoted text: another one right after it is a doubled one."""
        self._fresh = True
        """Whether the next byte is a cell's first one."""

    def feed(self, piece: bytes) -> bytes:
        """The same bytes with apostrophes."""
        parts = piece.split(b'"')
        made = [self._part(parts[0])]
        for part in parts[1:]:
            self._quote()
            made.append(self._part(part))
        return b'"'.join(made)

    def _quote(self) -> None:
        """A quote; within a cell that did not begin with one it is a character like others."""
        if self._quoted:
            self._quoted, self._closed, self._fresh = False, True, False
        elif self._fresh or self._closed:
            self._quoted, self._closed = True, False
        # else: a stray one

    def _part(self, text: bytes) -> bytes:
        """Bytes between two quotes."""
        if not text:
            return text
        self._closed = False
        starts = _INSIDE if self._quoted else _FIRST
        before = _APOSTROPHE if self._fresh and starts.match(text) else b""
        if self._quoted:
            self._fresh = False
            return before + text
        self._fresh = text.endswith((b",", b"\r", b"\n"))
        return before + _NEXT.sub(rb"\1'", text)
