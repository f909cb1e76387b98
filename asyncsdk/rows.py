"""Rows of a CSV text that arrives piece by piece, in constant memory."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from typing import Final

from asyncsdk.errors import DecodeError
from asyncsdk.headings import distinct

__all__ = ["records_of", "rows_of"]

_CELL: Final = r'(?:"(?:[^"]++|"")*+"[^,\n]*+|[^",\n][^,\n]*+)?'
_ROW: Final = re.compile(rf"{_CELL}(?:,{_CELL})*+\n")
"""A whole row, as ``csv`` reads it: only a quote that begins a cell can hide a line end."""


async def rows_of(pieces: AsyncIterable[bytes]) -> AsyncIterator[list[str]]:
    """Each row, its cells as text; the text is UTF-8, with or without a byte order mark.

    Raises:
        DecodeError: this is no CSV.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    rest = ""
    async for piece in pieces:
        rest += decoder.decode(piece)
        end = _end_of_rows(rest)
        for row in _read(rest[:end]):
            yield row
        rest = rest[end:]
    for row in _read(rest + decoder.decode(b"", final=True)):
        yield row


async def records_of(pieces: AsyncIterable[bytes]) -> AsyncIterator[dict[str, str]]:
    """Each row below the first by the headings of the first; a second column called ``Name`` is ``Name (2)``."""
    headings: Sequence[str] | None = None
    async for row in rows_of(pieces):
        if headings is None:
            headings = distinct(row)
        elif row:
            yield dict(zip(headings, row, strict=False))


def _end_of_rows(text: str) -> int:
    """Where the last whole row ends."""
    if '"' not in text:
        return text.rfind("\n") + 1
    end = 0
    while row := _ROW.match(text, end):
        end = row.end()
    return end


def _read(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(_lines(text))
    except csv.Error as error:
        raise DecodeError(f"The file of rows is no CSV: {error}.") from error


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a newline ends one, whatever else Unicode counts as a line break."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
