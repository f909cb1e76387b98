"""CSV spool: files of aligned rows on disk, in the form in which they are uploaded."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain
from typing import BinaryIO

from attrs import define, field, frozen

from asyncsdk.errors import InvalidArgument
from asyncsdk.files.anonymous_file import anonymous_file, discard
from asyncsdk.files.csv_codec import lines_of, rows_in
from asyncsdk.files.csv_lines import end_of_rows, joined, split
from asyncsdk.uploads.list_columns import ListColumns
from asyncsdk.uploads.row_number_runs import NumberRuns, Runs

__all__ = ["Spool", "SpoolSizes", "UploadFile"]


@frozen
class SpoolSizes:
    """Sizes of buffers; the defaults suit millions of rows."""

    piece: int = 1 << 16
    """Bytes that are read at a time."""

    step: int = 1 << 23
    """Bytes that are deleted at a time: the system takes milliseconds for each ten million."""

    numbers_in_memory: int = 1 << 14
    """Numbers of rows that stay in memory; an even number."""


@define(eq=False)
class UploadFile:
    """One file to upload, and which rows of the input it holds."""

    columns: ListColumns
    touched: frozenset[int] | None = None
    """The columns that it writes, empty cells erasing; None: all, and empty cells keep what is there."""

    rows: int = 0
    size: int = 0
    sizes: SpoolSizes = field(factory=SpoolSizes, repr=False)
    file: BinaryIO = field(factory=anonymous_file, repr=False)
    _start: int = field(default=0, init=False)
    """The offset of the first row."""

    _runs: NumberRuns = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._runs = NumberRuns(self.sizes.numbers_in_memory)
        self.size = self._start = self.file.write(lines_of([self.columns.headings]).encode())

    def add(self, text: bytes, numbers: Sequence[range]) -> None:
        """Append lines; their rows have these numbers."""
        self.file.write(text)
        self.size += len(text)
        self.rows += sum(map(len, numbers))
        self._runs.extend(numbers)

    async def digest(self) -> str:
        """Digest of its rows, their numbers, and the columns that they write."""
        whole = blake2b(digest_size=16)
        piece = self.sizes.piece
        for at in range(self._start, self.size, piece):
            self.file.seek(at)
            whole.update(self.file.read(piece))
            await asyncio.sleep(0)
        self._runs.feed(whole)
        whole.update(repr(None if self.touched is None else sorted(self.touched)).encode())
        return whole.hexdigest()

    def read(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Each row: its number in the input, and its cells."""
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding="utf-8", newline="")
        try:
            lines = rows_in(text)
            next(lines)
            yield from zip(self.numbers(), lines, strict=True)
        finally:
            if not self.file.closed:
                text.detach()

    def pieces(self) -> Iterator[tuple[bytes, Sequence[bytes], list[range]]]:
        """Some rows at a time: as text, each as a line of CSV without its end, and their numbers."""
        at, size, runs = self._start, self.sizes.piece, Runs(self._runs)
        while at < self.size:
            self.file.seek(at)
            text = self.file.read(size)
            length = end_of_rows(text)
            if not length:
                size *= 2
                continue
            lines = split(text[:length])
            yield text[:length], lines, runs.take(len(lines))
            at, size = at + length, self.sizes.piece

    def runs(self) -> Iterator[range]:
        """The numbers of its rows, as runs."""
        return iter(self._runs)

    def numbers(self) -> Iterator[int]:
        """The numbers of its rows."""
        return chain.from_iterable(self._runs)

    async def delete(self) -> None:
        """Delete it in steps, so that a long file does not block other tasks."""
        try:
            for size in range(self.size - self.sizes.step, 0, -self.sizes.step):
                self.file.truncate(size)
                await asyncio.sleep(0)
        finally:
            self.close()

    def close(self) -> None:
        """Delete it at once."""
        discard(self.file)
        self._runs.close()


class Spool:
    """Writes rows into files, each short enough to be uploaded.

    Args:
        columns: the list's columns.
        limit: the most bytes of a file.
        touched: see ``UploadFile``.
        sizes: of buffers.
    """

    def __init__(
        self,
        columns: ListColumns,
        limit: int,
        touched: frozenset[int] | None = None,
        sizes: SpoolSizes | None = None,
    ) -> None:
        self._columns = columns
        self._limit = limit
        self._sizes = sizes or SpoolSizes()
        self.touched = touched
        self.files: list[UploadFile] = []

    def add(self, text: bytes, numbers: Sequence[range]) -> None:
        """Append lines, whose rows have these numbers.

        Raises:
            InvalidArgument: a row alone is longer than a file may be.
        """
        if self.files and self.files[-1].size + len(text) <= self._limit:
            self.files[-1].add(text, numbers)
            return
        fresh = UploadFile(self._columns, self.touched, sizes=self._sizes)
        if fresh.size + len(text) <= self._limit:
            self.files.append(fresh)
            fresh.add(text, numbers)
            return
        fresh.close()
        self._add_halves(split(text), Runs(numbers))

    def _add_halves(self, lines: Sequence[bytes], numbers: Runs) -> None:
        """Split lines that are too long for one file, at whole rows."""
        count = len(lines)
        if count == 1:
            (run,) = numbers.take(1)
            raise InvalidArgument(f"Row {run.start} alone is longer than the {self._limit:,} bytes of a file.")
        for half in (lines[: count // 2], lines[count // 2 :]):
            self.add(joined(half), numbers.take(len(half)))

    def close(self) -> None:
        """Delete the files."""
        for file in self.files:
            file.close()
