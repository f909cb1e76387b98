"""CSV stream parser: rows of a text that arrives piece by piece, in constant memory."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from typing import Final

from asyncsdk.errors import DecodeError
from asyncsdk.files.headings import deduplicated

__all__ = ["AGAIN", "LONGEST_ROW", "WHOLE_ROW", "check_row", "iter_csv_dicts", "iter_csv_rows"]

LONGEST_ROW: Final = 1_000_000
"""Characters; a row that goes on for longer is a line that never ends, or a quote that is never closed."""

AGAIN: Final = 4_096
"""Characters of an unfinished row that are looked at again with each piece; of a longer one, with each doubling."""

_CELL: Final = r'(?:"(?:[^"]++|"")*+"[^,\n]*+|[^",\n][^,\n]*+)?'
WHOLE_ROW: Final = rf"{_CELL}(?:,{_CELL})*+\n"
"""Pattern of a whole row, as ``csv`` reads it: only a quote that begins a cell can hide a line end."""

_ROW: Final = re.compile(WHOLE_ROW)


async def iter_csv_rows(pieces: AsyncIterable[bytes]) -> AsyncIterator[list[str]]:
    """Each row, its cells as text; the text is UTF-8, with or without a byte order mark.

    Raises:
        DecodeError: this is no CSV, or a row is longer than ``LONGEST_ROW``.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    text = _Text()
    async for piece in pieces:
        for row in text.rows(decoder.decode(piece)):
            yield row
    for row in text.rows(decoder.decode(b"", final=True), final=True):
        yield row


async def iter_csv_dicts(pieces: AsyncIterable[bytes]) -> AsyncIterator[dict[str, str]]:
    """Each row below the first by the headings of the first; a second column called ``Name`` is ``Name (2)``."""
    headings: Sequence[str] | None = None
    async for row in iter_csv_rows(pieces):
        if headings is None:
            headings = deduplicated(row)
        elif row:
            yield dict(zip(headings, row, strict=False))


def check_row(length: int, line: int) -> None:
    """Check a row that is not finished.

    Raises:
        DecodeError: it is longer than ``LONGEST_ROW``.
    """
    if length > LONGEST_ROW:
        raise DecodeError(
            f"The file of rows is no CSV: the row that begins in line {line:,} has more than {LONGEST_ROW:,}"
            " characters. Is a quote there never closed?"
        )


class _Text:
    """Buffer: the part of a text that has arrived and is not parsed yet."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0
        self._looked = 0
        """How much of it was looked at and holds no whole row."""
        self._line = 1

    def rows(self, piece: str, *, final: bool = False) -> Iterator[list[str]]:
        """The rows that are whole with the next piece."""
        self._pieces.append(piece)
        self._size += len(piece)
        # Each character is looked at a few times, however short the pieces are.
        if not final and self._looked > AGAIN and self._size < 2 * self._looked:
            return
        text = "".join(self._pieces)
        end = len(text) if final else _end_of_rows(text)
        rest = text[end:]
        self._pieces, self._size, self._looked = [rest], len(rest), len(rest)
        yield from self._read(text[:end])
        check_row(self._size, self._line)

    def _read(self, text: str) -> Iterator[list[str]]:
        reader = csv.reader(_lines(text))
        rows: list[list[str]] = []
        broken: csv.Error | None = None
        # A row may be one long cell. The limit of 128 KiB is the whole process's, and comes back before others run.
        before = csv.field_size_limit(LONGEST_ROW)
        try:
            rows.extend(reader)
        except csv.Error as error:
            broken = error
        finally:
            csv.field_size_limit(before)
        yield from rows
        if broken is not None:
            line = self._line + max(0, reader.line_num - 1)
            raise DecodeError(f"The file of rows is no CSV: {broken} (line {line:,}).") from broken
        self._line += reader.line_num


def _end_of_rows(text: str) -> int:
    """Where the last whole row ends."""
    if '"' not in text:
        return text.rfind("\n") + 1
    end = 0
    while row := _ROW.match(text, end):
        end = row.end()
    return end


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends; only a newline ends one, whatever else Unicode counts as a line break."""
    start = 0
    while (end := text.find("\n", start) + 1) > 0:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]
