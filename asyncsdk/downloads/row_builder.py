"""From rows of cells to objects of a class: quickly where all rows fit, or else row by row, to find out why not."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, count
from operator import itemgetter
from types import NoneType
from typing import Any, Final

from asyncsdk.downloads.cell_converters import ABSENT, Column
from asyncsdk.downloads.reader import Cells
from asyncsdk.downloads.row_factory import Make, Value, cell, converted, maker_of
from asyncsdk.downloads.target_class import Field, TargetClass, shape_of
from asyncsdk.errors import DecodeError
from asyncsdk.files.headings import RECORD_ID

__all__ = ["RowBuilder", "plan_for"]

FEW: Final = 6
"""Columns that are taken out of the rows one by one; to take out more, all are turned at once."""


@lru_cache(maxsize=64)
def plan_for(into: Any, headings: tuple[str, ...]) -> RowBuilder:
    """How objects of a class are made of rows under these headings.

    Raises:
        DecodeError: a column is missing.
        InvalidArgument: it is no class of a kind that can be filled.
    """
    return RowBuilder(shape_of(into), headings)


class RowBuilder:
    """See ``plan_for``."""

    def __init__(self, shape: TargetClass, headings: tuple[str, ...]) -> None:
        self._shape = shape
        self._headings = headings
        plain = [field for field in shape.fields if not field.takes_rest]
        found = [(field, _place_of(field, headings)) for field in plain]
        missing = [f"{field.name}: there is no column {_names(field)}" for field, place in found if place is None]
        empty = len(missing) == len(shape.fields)
        if empty or any(field.required for field, place in found if place is None):
            raise DecodeError(f"The columns of the list do not fit {shape.name}:", problems=tuple(missing))
        self._steps = [(field, place, Column(field)) for field, place in found if place is not None]
        taken = {place for _, place, _ in self._steps}
        self._rest = [place for place in range(len(headings)) if place not in taken]
        self._takes_rest = next((field for field in shape.fields if field.takes_rest), None)
        self._kept = [(place, column) for _, place, column in self._steps if column.kept]
        self._converted = [(place, column) for _, place, column in self._steps if not column.kept]
        self._make = self._maker()

    def _maker(self) -> Make:
        numbers = count()
        values: dict[str, Value] = {
            field.argument: cell(place) if column.kept else converted(next(numbers))
            for field, place, column in self._steps
        }
        filled = [field for field, _, _ in self._steps]
        if self._takes_rest is not None:
            filled.append(self._takes_rest)
            values[self._takes_rest.argument] = {self._headings[place]: cell(place) for place in self._rest}
        positional = self._shape.positional and tuple(filled) == self._shape.fields[: len(filled)]
        return maker_of(self._shape, values, len(self._converted), positional=positional)

    def objects(self, rows: Sequence[Cells], given: int) -> Sequence[Any]:
        """An object for each row.

        Args:
            rows: rows under the headings.
            given: how many rows came before, for errors.

        Raises:
            DecodeError: a row does not fit; it is named, and so are the fields.
        """
        if not rows:
            return ()
        try:
            self._check_texts(rows)
            cells = _columns(rows, [place for place, _ in self._converted])
            columns = [column.values(each) for each, (_, column) in zip(cells, self._converted, strict=True)]
            return self._make(rows, columns)
        except Exception:  # the second pass fills in defaults, and finds out what is wrong and where
            return [self._object(row, given + place) for place, row in enumerate(rows, 1)]

    def _check_texts(self, rows: Sequence[Cells]) -> None:
        """Check the cells that are values as they are.

        Raises:
            ValueError: one of them is none.
        """
        if (self._takes_rest is not None or len(self._kept) > FEW) and _all_texts(rows):
            return
        if self._takes_rest is not None and not _all_cells(rows):
            raise ValueError("a cell is no text")
        cells = _columns(rows, [place for place, _ in self._kept])
        for each, (_, column) in zip(cells, self._kept, strict=True):
            if column.values(each) is not each:
                raise ValueError("a cell is no text")

    def _object(self, row: Cells, number: int) -> Any:
        problems: list[str] = []
        values: dict[str, Any] = {}
        for field, place, column in self._steps:
            try:
                value = column.value(row[place])
            except Exception as error:
                problems.append(f"{field.name} (column {self._headings[place]!r}): {_said(error)}")
            else:
                if value is not ABSENT:
                    values[field.argument] = value
        if self._takes_rest is not None:
            values[self._takes_rest.argument] = {self._headings[place]: row[place] for place in self._rest}
            wrong = (place for place in self._rest if type(row[place]) not in (str, NoneType))
            problems += [
                f"column {self._headings[place]!r}: {type(row[place]).__name__} is no text" for place in wrong
            ]
        if not problems:
            try:
                return self._shape.make(**values)
            except Exception as error:
                problems.append(_said(error))
        record = f" ({row[self._headings.index(RECORD_ID)]})" if RECORD_ID in self._headings else ""
        raise DecodeError(f"Record {number:,}{record} does not fit {self._shape.name}:", problems=tuple(problems))


def _all_texts(rows: Sequence[Any]) -> bool:
    # Joining texts is the quickest way to see that they all are.
    try:
        deque(map("".join, rows), maxlen=0)
    except TypeError:
        return False
    return True


def _all_cells(rows: Sequence[Any]) -> bool:
    """Whether there is nothing but texts, and cells without a value."""
    return set(map(type, chain.from_iterable(rows))) <= {str, NoneType}


def _columns(rows: Sequence[Cells], places: Sequence[int]) -> Sequence[Sequence[Any]]:
    """Some columns of the rows."""
    if len(places) <= FEW:
        return [tuple(map(itemgetter(place), rows)) for place in places]
    columns = list(zip(*rows, strict=True))
    return [columns[place] for place in places]


def _place_of(field: Field, headings: tuple[str, ...]) -> int | None:
    """The place of a field's column; what can be a record's id is one, whatever a column of the list is called."""
    wanted = (RECORD_ID,) if RECORD_ID in field.headings and RECORD_ID in headings else field.headings
    return next((headings.index(heading) for heading in wanted if heading in headings), None)


def _names(field: Field) -> str:
    return " or ".join(map(repr, field.headings))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
