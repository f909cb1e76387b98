"""Row number runs: the numbers of the rows of a file, in its order, as runs of consecutive numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import IO, Final, Protocol

from asyncsdk.files.anonymous_file import anonymous_file, discard

__all__ = ["NumberRuns", "Runs"]

IN_MEMORY: Final = 1 << 14
"""Numbers that stay in memory; more of them are put on disk together."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


class NumberRuns:
    """Row numbers of a file, in the same memory for any number of rows.

    Args:
        in_memory: how many numbers stay in memory; an even number.
    """

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._earlier: IO[bytes] | None = None
        """The part that is on disk, once there are many."""

        self._size = 0
        self._ends = array("q")
        """Starts and ends of the latest runs, alternating."""

    def extend(self, runs: Iterable[range]) -> None:
        """Put runs at the end."""
        ends = self._ends
        for run in runs:
            if ends and ends[-1] == run.start:
                ends[-1] = run.stop
                continue
            if len(ends) == self._in_memory:
                self._put_on_disk()
            ends.extend((run.start, run.stop))

    def _put_on_disk(self) -> None:
        if self._earlier is None:
            self._earlier = anonymous_file()
        self._earlier.seek(self._size)
        self._size += self._earlier.write(self._ends.tobytes())
        del self._ends[:]

    def _pieces(self) -> Iterator[bytes]:
        if self._earlier is not None:
            piece = self._in_memory * self._ends.itemsize
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
        """Release the file."""
        if self._earlier is not None:
            discard(self._earlier)


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
