"""Numbers of rows in the order of a file, as runs of numbers that follow each other."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

__all__ = ["NumberRuns", "Runs"]

IN_MEMORY: Final = 1 << 18
"""Bytes; more of them go on disk."""

PIECE: Final = 1 << 14


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


class NumberRuns:
    """All of a file's, in the same memory for any number of rows."""

    def __init__(self) -> None:
        self._earlier = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it is closed by ``close``
        self._size = 0
        self._last = range(0)

    def extend(self, runs: Iterable[range]) -> None:
        """Put runs at the end."""
        for run in runs:
            if run.start == self._last.stop and self._last:
                self._last = range(self._last.start, run.stop)
            else:
                self._put_away()
                self._last = run

    def _put_away(self) -> None:
        if self._last:
            self._earlier.seek(self._size)
            self._size += self._earlier.write(array("q", (self._last.start, self._last.stop)).tobytes())

    def _pieces(self) -> Iterator[bytes]:
        for start in range(0, self._size, PIECE):
            self._earlier.seek(start)
            yield self._earlier.read(PIECE)
        if self._last:
            yield array("q", (self._last.start, self._last.stop)).tobytes()

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
        self._earlier.close()


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
