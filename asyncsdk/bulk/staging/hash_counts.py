"""Hash counts: finds rows with the same hash, in the same memory for any number of rows, part by part."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import compress

from asyncsdk.bulk.staging.multi_part_file import MultiPartFile

__all__ = ["HashCounts"]


class HashCounts:
    """Counts the hashes of rows, and gives the numbers of rows that share one.

    Args:
        parts: in how many parts they are counted.
        in_memory: how many rows of a part wait in memory, before they are written together.
    """

    def __init__(self, parts: int, in_memory: int) -> None:
        self._full = 2 * in_memory
        self._written = MultiPartFile()
        self._waiting = [array("q") for _ in range(parts)]
        """Hashes and numbers of rows, alternating."""

    def add(self, hashed: int, number: int) -> None:
        """Take a row."""
        part = hashed % len(self._waiting)
        waiting = self._waiting[part]
        waiting.append(hashed)
        waiting.append(number)
        if len(waiting) >= self._full:
            self._written.write(part, waiting.tobytes())
            del waiting[:]

    def __iter__(self) -> Iterator[list[int]]:
        """The rows that share their hash with another, part by part."""
        for part, waiting in enumerate(self._waiting):
            rows = array("q")
            for piece in self._written.pieces(part):
                rows.frombytes(piece)
            rows += waiting
            hashes, numbers = rows[::2], rows[1::2]
            how_many = Counter(hashes)
            yield list(compress(numbers, map((1).__lt__, map(how_many.__getitem__, hashes))))

    def close(self) -> None:
        """Release the file."""
        self._written.close()
