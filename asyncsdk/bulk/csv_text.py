"""CSV that says any text: cells of any length, with quotes, separators and line ends in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

__all__ = ["LINE_END", "lines_of", "rows_in"]

LINE_END: Final = "\r\n"
"""Quoting then covers both characters, so that a cell may hold either."""

LONGEST_CELL: Final = 2**31 - 1


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
    csv.field_size_limit(LONGEST_CELL)  # 128 KiB by default, for the whole process
    return csv.reader(lines, delimiter=separator, strict=True)
