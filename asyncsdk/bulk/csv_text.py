"""CSV that says any text: cells of any length, with quotes, separators and line ends in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

__all__ = ["LINE_END", "lines_of", "rows_in"]

LINE_END: Final = "\r\n"
"""Quoting then covers both characters, so that a cell may hold either."""

LONGEST_CELL: Final = 2**31 - 1
BATCH: Final = 500


def lines_of(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator=LINE_END).writerows(rows)
    return text.getvalue()


def rows_in(lines: Iterable[str], separator: str = ",") -> Iterator[list[str]]:
    """The rows of a text; empty lines are rows without cells.

    Raises:
        csv.Error: the text is no CSV.
    """
    rows = csv.reader(lines, delimiter=separator, strict=True)
    while batch := _some(rows):
        yield from batch


def _some(rows: Iterator[list[str]]) -> list[list[str]]:
    """Some rows, of cells of any length: the limit of 128 KiB is the whole process's, and comes back."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return list(islice(rows, BATCH))
    finally:
        csv.field_size_limit(before)
