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
        self._count = self._whole().bit_count()

    def _whole(self) -> int:
        """All bits as one number, so that a million are handled at once."""
        return int.from_bytes(self._bits, "little")

    def add(self, number: int) -> None:
        """Add a row."""
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._count += not self._bits[place] & bit
        self._bits[place] |= bit

    def add_run(self, run: range) -> None:
        """Add rows that follow each other."""
        start, stop = run.start >> 3, (run.stop + 7) >> 3
        self._bits.extend(bytes(max(0, stop - len(self._bits))))
        held = int.from_bytes(self._bits[start:stop], "little")
        both = held | ((1 << len(run)) - 1) << (run.start & 7)
        self._bits[start:stop] = both.to_bytes(stop - start, "little")
        self._count += both.bit_count() - held.bit_count()

    def without(self, others: RowNumbers) -> RowNumbers:
        """The numbers that are not in another set."""
        rest = RowNumbers()
        left = self._whole() & ~others._whole()
        rest._bits = bytearray(left.to_bytes(len(self._bits), "little"))
        rest._count = left.bit_count()
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
