"""Duplicate detection: finds rows with the same address, in the same memory for any number of rows.

A table of marks says at once that an address is new, or that it may have been there before. Doubt is settled at the
end: the hashes of all rows lie in a file in their order, and those that are doubted are counted there.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from itertools import compress, count
from typing import BinaryIO, Final

from asyncsdk.bulk.staging.hash_counts import HashCounts
from asyncsdk.bulk.staging.sizes import StagingSizes
from asyncsdk.files.anonymous_file import anonymous_file, discard
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["Duplicates"]

NOBODY: Final = -1
"""What no text has for a hash."""


class Duplicates:
    """Is told the address of every row in turn, and knows in the end which rows share one.

    It goes by hashes: now and then it takes rows for alike that are not, and never the other way round.

    Args:
        sizes: how much is held in memory.
    """

    def __init__(self, sizes: StagingSizes | None = None) -> None:
        self._sizes = sizes or StagingSizes()
        self._marks = bytearray(self._sizes.duplicate_slots)
        self._hashes = anonymous_file()
        self._doubted = anonymous_file()

    def see(self, keys: Sequence[str]) -> None:
        """Take note of the next rows' addresses."""
        marks, last = self._marks, len(self._marks) - 1
        hashes = array("q", map(self._sizes.hash_of, keys))
        doubted = array("q")
        for hashed in hashes:
            slot = hashed & last
            if marks[slot]:
                doubted.append(hashed)
            else:
                marks[slot] = 1
        self._hashes.write(hashes)
        self._doubted.write(doubted)

    def skip(self) -> None:
        """The next row has no address."""
        self._hashes.write(array("q", (NOBODY,)))

    async def settle(self) -> RowNumbers:
        """Find out which rows have an address that another has, too; rows count from 1."""
        alike = RowNumbers()
        if not self._doubted.tell():
            return alike
        await self._mark_doubted()
        sizes = self._sizes
        with closing(HashCounts(sizes.hash_parts, sizes.hashes_in_memory)) as same:
            first, last = 1, sizes.duplicate_slots - 1
            async for hashes in _pieces(self._hashes, sizes.hashes_per_turn):
                slots = map(last.__and__, hashes)
                for number in compress(count(first), map(self._marks.__getitem__, slots)):
                    if hashes[number - first] != NOBODY:
                        same.add(hashes[number - first], number)
                first += len(hashes)
            for numbers in same:
                for number in numbers:
                    alike.add(number)
                await asyncio.sleep(0)
        return alike

    async def _mark_doubted(self) -> None:
        """Let the marks say what is doubted, and no longer what is there: most rows need no second look."""
        marks = self._marks = bytearray(self._sizes.duplicate_slots)
        last = len(marks) - 1
        async for hashes in _pieces(self._doubted, self._sizes.hashes_per_turn):
            for hashed in hashes:
                marks[hashed & last] = 1

    def close(self) -> None:
        """Give the memory and the files back."""
        discard(self._hashes)
        discard(self._doubted)
        self._marks = bytearray()


async def _pieces(file: BinaryIO, at_a_time: int) -> AsyncIterator[array[int]]:
    """All hashes of a file, some at a time."""
    file.seek(0)
    while piece := file.read(at_a_time * 8):
        hashes = array("q")
        hashes.frombytes(piece)
        yield hashes
        await asyncio.sleep(0)
