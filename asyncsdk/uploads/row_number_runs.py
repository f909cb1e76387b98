"""Numbers of rows in the order of a file, as runs of numbers that follow each other."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator
from typing import IO, Final, Protocol, cast

from asyncsdk.files.anonymous_file import discard

__all__ = ["NumberRuns", "Runs"]

IN_MEMORY: Final = 1 << 17
"""Bytes; more of them go on disk."""

BATCH: Final = 4096
"""Numbers that are put away together."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


class NumberRuns:
    """All of a file's, in the same memory for any number of rows."""

    def __init__(self) -> None:
        self._earlier = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - ``close`` closes it
        self._size = 0
        self._ends = array("q")
        """Where the latest runs start and stop, by turns."""

    def extend(self, runs: Iterable[range]) -> None:
        """Put runs at the end."""
        ends = self._ends
        for run in runs:
            if ends and ends[-1] == run.start:
                ends[-1] = run.stop
                continue
            if len(ends) == BATCH:
                self._earlier.seek(self._size)
                self._size += self._earlier.write(ends.tobytes())
                del ends[:]
            ends.extend((run.start, run.stop))

    def _pieces(self) -> Iterator[bytes]:
        piece = BATCH * self._ends.itemsize
        for start in range(0, self._size, piece):
            self._earlier.seek(start)
            yield self._earlier.read(piece)
        yield self._ends.tobytes()

    def __iter__(self) -> Iterator[range]:
        for piece in self._pieces():
            ends = array("q")
            ends.frombytes(piece)
            yield from map(range, ends[::2], ends[1::2])

    def feed(self, whole: _Hash) -> None:
        """Give all of them to a hash."""
        for piece in self._pieces():
            whole.update(piece)

    def close(self) -> None:
        """Forget them."""
        discard(cast("IO[bytes]", self._earlier))


class Runs:
    """Runs from which numbers are taken, some at a time."""

    def __init__(self, runs: Iterable[range]) -> None:
        self._runs = iter(runs)
        self._left = range(0)

    def take(self, count: int) -> list[range]:
        """The next numbers."""
        taken: list[range] = []
        while count:
            if not self._left:
                self._left = next(self._runs)
            taken.append(self._left[:count])
            self._left = self._left[count:]
            count -= len(taken[-1])
        return taken
