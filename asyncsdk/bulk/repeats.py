"""Which addresses come more than once, in the same memory for any number of rows.

A table of marks says at once that an address is new, or that it may have been there before. Doubt is settled
at the end: the hashes of all that were new lie in a file, and those of the doubtful are looked up in it.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Sequence
from typing import Final

__all__ = ["Repeats"]

MARKS: Final = 1 << 24
"""One byte each; of a million different addresses, three in a hundred are doubted at first."""

SLAB: Final = 1 << 20
"""Hashes that are read at a time."""


class Repeats:
    """Is told every address, and knows in the end which came again."""

    def __init__(self) -> None:
        self._marks = bytearray(MARKS)
        self._hashes = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._doubted: dict[int, int] = {}

    def see(self, keys: Sequence[str]) -> None:
        """Take note of addresses."""
        marks, last = self._marks, MARKS - 1
        hashes = array("q", map(hash, keys))
        doubted: list[int] = []
        for place, hashed in enumerate(hashes):
            if marks[hashed & last]:
                doubted.append(place)
            else:
                marks[hashed & last] = 1
        for place in reversed(doubted):
            hashed = hashes.pop(place)
            self._doubted[hashed] = self._doubted.get(hashed, 0) + 1
        hashes.tofile(self._hashes)

    def repeated(self) -> frozenset[int]:
        """The hashes of the addresses that came more than once."""
        if not self._doubted:
            return frozenset()
        again = {hashed for hashed, count in self._doubted.items() if count > 1}
        self._hashes.seek(0)
        while piece := self._hashes.read(SLAB * 8):
            slab = array("q")
            slab.frombytes(piece)
            again.update(self._doubted.keys() & slab)
        return frozenset(again)

    def close(self) -> None:
        """Give the memory and the file back."""
        self._hashes.close()
        self._marks = bytearray()
        self._doubted = {}
