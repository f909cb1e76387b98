"""Which rows have an address that comes more than once, in the same memory for any number of rows.

A table of marks says at once that an address is new, or that it may have been there before. Doubt is settled at the
end: the hashes of all rows lie in a file in their order, and those that are doubted are counted there.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Sequence
from itertools import compress, count
from typing import BinaryIO, Final

from asyncsdk.bulk.row_numbers import RowNumbers
from asyncsdk.bulk.spool import nameless_file

__all__ = ["Repeats"]

MARKS: Final = 1 << 23
"""One byte each; of a million different addresses, six in a hundred are doubted at first."""

SLAB: Final = 1 << 16
"""Doubted hashes that are held in memory at a time."""

PIECE: Final = 1 << 13
"""Hashes that are looked at before others get their turn."""

NOBODY: Final = -1
"""What no text has for a hash."""


class Repeats:
    """Is told the address of every row in turn, and knows in the end which rows share one.

    It goes by hashes: now and then it takes rows for alike that are not, and never the other way round.
    """

    def __init__(self) -> None:
        self._marks = bytearray(MARKS)
        self._hashes = nameless_file()
        self._doubted = nameless_file()

    def see(self, keys: Sequence[str]) -> None:
        """Take note of the next rows' addresses."""
        marks, last = self._marks, MARKS - 1
        hashes = array("q", map(hash, keys))
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
        self._marks = bytearray()
        alike = RowNumbers()
        async for doubted in _pieces(self._doubted, SLAB):
            await self._find(set(doubted), alike)
        return alike

    async def _find(self, doubted: set[int], alike: RowNumbers) -> None:
        """Note the rows that have one of these hashes, if it comes again."""
        first_of: dict[int, int] = {}  # 0: it is noted already
        first = 1
        async for hashes in _pieces(self._hashes, PIECE):
            for number in compress(count(first), map(doubted.__contains__, hashes)):
                hashed = hashes[number - first]
                before = first_of.get(hashed)
                if before is None:
                    first_of[hashed] = number
                    continue
                alike.add(number)
                if before:
                    alike.add(before)
                    first_of[hashed] = 0
            first += len(hashes)

    def close(self) -> None:
        """Give the memory and the files back."""
        self._hashes.close()
        self._doubted.close()
        self._marks = bytearray()


async def _pieces(file: BinaryIO, length: int) -> AsyncIterator[array[int]]:
    """All hashes of a file, some at a time."""
    file.seek(0)
    while piece := file.read(length * 8):
        hashes = array("q")
        hashes.frombytes(piece)
        yield hashes
        await asyncio.sleep(0)
