"""Plain rows: lines of CSV without quotes, whose cells are split only where a row is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import overload

__all__ = ["PlainRows"]


class PlainRows(Sequence[tuple[str, ...]]):
    """Rows as tuples of their cells; an empty line is an empty tuple.

    Args:
        lines: without quotes and without their ends.
        separator: what separates the cells.
    """

    def __init__(self, lines: Sequence[str], separator: str) -> None:
        self.lines = lines
        self.separator = separator

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, place: int) -> tuple[str, ...]: ...

    @overload
    def __getitem__(self, place: slice) -> PlainRows: ...

    def __getitem__(self, place: int | slice) -> tuple[str, ...] | PlainRows:
        if isinstance(place, slice):
            return PlainRows(self.lines[place], self.separator)
        line = self.lines[place]
        return tuple(line.split(self.separator)) if line else ()

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        separator = self.separator
        return (tuple(line.split(separator)) if line else () for line in self.lines)

    def fill(self, width: int) -> bool:
        """Whether every row has so many cells, and one that is not empty."""
        separators = set(map(str.count, self.lines, repeat(self.separator)))
        return separators <= {width - 1} and self.separator * (width - 1) not in self.lines

    def column(self, place: int) -> list[str]:
        """The cell of each row at this place."""
        separator, end = self.separator, place + 1
        return [line.split(separator, end)[place] for line in self.lines]
