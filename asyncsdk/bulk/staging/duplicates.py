"""Duplicate detection: finds rows with the same address, in the same memory for any number of rows.

A table of marks says at once that an address is new, or that it may be a duplicate. At the end all candidates are
checked: the hashes of all rows lie in a file in their order, and those of candidates are counted. A set says which
these are, or the table again where they are too many for a set.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from itertools import compress, count
from typing import BinaryIO, Final

from asyncsdk.bulk.staging.hash_counts import HashCounts
from asyncsdk.bulk.staging.sizes import StagingSizes
from asyncsdk.files.anonymous_file import anonymous_file, discard
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["Duplicates"]

NO_HASH: Final = -1
"""No text has this hash."""

_SIZE: Final = 8
"""Bytes of a hash in a file."""


class Duplicates:
    """Takes the address of every row in turn, and finds the rows that share one.

    It compares hashes: it may take different addresses for duplicates, and never misses one.

    Args:
        sizes: how much is held in memory.
    """

    def __init__(self, sizes: StagingSizes | None = None) -> None:
        self._sizes = sizes or StagingSizes()
        self._marks = bytearray(self._sizes.duplicate_slots)
        self._hashes = anonymous_file()
        self._candidates = anonymous_file()

    def add(self, keys: Sequence[str]) -> None:
        """Add the addresses of the next rows."""
        marks, last = self._marks, len(self._marks) - 1
        hashes = list(map(self._sizes.hash_of, keys))
        candidates = array("q")
        for hashed in hashes:
            slot = hashed & last
            if marks[slot]:
                candidates.append(hashed)
            else:
                marks[slot] = 1
        self._hashes.write(array("q", hashes))
        self._candidates.write(candidates)

    def skip(self) -> None:
        """The next row has no address."""
        self._hashes.write(array("q", (NO_HASH,)))

    async def find(self) -> RowNumbers:
        """The rows whose address another row has, too; rows count from 1."""
        found = RowNumbers()
        if not self._candidates.tell():
            return found
        sizes = self._sizes
        are_candidates = await self._candidate_test()
        with closing(HashCounts(sizes.hash_parts, sizes.hashes_in_memory)) as same:
            first = 1
            async for hashes in _pieces(self._hashes, sizes.hashes_per_turn):
                for number in compress(count(first), are_candidates(hashes)):
                    if hashes[number - first] != NO_HASH:
                        same.add(hashes[number - first], number)
                first += len(hashes)
            for numbers in same:
                for number in numbers:
                    found.add(number)
                await asyncio.sleep(0)
        return found

    async def _candidate_test(self) -> Callable[[Iterable[int]], Iterable[object]]:
        """Test of hashes: true for each that is a candidate's, or may be. Most rows need no second check."""
        sizes, self._marks = self._sizes, bytearray()
        if self._candidates.tell() <= sizes.candidates_in_memory * _SIZE:
            candidates = set[int]()
            async for hashes in _pieces(self._candidates, sizes.hashes_per_turn):
                candidates.update(hashes)
            return partial(map, candidates.__contains__)
        marks, last = bytearray(sizes.duplicate_slots), sizes.duplicate_slots - 1
        async for hashes in _pieces(self._candidates, sizes.hashes_per_turn):
            for hashed in hashes:
                marks[hashed & last] = 1
        return lambda some: map(marks.__getitem__, map(last.__and__, some))

    def close(self) -> None:
        """Release memory and files."""
        discard(self._hashes)
        discard(self._candidates)
        self._marks = bytearray()


async def _pieces(file: BinaryIO, at_a_time: int) -> AsyncIterator[array[int]]:
    """All hashes of a file, some at a time."""
    file.seek(0)
    while piece := file.read(at_a_time * _SIZE):
        hashes = array("q")
        hashes.frombytes(piece)
        yield hashes
        await asyncio.sleep(0)
