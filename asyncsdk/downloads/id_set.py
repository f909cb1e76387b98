"""Compact set of record ids: about one byte for each id."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import itemgetter
from typing import Final

__all__ = ["IdSet"]

MAX_NUMBER: Final = 1 << 24
"""Ids with numbers from here on, and ids of another form, are kept as text."""

_DIGITS: Final = b"0123456789abcdef\n"

_LAST_TWO: Final = tuple(f"{number:02x}" for number in range(256))
"""The last two digits of the numbers from 256 on."""


class IdSet:
    """A set of ids such as ``l-0001:3e8``: their numbers are indexes into a table of bytes."""

    def __init__(self) -> None:
        self._prefix = ""
        """The common prefix of the ids, such as ``l-0001:``; that of the first id."""
        self._table = bytearray()
        self._others: set[str] = set()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, ids: Sequence[str]) -> Sequence[int]:
        """Add ids; gives the indexes of those that are new."""
        numbers = self._run(ids) or self._numbers(ids) if len(ids) > 1 else None
        if numbers is not None and self._take_all(numbers):
            return range(len(ids))
        new = [index for index, each in enumerate(ids) if self._take(each)]
        self._count += len(new)
        return new

    def _take_all(self, numbers: Sequence[int]) -> bool:
        """Take numbers if all of them are new."""
        table = self._table
        if isinstance(numbers, range):
            self._reach(numbers[-1])
            if table.count(1, numbers.start, numbers.stop):
                return False
            table[numbers.start : numbers.stop] = bytes([1]) * len(numbers)
        else:
            self._reach(max(numbers))
            if any(itemgetter(*numbers)(table)) or len(set(numbers)) < len(numbers):
                return False
            for number in numbers:
                table[number] = 1
        self._count += len(numbers)
        return True

    def _take(self, name: str) -> bool:
        numbers = self._numbers((name,))
        if numbers is None:
            new = name not in self._others
            self._others.add(name)
            return new
        self._reach(numbers[0])
        new = not self._table[numbers[0]]
        self._table[numbers[0]] = 1
        return new

    def _reach(self, number: int) -> None:
        missing = number + 1 - len(self._table)
        if missing > 0:
            self._table += bytes(missing)

    def _run(self, ids: Sequence[str]) -> range | None:
        """The numbers in the ids, where each is the next; that is seen sooner than the numbers are read."""
        ends = self._numbers((ids[0], ids[-1]))
        if ends is None or ends[1] - ends[0] != len(ids) - 1:
            return None
        run = range(ends[0], ends[1] + 1)
        return run if "\n" + "\n".join(ids) == self._lines(run) else None

    def _lines(self, run: range) -> str:
        """The ids with these numbers, each after a line end; 256 that begin alike are written at a time."""
        lines: list[str] = []
        if run.start < 256:
            lines += [f"{self._prefix}{number:x}" for number in range(run.start, min(run.stop, 256))]
        for first in range(max(run.start, 256) & ~255, run.stop, 256):
            begin = f"{self._prefix}{first >> 8:x}"
            lines += (begin, begin.join(_LAST_TWO[max(run.start - first, 0) : run.stop - first]))
        return "".join(lines)

    def _numbers(self, ids: Sequence[str]) -> Sequence[int] | None:
        """The numbers in the ids; None if one has another form, for two ids must never be taken for one."""
        if not self._prefix:
            self._prefix = f"\n{ids[0].rpartition(':')[0]}:"
        first, *found = ("\n" + "\n".join(ids)).split(self._prefix)
        if first or len(found) != len(ids):
            return None
        digits = "\n".join(("", *found, ""))
        if digits.encode("utf-8", "replace").translate(None, _DIGITS) or digits.count("\n") != len(ids) + 1:
            return None
        if "\n\n" in digits or digits.count("\n0") != digits.count("\n0\n"):
            return None
        numbers = list(map(int, found, repeat(16)))
        return numbers if max(numbers) < MAX_NUMBER else None
