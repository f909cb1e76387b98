"""Which rows have the same hash, of any number of rows in the same memory: they are counted part by part."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import compress
from typing import Final

from asyncsdk.bulk.staging.multi_part_file import MultiPartFile

__all__ = ["HashCounts"]

PARTS: Final = 256
FULL: Final = 1024
"""Numbers of a part that wait in memory, before they are written together."""


class HashCounts:
    """Takes rows by their numbers, and gives back those whose hash another has, too."""

    def __init__(self) -> None:
        self._written = MultiPartFile()
        self._waiting = [array("q") for _ in range(PARTS)]
        """Hashes and numbers of rows by turns."""

    def add(self, hashed: int, number: int) -> None:
        """Take a row."""
        part = hashed % PARTS
        waiting = self._waiting[part]
        waiting.append(hashed)
        waiting.append(number)
        if len(waiting) >= FULL:
            self._written.write(part, waiting.tobytes())
            del waiting[:]

    def __iter__(self) -> Iterator[list[int]]:
        """The rows that are not alone, part by part."""
        for part, waiting in enumerate(self._waiting):
            rows = array("q")
            for piece in self._written.pieces(part):
                rows.frombytes(piece)
            rows += waiting
            hashes, numbers = rows[::2], rows[1::2]
            how_many = Counter(hashes)
            yield list(compress(numbers, map((1).__lt__, map(how_many.__getitem__, hashes))))

    def close(self) -> None:
        """Forget them."""
        self._written.close()
