"""CSV lines: CSV that this library has written is split and joined, most of it without being parsed.

Every row ends in CR LF. Cells with a quote or a line end in them are quoted, and quotes in them doubled: a line end
ends a row if the quotes before it are even in number.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Final

from asyncsdk.files.csv_codec import LINE_END, lines_of, rows_in

__all__ = ["cell_in", "cells_in", "end_of_rows", "joined", "laid_over", "line_of", "split"]

_END: Final = LINE_END.encode()
_COMMA: Final = b","
_QUOTE: Final = b'"'


def split(text: bytes) -> Sequence[bytes]:
    """The rows of a text, without their line ends."""
    lines = text.removesuffix(_END).split(_END)
    return _joined(lines) if _QUOTE in text else lines


def _joined(lines: Iterable[bytes]) -> list[bytes]:
    """Rows of lines, where a row may have several."""
    rows: list[bytes] = []
    waiting: list[bytes] = []
    inside = False
    for line in lines:
        waiting.append(line)
        inside ^= bool(line.count(_QUOTE) & 1)
        if not inside:
            rows.append(_END.join(waiting))
            waiting.clear()
    return rows


def joined(rows: Sequence[bytes]) -> bytes:
    """Rows as a text again."""
    return b"".join((_END.join(rows), _END)) if rows else b""


def end_of_rows(text: bytes) -> int:
    """How many bytes from the start of a row on are whole rows; 0 if none is whole."""
    end = text.rfind(_END)
    if end < 0:
        return 0
    inside = text.count(_QUOTE, 0, end) & 1
    while inside:
        before = text.rfind(_END, 0, end)
        if before < 0:
            return 0
        inside ^= text.count(_QUOTE, before, end) & 1
        end = before
    return end + len(_END)


def line_of(cells: Sequence[str]) -> bytes:
    """A row as a line without its end."""
    return lines_of([cells]).encode().removesuffix(_END)


def cells_in(line: bytes) -> Sequence[str]:
    """A row's cells."""
    if _QUOTE in line:
        return next(rows_in(io.StringIO(line.decode(), newline="")))
    return line.decode().split(",")


def cell_in(line: bytes, place: int) -> str:
    """One of a row's cells."""
    if _QUOTE in line:
        return cells_in(line)[place]
    return line.split(_COMMA, place + 1)[place].decode()


def laid_over(line: bytes, below: bytes) -> bytes:
    """A row whose empty cells are filled from another one."""
    if b",," not in line and not line.startswith(_COMMA) and not line.endswith(_COMMA):
        return line  # it has none
    if _QUOTE in line or _QUOTE in below:
        return line_of([new or old for new, old in zip(cells_in(line), cells_in(below), strict=True)])
    pairs = zip(line.split(_COMMA), below.split(_COMMA), strict=True)
    return _COMMA.join([new or old for new, old in pairs])
