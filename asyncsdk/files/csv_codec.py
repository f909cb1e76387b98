"""CSV writer and reader for any text: cells of any length, with quotes, separators and line ends in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, TextIO

from attrs import frozen

from asyncsdk.files.line_reader import Lines, RecordTooLong
from asyncsdk.files.plain_rows import PlainRows

__all__ = ["LINE_END", "CsvBatch", "MalformedCsv", "batches_in", "lines_of", "rows_in"]

LINE_END: Final = "\r\n"
"""Quoting then covers both characters, so that a cell may hold either."""

LONGEST_CELL: Final = 2**31 - 1


class MalformedCsv(Exception):
    """A text is not CSV.

    Attributes:
        line: the line on which the row begins that cannot be read, from 1.
    """

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


@frozen
class CsvBatch:
    """Some rows, as tuples, which the garbage collector does not follow; an empty line is an empty tuple."""

    rows: Sequence[tuple[str, ...]]
    lines: Sequence[int]
    """The line on which each begins, from 1."""


def lines_of(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=LINE_END).writerows(rows)
    return text.getvalue()


def rows_in(text: TextIO) -> Iterator[tuple[str, ...]]:
    """The rows of a text that this library wrote."""
    return chain.from_iterable(batch.rows for batch in batches_in(Lines.of(text)))


def batches_in(lines: Lines, separator: str = ",") -> Iterator[CsvBatch]:
    """The rows of a text, some at a time.

    Raises:
        MalformedCsv: the text is not CSV.
        RecordTooLong: a row is longer than ``lines`` allow.
    """
    while text := lines.block():
        first = lines.number + 1
        if '"' in text:
            yield _quoted(text, lines, separator, first)
        else:
            rows = _plain(text, separator)
            lines.number += len(rows)
            yield CsvBatch(rows, range(first, first + len(rows)))


def _plain(text: str, separator: str) -> PlainRows:
    """The rows of a text without quotes: several times as fast as ``csv.reader``."""
    lines = text.split(LINE_END if "\r" in text else "\n")
    if "\r" in text and not text.count("\r") == text.count("\n") == len(lines) - 1:  # it has several line ends
        lines = io.IncrementalNewlineDecoder(None, translate=True).decode(text, final=True).split("\n")
    if not lines[-1]:
        lines.pop()
    return PlainRows(lines, separator)


def _quoted(text: str, lines: Lines, separator: str, first: int) -> CsvBatch:
    """The rows that begin in a text; its last one may take more lines."""
    taken = list(io.StringIO(text, newline=""))
    before = csv.field_size_limit(LONGEST_CELL)  # the limit of 128 KiB is the whole process's, and comes back
    try:
        rows = None if lines.broken else _split_lines(taken, separator)
        if rows is None:
            lines.broken = True
            return _parse_records(taken, lines, separator, first)
    finally:
        csv.field_size_limit(before)
    lines.number += len(taken)
    return CsvBatch(rows, range(first, first + len(rows)))


def _split_lines(taken: Sequence[str], separator: str) -> list[tuple[str, ...]] | None:
    """Parse lines of one row each; None if a row has several lines, or is not CSV. Faster than counting lines."""
    try:
        rows = list(map(tuple, csv.reader(taken, delimiter=separator, strict=True)))
    except csv.Error:
        return None
    return rows if len(rows) == len(taken) else None


def _parse_records(taken: Sequence[str], lines: Lines, separator: str, first: int) -> CsvBatch:
    """The rows that begin in some lines, each of which may take several."""
    rows: list[tuple[str, ...]] = []
    ends = [0]

    def more() -> Iterator[str]:
        length = sum(map(len, taken[ends[-1] :]))
        while line := lines.line():
            length += len(line)
            if lines.longest is not None and length > lines.longest:
                raise RecordTooLong(first + ends[-1])
            yield line

    reader = csv.reader(chain(taken, more()), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append(tuple(row))
            ends.append(reader.line_num)
            if reader.line_num >= len(taken):
                break
    except csv.Error as error:
        raise MalformedCsv(first + ends[-1], str(error)) from error
    except RecordTooLong as error:
        raise RecordTooLong(first + ends[-1]) from error
    lines.number += ends[-1]
    if ends[-1] == len(rows):
        return CsvBatch(rows, range(first, first + len(rows)))
    return CsvBatch(rows, [first + end for end in ends[:-1]])
