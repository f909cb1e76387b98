"""Rows of a CSV text that arrives piece by piece, in constant memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import AsyncIterable, AsyncIterator, Iterable

__all__ = ["records_of", "rows_of"]


async def rows_of(pieces: AsyncIterable[bytes]) -> AsyncIterator[list[str]]:
    """Each row, its cells as text; the text is UTF-8, with or without a byte order mark."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    rest = ""
    async for piece in pieces:
        rest += decoder.decode(piece)
        whole, rest = _split(rest)
        for row in csv.reader(_lines(whole)):
            yield row
    for row in csv.reader(_lines(rest + decoder.decode(b"", final=True))):
        yield row


async def records_of(pieces: AsyncIterable[bytes]) -> AsyncIterator[dict[str, str]]:
    """Each row below the first by the headings of the first."""
    headings: list[str] | None = None
    async for row in rows_of(pieces):
        if headings is None:
            headings = row
        elif row:
            yield dict(zip(headings, row, strict=False))


def _split(text: str) -> tuple[str, str]:
    """Cut behind the last line end that stands outside quotes."""
    end = text.rfind("\n") + 1
    while end and text.count('"', 0, end) % 2:
        end = text.rfind("\n", 0, end - 1) + 1
    return text[:end], text[end:]


def _lines(text: str) -> Iterable[str]:
    """The lines with their ends; only a newline ends one, whatever else Unicode counts as a line break."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
