"""Day count as a ring: one number for each minute of the last day, in an array of fixed size, which a file keeps.

Most calls are counted in the newest minute. Its number is kept with the state, and enters the ring when the next
minute begins: so a call costs no write of its own, and is counted in the same moment in which its place is taken.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Mapping
from typing import Final

from asyncsdk.limits.tally import DAY, MINUTE

__all__ = ["RING_BYTES", "SLOTS", "DayRing"]

SLOTS: Final = round(DAY / MINUTE) + 60
"""A day's minutes, and some more, so that a minute is dropped before its slot is used again."""

MOST_CHANGES: Final = 10
"""Changes beyond which the whole ring is written at once."""

_CODE: Final = "I"
SLOT_BYTES: Final = array(_CODE).itemsize
RING_BYTES: Final = SLOTS * SLOT_BYTES
_MOST: Final = 2**32 - 1


class DayRing:
    """Count of the day's calls by minute.

    Args:
        kept: what the file holds of the ring; short or empty where it holds nothing yet.
    """

    def __init__(self, kept: bytes = b"") -> None:
        self._filed = bytearray(kept[:RING_BYTES].ljust(RING_BYTES, b"\0"))
        self._slots = array(_CODE, bytes(self._filed))
        self.checksum: int = zlib.crc32(self._filed)
        """Of the ring as the file has it."""
        self._changed: set[int] = set()
        self.first: int = 0
        """The first minute that may count."""
        self.made: int = 0
        """All calls that count."""
        self.none_before: int = 0
        """A minute before which nothing is counted."""
        self._newest = 0

    @property
    def newest(self) -> tuple[int, int]:
        """The newest minute, and its calls, which are kept with the state."""
        return self._newest, self._slots[self._newest % SLOTS]

    @newest.setter
    def newest(self, counted: tuple[int, int]) -> None:
        minute, number = counted
        self._newest = minute
        self._slots[minute % SLOTS] = min(_MOST, number)

    def add(self, minute: int, number: int) -> None:
        """Count calls; a negative number uncounts them, as far as they are there."""
        if not self.first <= minute < self.first + SLOTS:
            return
        if minute > self._newest:
            self._begin_minute(minute)
        counted = self._slots[minute % SLOTS]
        self._set(minute, min(_MOST, max(0, counted + number)))
        self.none_before = min(self.none_before, minute)

    def raise_to(self, calls: Mapping[int, int]) -> None:
        """Count as many calls in each minute at least."""
        for minute, number in calls.items():
            if number > self._slots[minute % SLOTS]:
                self.add(minute, number - self._slots[minute % SLOTS])

    def forget_before(self, minute: int) -> None:
        """Drop the minutes before this one, and those that a clock counted that was far ahead."""
        if abs(minute - self.first) >= SLOTS:
            for slot in range(SLOTS):
                self._set(slot, 0)
            self._begin_minute(minute)
        else:
            for old in range(self.first, minute):
                self._set(old, 0)
            for ahead in range(minute + SLOTS, self.first + SLOTS):
                self._set(ahead, 0)
        self.first = self.none_before = minute

    def forget_after(self, minute: int) -> None:
        """Drop the minutes after this one."""
        for later in range(max(self.first, minute + 1), self.first + SLOTS):
            self._set(later, 0)
        if self._newest > minute:  # its clock was ahead
            self._begin_minute(minute)

    def oldest(self) -> int | None:
        """The first minute that counts."""
        if not self.made:
            return None
        self.none_before = max(self.none_before, self.first)
        while self.none_before < self.first + SLOTS and not self._slots[self.none_before % SLOTS]:
            self.none_before += 1
        return self.none_before

    def between(self, first: int, last: int) -> Mapping[int, int]:
        """The calls of each minute, of these two and those between them; minutes without a call are left out."""
        minutes = range(max(first, self.first), min(last + 1, self.first + SLOTS))
        return {minute: number for minute in minutes if (number := self._slots[minute % SLOTS])}

    def take_changes(self) -> list[tuple[int, bytes]]:
        """What must be written into the file, as offset and bytes; the newest minute is not in it."""
        slots, self._changed = self._changed, set()
        changes = [(slot * SLOT_BYTES, self._slots[slot : slot + 1].tobytes()) for slot in slots]
        for offset, data in changes:
            self._filed[offset : offset + SLOT_BYTES] = data
        if changes:
            self.checksum = zlib.crc32(self._filed)
        return [(0, bytes(self._filed))] if len(changes) > MOST_CHANGES else changes

    def _begin_minute(self, minute: int) -> None:
        """Keep the calls of another minute with the state from now on."""
        self._changed.add(self._newest % SLOTS)
        self._changed.discard(minute % SLOTS)
        self._newest = minute

    def _set(self, minute: int, number: int) -> None:
        slot = minute % SLOTS
        counted = self._slots[slot]
        if number != counted:
            self._slots[slot] = number
            self.made += number - counted
            if slot != self._newest % SLOTS:
                self._changed.add(slot)
