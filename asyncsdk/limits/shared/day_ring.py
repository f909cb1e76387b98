"""Day count in a file: one number for each minute of the last day, in a ring of fixed size."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from typing import Final

from asyncsdk.limits.tally import DAY, MINUTE

__all__ = ["RING_BYTES", "DayRing"]

SLOTS: Final = round(DAY / MINUTE) + 60
"""A day's minutes, and some more, so that a minute is dropped before its slot is used again."""

_SLOT: Final = struct.Struct("<I")
RING_BYTES: Final = SLOTS * _SLOT.size
_MOST: Final = 2**32 - 1


class DayRing:
    """Count of the day's calls by minute, in a part of a file.

    It is read and written under the lock of the file only. ``first``, ``none_before`` and ``made`` are kept with
    the state; the minutes from ``first`` on, as many as there are slots, are in the ring.

    Args:
        handle: the open file.
        offset: where the ring begins.
    """

    def __init__(self, handle: int, offset: int) -> None:
        self._handle = handle
        self._offset = offset
        self.first: int = 0
        """The first minute that may count."""
        self.made: int = 0
        """All calls that count."""
        self.none_before: int = 0
        """A minute before which nothing is counted."""

    def add(self, minute: int, number: int) -> None:
        """Count calls; a negative number uncounts them, as far as they are there."""
        if not self.first <= minute < self.first + SLOTS:
            return
        counted = self._at(minute)
        now = min(_MOST, max(0, counted + number))
        os.pwrite(self._handle, _SLOT.pack(now), self._place(minute))
        self.made += now - counted
        self.none_before = min(self.none_before, minute)

    def raise_to(self, calls: Mapping[int, int]) -> None:
        """Count as many calls in each minute at least."""
        counted = self._slots()
        for minute, number in calls.items():
            if number > counted[minute % SLOTS]:
                self.add(minute, number - counted[minute % SLOTS])

    def forget_before(self, minute: int) -> None:
        """Drop the minutes before this one, and those that a clock counted that was far ahead."""
        if abs(minute - self.first) >= SLOTS:
            os.pwrite(self._handle, bytes(RING_BYTES), self._offset)
            self.made = 0
        else:
            for old in range(self.first, minute):
                self._drop(old)
            for ahead in range(minute + SLOTS, self.first + SLOTS):
                self._drop(ahead)
        self.first = self.none_before = minute

    def forget_after(self, minute: int) -> None:
        """Drop the minutes after this one."""
        for later in range(max(self.first, minute + 1), self.first + SLOTS):
            self._drop(later)

    def oldest(self) -> int | None:
        """The first minute that counts."""
        if not self.made:
            return None
        self.none_before = max(self.none_before, self.first)
        while self.none_before < self.first + SLOTS and not self._at(self.none_before):
            self.none_before += 1
        return self.none_before

    def recount(self) -> None:
        """Add the calls up again, after a process was killed while it counted."""
        self.made = sum(self._slots())
        self.none_before = self.first

    def _slots(self) -> list[int]:
        data = os.pread(self._handle, RING_BYTES, self._offset).ljust(RING_BYTES, b"\0")
        return [number for (number,) in _SLOT.iter_unpack(data)]

    def _at(self, minute: int) -> int:
        data = os.pread(self._handle, _SLOT.size, self._place(minute))
        return _SLOT.unpack(data)[0] if len(data) == _SLOT.size else 0

    def _place(self, minute: int) -> int:
        return self._offset + minute % SLOTS * _SLOT.size

    def _drop(self, minute: int) -> None:
        if number := self._at(minute):
            os.pwrite(self._handle, _SLOT.pack(0), self._place(minute))
            self.made -= number
