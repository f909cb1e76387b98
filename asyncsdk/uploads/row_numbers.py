"""Row number set: a bit set, an eighth of a byte for each row of the input."""

from __future__ import annotations

import zlib

__all__ = ["RowNumbers"]


class RowNumbers:
    """Set of row numbers.

    Args:
        packed: what ``packed`` gave.
    """

    def __init__(self, packed: bytes = b"") -> None:
        self._bits = bytearray(zlib.decompress(packed)) if packed else bytearray()
        self._count = sum(map(int.bit_count, self._bits))

    def add(self, number: int) -> None:
        """Add a row."""
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._count += not self._bits[place] & bit
        self._bits[place] |= bit

    def without(self, others: RowNumbers) -> RowNumbers:
        """The numbers that are not in another set."""
        rest = RowNumbers()
        rest._bits = bytearray(self._bits)
        for place, bits in enumerate(others._bits[: len(rest._bits)]):
            rest._bits[place] &= ~bits
        rest._count = sum(map(int.bit_count, rest._bits))
        return rest

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] & 1 << (number & 7))

    def within(self, run: range) -> list[int]:
        """The numbers of the set within a range, in order."""
        start = run.start >> 3
        return [
            number
            for place, byte in enumerate(self._bits[start : (run.stop + 7) >> 3], start)
            if byte
            for number in range(place << 3, (place + 1) << 3)
            if byte >> (number & 7) & 1 and number in run
        ]

    def __len__(self) -> int:
        return self._count

    def packed(self) -> bytes:
        """The set in compressed form."""
        return zlib.compress(self._bits)
