"""Line numbers: the line of the input file on which each row begins."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final

from asyncsdk.files.anonymous_file import anonymous_file, discard

__all__ = ["LineNumbers"]

BATCH: Final = 4096
"""Numbers that are put on disk together; fewer of them stay in memory."""


class LineNumbers:
    """Line numbers of all rows, in the same memory for any number: noted where they are not consecutive."""

    def __init__(self) -> None:
        self._earlier: IO[bytes] | None = None
        """The part that is on disk, once there are many."""

        self._marks = array("q")
        """Numbers of rows and their lines, alternating."""

        self._offset: int | None = None

    def add(self, first: int, lines: Sequence[int]) -> None:
        """Take note of rows that follow each other, from this number on."""
        if isinstance(lines, range) and lines.step == 1:
            if lines:
                self._note(first, lines.start)
            return
        for number, line in enumerate(lines, first):
            self._note(number, line)

    def _note(self, number: int, line: int) -> None:
        if line - number == self._offset:
            return
        self._offset = line - number
        self._marks.extend((number, line))
        if len(self._marks) >= BATCH:
            if self._earlier is None:
                self._earlier = anonymous_file()
            self._earlier.write(self._marks.tobytes())
            del self._marks[:]

    def of(self, numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Rows, given in ascending order, each with its line; those that come from no file are left out."""
        marks = self._all()
        offset: int | None = None
        ahead = next(marks, None)
        for number in numbers:
            while ahead is not None and ahead[0] <= number:
                offset = ahead[1] - ahead[0]
                ahead = next(marks, None)
            if offset is not None:
                yield number, number + offset

    def _all(self) -> Iterator[tuple[int, int]]:
        if self._earlier is not None:
            yield from self._on_disk(self._earlier)
        yield from zip(self._marks[::2], self._marks[1::2], strict=True)

    def _on_disk(self, file: IO[bytes]) -> Iterator[tuple[int, int]]:
        file.seek(0)
        while piece := file.read(BATCH * self._marks.itemsize):
            marks = array("q")
            marks.frombytes(piece)
            yield from zip(marks[::2], marks[1::2], strict=True)

    def close(self) -> None:
        """Release the file."""
        if self._earlier is not None:
            discard(self._earlier)
