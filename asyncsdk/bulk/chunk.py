"""A thousand rows of the input, and how they are written as lines of the list's columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from attrs import frozen

from asyncsdk.bulk.spool import LINE_END
from asyncsdk.clear import CLEAR, Clear

__all__ = ["Chunk", "Layout", "cell_of"]

_PLAIN: Final = (int, float, Decimal, UUID)
_TIMES: Final = (datetime, date, time)


@frozen
class Chunk:
    """Rows that have the same columns."""

    first: int
    """The number of the first row; the input's rows count from 1."""

    names: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def cell_of(value: object) -> str | Clear:
    """A value as it travels; empty: the list keeps what it holds.

    Raises:
        ValueError: it is nothing that a cell can say.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        value.encode()  # half a character, which no encoding can say, is found now and not in the middle of a file
        return value
    if value is CLEAR:
        return CLEAR
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isnan(value):
        return ""  # how dataframes spell a missing value
    if isinstance(value, _PLAIN):
        return str(value)
    if isinstance(value, _TIMES):
        return "" if value != value else value.isoformat()  # pandas calls a missing time NaT
    raise ValueError(f"a value of type {type(value).__name__} has no one way to be written as text")


class Layout:
    """Where the columns of a chunk go among the list's columns.

    Args:
        width: how many columns the list has.
        places: the place in the list of each of the chunk's columns.
        email: the place in the list of the address.
    """

    def __init__(self, width: int, places: tuple[int, ...], email: int) -> None:
        self.places = places
        self._width = width
        self._email = itemgetter(places.index(email))
        order = sorted(range(len(places)), key=places.__getitem__)
        self._in_order = None if order == list(range(len(places))) or len(order) < 2 else itemgetter(*order)
        self._template = ",".join("%s" if place in places else "" for place in range(width)) + LINE_END
        self._full = len(places) == width > 1

    def addresses(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """The addresses of rows."""
        return list(map(self._email, rows))

    def lines(self, rows: Sequence[Sequence[Any]]) -> str | None:
        """The rows as CSV, if every cell is a text that needs no quotes; else None."""
        if self._in_order is not None:
            rows = list(map(self._in_order, rows))
        try:
            if self._full:
                text = LINE_END.join(map(",".join, rows)) + LINE_END
            elif set(map(type, chain.from_iterable(rows))) == {str}:
                text = "".join(map(self._template.__mod__, map(tuple, rows)))
            else:
                return None
            text.encode()
        except (TypeError, UnicodeEncodeError):
            return None
        count = len(rows)
        unquoted = (
            text.count(",") == count * (self._width - 1)
            and text.count("\n") == count
            and text.count("\r") == count
            and '"' not in text
        )
        return text if unquoted and self._width > 1 else None

    def cells(self, row: Sequence[object]) -> dict[int, str | Clear]:
        """What a row says, by the places of the list's columns; what it keeps is left out.

        Raises:
            ValueError: a value cannot be written.
        """
        spelled = {place: cell_of(value) for place, value in zip(self.places, row, strict=True)}
        return {place: cell for place, cell in spelled.items() if cell != ""}
