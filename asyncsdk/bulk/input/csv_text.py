"""CSV that says any text: cells of any length, with quotes, separators and line ends in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

__all__ = ["LINE_END", "batches_in", "lines_of", "rows_in"]

LINE_END: Final = "\r\n"
"""Quoting then covers both characters, so that a cell may hold either."""

LONGEST_CELL: Final = 2**31 - 1
BATCH: Final = 1000


def lines_of(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator=LINE_END).writerows(rows)
    return text.getvalue()


def rows_in(lines: Iterable[str], separator: str = ",") -> Iterator[Sequence[str]]:
    """The rows of a text; empty lines are rows without cells.

    Raises:
        csv.Error: the text is no CSV; the line is named.
    """
    return chain.from_iterable(batches_in(lines, separator))


def batches_in(lines: Iterable[str], separator: str = ",") -> Iterator[Sequence[Sequence[str]]]:
    """The rows of a text, a thousand at a time; see ``rows_in``.

    They are tuples, which the garbage collector does not follow: lists would have it look at all that there is.
    """
    ahead, line = iter(lines), 0
    while batch := list(islice(ahead, BATCH)):
        if any('"' in text for text in batch):
            # As many rows as there are lines take all of these, and of the next what ends the last row.
            reader = csv.reader(chain(batch, ahead), delimiter=separator, strict=True)
            try:
                yield _some(reader, len(batch))
            except csv.Error as error:
                raise csv.Error(f"line {line + reader.line_num}: {error}") from error
            line += reader.line_num
        else:
            yield [tuple(text.split(separator)) if text else () for text in map(_without_end, batch)]
            line += len(batch)


def _without_end(line: str) -> str:
    return line.rstrip(LINE_END)


def _some(rows: Iterator[list[str]], count: int) -> list[tuple[str, ...]]:
    """Some rows, of cells of any length: the limit of 128 KiB is the whole process's, and comes back."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return list(map(tuple, islice(rows, count)))
    finally:
        csv.field_size_limit(before)
