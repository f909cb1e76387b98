"""CSV reader of uploaded files, row by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from attrs import frozen

from asyncsdk.emulator.http.responses import missing, refusal

__all__ = ["CsvFile"]

SEPARATORS: Final = {"COMMA": ",", "TAB": "\t", "SEMI": ";", "SEMICOLON": ";", "SPACE": " "}
QUOTES: Final = {"SINGLE_QUOTE": "'", "DOUBLE_QUOTE": '"'}
LONGEST_CELL: Final = 2**31 - 1
LONGEST_HEADING: Final = 100_000
"""A file whose first line is longer than that, without a separator, is not CSV with headings."""

BATCH: Final = 100


@frozen
class CsvFile:
    """A CSV file, and how it is written.

    Args:
        path: where it was put while it was received.
        separator: the cell separator's name; None to find it out from the first line.
        quote: the quote character's name.
        headings: whether the first row holds headings.
    """

    path: Path
    separator: str | None
    quote: str | None
    headings: bool = True

    def __attrs_post_init__(self) -> None:
        if self.quote is None:
            raise missing("quotecharacter")

    def first_row(self) -> list[str]:
        """The first row, heading or not; empty if there is none."""
        try:
            row = next(self._all_rows(), list[str]())
        except csv.Error as error:
            raise refusal(10085, "Invalid file type specified") from error
        if self.headings and any(len(heading) > LONGEST_HEADING for heading in row):
            raise refusal(10085, "Invalid file type specified")
        return row

    def rows(self, *, blanks: bool = False) -> Iterator[list[str]]:
        """The rows of data, without empty lines unless asked for."""
        rows = self._all_rows(blanks=blanks)
        if self.headings:
            next(rows, None)
        yield from rows

    def _all_rows(self, *, blanks: bool = False) -> Iterator[list[str]]:
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            line = file.readline()
            separator = SEPARATORS[self.separator] if self.separator else _detected(line, self.quote)
            file.seek(0)
            quote = QUOTES.get(self.quote or "")
            reader = csv.reader(
                file,
                delimiter=separator,
                quotechar=quote or '"',
                quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
            )
            while batch := _some(reader):
                yield from (row for row in batch if row or blanks)

    def heading_row(self, width: int) -> list[str]:
        """The file's own headings, or numbers in their place."""
        return self.first_row() if self.headings else [f"Column {index + 1}" for index in range(width)]


def _some(rows: Iterator[list[str]]) -> list[list[str]]:
    """Some rows, of cells of any length, for no maximum is published: Python's own one is the whole process's."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return list(islice(rows, BATCH))
    finally:
        csv.field_size_limit(before)


def _detected(line: str, quote: str | None) -> str:
    """The separator that the first line has most of, quoted cells left aside."""
    mark = QUOTES.get(quote or "")
    bare = re.sub(f"{mark}[^{mark}]*{mark}", "", line) if mark else line
    return max(",\t;", key=bare.count)
