"""Chunk: a thousand rows of the input with the same columns; column layout: how they become lines of CSV."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final, TypeVar, cast

from attrs import evolve, frozen

from asyncsdk.files.csv_codec import LINE_END, lines_of
from asyncsdk.files.plain_rows import PlainRows
from asyncsdk.models.clear import CLEAR, Clear
from asyncsdk.routing.value_text import LONGEST_NUMBER, NoText, cell_of
from asyncsdk.uploads.malformed_row import MalformedRow

__all__ = ["Chunk", "ColumnLayout", "picked"]

T = TypeVar("T")

_TEXTS: Final[frozenset[type]] = frozenset({str})
_INTEGERS: Final[frozenset[type]] = frozenset({int})


@frozen
class Chunk:
    """Rows that have the same columns."""

    first: int
    """The number of the first row; the input's rows count from 1."""

    names: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    lines: Sequence[int] = ()
    """The line of the file on which each row begins; none where they come from no file."""

    malformed: MalformedRow | None = None
    """A row without columns; there are no others then."""

    def without(self, left_out: Collection[str]) -> Chunk:
        """The same rows without some of the columns."""
        kept = [place for place, name in enumerate(self.names) if name not in left_out]
        if len(kept) == len(self.names):
            return self
        pick = picked(kept)
        return evolve(self, names=pick(self.names), rows=list(map(pick, self.rows)))


def picked(places: Sequence[int]) -> Callable[[Sequence[T]], tuple[T, ...]]:
    """A function that picks the cells at these indexes out of a row."""
    if len(places) > 1:
        return cast("Callable[[Sequence[T]], tuple[T, ...]]", itemgetter(*places))
    return lambda row: tuple(row[place] for place in places)


def _text_of(value: object) -> str:
    """Text of a cell.

    Raises:
        ValueError: the value has no text.
    """
    cell = cell_of(value)
    if cell is CLEAR:
        raise ValueError("to clear something is no text")
    return str(cell)


def _texts_of(column: Sequence[object]) -> Sequence[str]:
    """A column whose every cell is a text; most columns are of one type.

    Raises:
        ValueError: a cell has no text.
    """
    kinds = frozenset(map(type, column))
    if kinds == _TEXTS:
        return cast("Sequence[str]", column)
    if kinds == _INTEGERS:
        digits = list(map(str, column))
        if max(map(len, digits)) <= LONGEST_NUMBER:
            return digits
    return [cell if type(cell) is str else _text_of(cell) for cell in column]


class ColumnLayout:
    """Mapping of a chunk's columns to the list's columns.

    Args:
        names: what the chunk calls its columns.
        width: how many columns the list has.
        places: the place in the list of each of the chunk's columns.
        email: the place in the list of the address; a chunk without it has no rows that can be sent.
    """

    def __init__(self, names: tuple[str, ...], width: int, places: tuple[int, ...], email: int) -> None:
        self.places = places
        self._names = names
        self._width = width
        self._key = places.index(email) if email in places else -1
        self._email = itemgetter(self._key) if email in places else None
        order = sorted(range(len(places)), key=places.__getitem__)
        self._in_order = None if order == list(range(len(places))) or len(order) < 2 else itemgetter(*order)
        self._template = ",".join("%s" if place in places else "" for place in range(width))
        self._full = len(places) == width > 1
        self._sources = [places.index(place) if place in places else -1 for place in range(width)]

    def lines(self, rows: Sequence[Sequence[Any]]) -> tuple[list[str], bytes] | None:
        """The addresses of rows and the rows as CSV; None if one clears something, or cannot be written."""
        if self._email is None:
            return None
        try:
            if isinstance(rows, PlainRows):
                if rows.separator == "," and self._full and self._in_order is None:
                    return rows.column(self._key), "".join((LINE_END.join(rows.lines), LINE_END)).encode()
                rows = list(rows)
            lines = self._joined(rows)
            if lines is None:
                rows = list(zip(*map(_texts_of, zip(*rows, strict=True)), strict=True))
                lines = self._joined(rows) or []
            text = self._quoted(lines, rows).encode()
        except ValueError:
            return None
        return list(map(self._email, rows)), text

    def _joined(self, rows: Sequence[Sequence[Any]]) -> list[str] | None:
        """A line for each row, without quotes; None if some cell is not a text."""
        if self._in_order is not None:
            rows = list(map(self._in_order, rows))
        if self._full:
            try:
                return list(map(",".join, rows))
            except TypeError:
                return None
        if set(map(type, chain.from_iterable(rows))) == {str}:
            return list(map(self._template.__mod__, map(tuple, rows)))
        return None

    def _quoted(self, lines: list[str], rows: Sequence[Sequence[str]]) -> str:
        """The lines as CSV: those that need quotes are written anew from their rows."""
        text, commas = LINE_END.join(lines), self._width - 1
        if (
            commas
            and text.count(",") == commas * len(lines)
            and text.count("\n") == text.count("\r") == len(lines) - 1
            and '"' not in text
        ):
            return text + LINE_END
        for place, line in enumerate(lines):
            if line.count(",") != commas or '"' in line or "\n" in line or "\r" in line or not commas:
                lines[place] = lines_of([self._whole((*rows[place], ""))]).removesuffix(LINE_END)
        return LINE_END.join(lines) + LINE_END

    def _whole(self, row: Sequence[str]) -> list[str]:
        """A row that ends in an empty cell, with a cell for each of the list's columns."""
        return [row[source] for source in self._sources]

    def cells(self, row: Sequence[object]) -> dict[int, str | Clear]:
        """Cells of a row by the indexes of the list's columns; those that keep the list's value are left out.

        Raises:
            ValueError: a value cannot be written as a text; the message names its column.
        """
        cells: dict[int, str | Clear] = {}
        for name, place, value in zip(self._names, self.places, row, strict=True):
            try:
                cell = cell_of(value)
            except NoText as error:
                raise ValueError(f"{name!r} holds {error}") from None
            if cell != "":
                cells[place] = cell
        return cells
