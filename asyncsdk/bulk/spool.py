"""Files of aligned rows on disk, as they will be uploaded.

They have no name, so that nothing is left of them, come what may.
"""

from __future__ import annotations

import io
import tempfile
from array import array
from collections.abc import Iterator
from hashlib import blake2b
from typing import BinaryIO, cast

from attrs import define, field

from asyncsdk.bulk.csv_text import lines_of, rows_in
from asyncsdk.bulk.headings import ListShape
from asyncsdk.errors import InvalidArgument

__all__ = ["Spool", "SpooledFile", "nameless_file"]


def nameless_file() -> BinaryIO:
    """A file on disk that is gone when it is closed, or with the process."""
    return cast("BinaryIO", tempfile.TemporaryFile())


def _numbers() -> array[int]:
    return array("q")


@define(eq=False)
class SpooledFile:
    """One file to upload, and which rows of the input it holds."""

    shape: ListShape
    touched: frozenset[int] | None = None
    """The columns that it writes, empty cells erasing; None: all, and empty cells keep what is there."""

    rows: int = 0
    size: int = 0
    file: BinaryIO = field(factory=nameless_file, repr=False)
    _firsts: array[int] = field(factory=_numbers, repr=False)
    """Numbers of input rows that others follow, one by one."""

    _counts: array[int] = field(factory=_numbers, repr=False)
    """How many each time."""

    _hash: blake2b = field(factory=lambda: blake2b(digest_size=16), repr=False)

    def __attrs_post_init__(self) -> None:
        self.size = self.file.write(lines_of([self.shape.headings]).encode())

    def add(self, text: bytes, first: int, count: int) -> None:
        """Append lines; their rows have the numbers from ``first`` on."""
        self.file.write(text)
        self._hash.update(text)
        self.size += len(text)
        self.rows += count
        if self._firsts and self._firsts[-1] + self._counts[-1] == first:
            self._counts[-1] += count
        else:
            self._firsts.append(first)
            self._counts.append(count)

    @property
    def digest(self) -> str:
        """What its rows say, which they are, and which columns they write, in 32 letters."""
        whole = self._hash.copy()
        whole.update(self._firsts.tobytes())
        whole.update(self._counts.tobytes())
        whole.update(repr(None if self.touched is None else sorted(self.touched)).encode())
        return whole.hexdigest()

    def read(self) -> Iterator[tuple[int, list[str]]]:
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

    def numbers(self) -> Iterator[int]:
        """The numbers of its rows."""
        for first, count in zip(self._firsts, self._counts, strict=True):
            yield from range(first, first + count)

    def close(self) -> None:
        """Remove it."""
        self.file.close()


class Spool:
    """Writes rows into files, each short enough to be uploaded.

    Args:
        shape: the list's columns.
        limit: the most bytes of a file.
        touched: see ``SpooledFile``.
    """

    def __init__(self, shape: ListShape, limit: int, touched: frozenset[int] | None = None) -> None:
        self._shape = shape
        self._limit = limit
        self.touched = touched
        self.files: list[SpooledFile] = []

    def add(self, text: str, first: int, count: int) -> None:
        """Append lines, whose rows have the numbers from ``first`` on.

        Raises:
            InvalidArgument: a row alone is longer than a file may be.
        """
        encoded = text.encode()
        if self.files and self.files[-1].size + len(encoded) <= self._limit:
            self.files[-1].add(encoded, first, count)
            return
        fresh = SpooledFile(self._shape, self.touched)
        if fresh.size + len(encoded) <= self._limit:
            fresh.add(encoded, first, count)
            self.files.append(fresh)
            return
        fresh.close()
        self._add_halves(text, first, count)

    def _add_halves(self, text: str, first: int, count: int) -> None:
        """What is too long for one file goes into several, at whole rows."""
        if count == 1:
            raise InvalidArgument(f"Row {first} alone is longer than the {self._limit:,} bytes of a file.")
        rows = list(rows_in(io.StringIO(text, newline="")))
        half = count // 2
        self.add(lines_of(rows[:half]), first, half)
        self.add(lines_of(rows[half:]), first + half, count - half)

    def close(self) -> None:
        """Remove the files."""
        for file in self.files:
            file.close()
