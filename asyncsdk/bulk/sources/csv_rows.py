"""CSV rows of an input file: blank ones are left out, those that do not fit the headings are set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from asyncsdk.bulk.sources.chunk import Chunk, picked
from asyncsdk.bulk.sources.malformed_rows import SEPARATORS, MalformedRows
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.csv_codec import CsvBatch, batches_in
from asyncsdk.files.line_reader import Lines
from asyncsdk.files.plain_rows import PlainRows
from asyncsdk.uploads.malformed_row import MalformedRow

__all__ = ["csv_chunks"]


def csv_chunks(path: Path, lines: Lines, separator: str, malformed: MalformedRows) -> Iterator[Chunk]:
    """The rows of a file, without empty lines and lines of separators alone.

    Raises:
        InvalidArgument: its headings cannot be used, or most of its rows do not fit them.
    """
    table: _Table | None = None
    for batch in batches_in(lines, separator):
        if table is None:
            table = _Table(path, batch.rows[0], separator, malformed)
            yield table.begin()
            batch = CsvBatch(batch.rows[1:], batch.lines[1:])
        yield from table.chunks(batch)
    (table or _Table(path, (), separator, malformed)).end()


class _Table:
    """One file.

    Args:
        path: the file.
        headings: its first row.
        separator: what separates its cells.
        malformed: takes the rows that do not fit.
    """

    def __init__(self, path: Path, headings: Sequence[str], separator: str, malformed: MalformedRows) -> None:
        self._path = path
        self._separator = separator
        self._width = len(headings)
        named = [place for place, heading in enumerate(headings) if heading.strip()]
        self._unnamed = [place for place in range(self._width) if place not in named]
        """Columns without a heading, as a separator at a line's end makes them; they must hold nothing."""

        self._least = max(named, default=-1) + 1
        """Cells of a row that lacks none but of such columns."""

        self._kept: Callable[[Sequence[str]], tuple[str, ...]] = picked(named)
        self._names = self._kept(headings)
        self._malformed = malformed
        self._rows = 0
        self._check(headings)

    def _check(self, headings: Sequence[str]) -> None:
        if not self._names:
            raise InvalidArgument(f"{self._path} is empty, or its first line is: it must hold the headings.")
        if headings[0].lower().startswith("sep="):
            raise InvalidArgument(
                f"The first line of {self._path} is meant for a spreadsheet: remove it, and say the separator"
                " instead."
            )
        names = [heading.strip() for heading in headings]
        for name in self._names:
            places = [str(place) for place, other in enumerate(names, 1) if other == name.strip()]
            if len(places) > 1:
                raise InvalidArgument(
                    f"{self._path} has several columns {name.strip()!r}: {', '.join(places)} of {self._width}."
                )

    def begin(self) -> Chunk:
        """The columns, so that they are looked at before any row."""
        return Chunk(1, self._names, ())

    def chunks(self, batch: CsvBatch) -> Iterator[Chunk]:
        """The rows of a batch."""
        rows, width = batch.rows, self._width
        if isinstance(rows, PlainRows):
            usual = rows.fill(width)
        else:
            usual = set(map(len, rows)) == {width} and all(map(any, rows))
        if usual or not rows:
            yield self._chunk(rows, batch.lines)
            return
        fit: list[tuple[str, ...]] = []
        lines: list[int] = []
        for row, line in zip(rows, batch.lines, strict=True):
            if not any(row):
                continue
            if self._least <= len(row) <= width:
                fit.append((*row, *[""] * (width - len(row))))
                lines.append(line)
                continue
            if fit:
                yield self._chunk(fit, lines)
                fit, lines = [], []
            yield self._misfit(row, line)
        if fit:
            yield self._chunk(fit, lines)

    def _chunk(self, rows: Sequence[tuple[str, ...]], lines: Sequence[int]) -> Chunk:
        first = self._rows + 1
        self._rows += len(rows)
        if self._unnamed:
            self._check_unnamed(rows, lines)
            rows = list(map(self._kept, rows))
        return Chunk(first, self._names, rows, lines)

    def _check_unnamed(self, rows: Sequence[tuple[str, ...]], lines: Sequence[int]) -> None:
        for row, line in zip(rows, lines, strict=True):
            for place in self._unnamed:
                if row[place]:
                    raise InvalidArgument(
                        f"{self._path}: column {place + 1} has no heading, and a cell of it is not empty, on line"
                        f" {line}. Give it a heading, or take it out."
                    )

    def _misfit(self, row: tuple[str, ...], line: int) -> Chunk:
        self._rows += 1
        reason = f"has {len(row)} {'cell' if len(row) == 1 else 'cells'}, and there are {self._width} headings"
        malformed = MalformedRow(self._rows, line, row, reason)
        self._malformed.take(malformed)
        return Chunk(self._rows, self._names, (), malformed=malformed)

    def end(self) -> None:
        """End of the file: check how many rows were malformed.

        Raises:
            InvalidArgument: most of its rows do not fit.
        """
        self._malformed.check(self._rows, self._guess())

    def _guess(self) -> str:
        """Why most rows do not fit."""
        samples = self._malformed.samples
        for mark in SEPARATORS:
            if mark != self._separator and samples and all(len(row) == 1 and mark in row[0] for row in samples):
                return f"are its cells separated by {mark!r}?"
        if all(len(row) == self._width + 1 and not row[-1] for row in samples):
            return "do its rows end in a separator, and its headings not?"
        if any("\0" in cell or "\ufffd" in cell for row in samples for cell in row):
            return "is its encoding another one?"
        return (
            f"is {self._separator!r} what separates its cells, and are cells that hold it in quotes?"
            " Is its encoding the right one?"
        )
