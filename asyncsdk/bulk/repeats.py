"""Which addresses come more than once, in the same memory for any number of rows.

A table of marks says at once that an address is new, or that it may have been there before. Doubt is settled at the
end: hashes lie in two files, those of the new and those of the doubtful, and the latter are looked up in both.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from typing import BinaryIO, Final

from asyncsdk.bulk.database import nameless_database
from asyncsdk.bulk.spool import nameless_file

__all__ = ["Repeats"]

MARKS: Final = 1 << 23
"""One byte each; of a million different addresses, six in a hundred are doubted at first."""

SLAB: Final = 1 << 16
"""Hashes that are held in memory at a time."""

PAUSE_EVERY: Final = 1000


class Repeats:
    """Is told every address, and knows in the end which came again."""

    def __init__(self) -> None:
        self._marks = bytearray(MARKS)
        self._new = nameless_file()
        self._doubted = nameless_file()
        self._again = nameless_database()
        self._again.execute("CREATE TABLE again (hash INTEGER PRIMARY KEY)")

    def see(self, keys: Sequence[str]) -> None:
        """Take note of addresses."""
        marks, last = self._marks, MARKS - 1
        hashes = array("q", map(hash, keys))
        doubted = array("q")
        for place, hashed in enumerate(hashes):
            if marks[hashed & last]:
                doubted.append(place)
            else:
                marks[hashed & last] = 1
        if doubted:
            self._doubted.write(array("q", [hashes[place] for place in doubted]).tobytes())
            for place in reversed(doubted):
                del hashes[place]
        self._new.write(hashes.tobytes())

    async def settle(self) -> bool:
        """Find out which came again; gives whether any did."""
        self._marks = bytearray(MARKS)
        any_did = False
        async for slab in _slabs(self._doubted):
            wanted = set(slab)
            again: set[int] = set()
            place = self._doubted.tell()
            async for new in _slabs(self._new):
                again |= wanted.intersection(new)
            again |= await self._twice(wanted - again)
            self._doubted.seek(place)
            await self._mark(again)
            any_did = any_did or bool(again)
        return any_did

    async def _twice(self, wanted: set[int]) -> set[int]:
        """Those that were doubted more than once."""
        once: set[int] = set()
        twice: set[int] = set()
        async for slab in _slabs(self._doubted):
            for hashed in slab:
                if hashed in wanted:
                    (twice if hashed in once else once).add(hashed)
        return twice

    async def _mark(self, again: set[int]) -> None:
        for place, hashed in enumerate(again):
            self._again.execute("INSERT OR IGNORE INTO again VALUES (?)", (hashed,))
            self._marks[hashed & (MARKS - 1)] = 1
            if place % PAUSE_EVERY == 0:
                await asyncio.sleep(0)

    def came_again(self, key: str) -> bool:
        """Whether an address came more than once; known after ``settle``."""
        hashed = hash(key)
        if not self._marks[hashed & (MARKS - 1)]:
            return False
        with closing(self._again.execute("SELECT 1 FROM again WHERE hash = ?", (hashed,))) as found:
            return found.fetchone() is not None

    def close(self) -> None:
        """Give the memory and the files back."""
        self._new.close()
        self._doubted.close()
        self._again.close()
        self._marks = bytearray()


async def _slabs(file: BinaryIO) -> AsyncIterator[array[int]]:
    """All hashes of a file, some at a time; another may read it in between if it puts it back."""
    file.seek(0)
    while piece := file.read(SLAB * 8):
        slab = array("q")
        slab.frombytes(piece)
        yield slab
        await asyncio.sleep(0)
