"""From rows of cells to objects of a class, a column at a time; only when that fails, a row at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

from asyncsdk.downloads.cells import ABSENT, Column
from asyncsdk.downloads.reader import RECORD_ID, Cells
from asyncsdk.downloads.shape import Field, Shape, shape_of
from asyncsdk.errors import DecodeError

__all__ = ["Plan", "plan_for"]


@lru_cache(maxsize=64)
def plan_for(into: Any, headings: tuple[str, ...]) -> Plan:
    """How objects of a class are made of rows under these headings.

    Raises:
        DecodeError: a column is missing.
        InvalidArgument: it is no class of a kind that can be filled.
    """
    return Plan(shape_of(into), headings)


class Plan:
    """See ``plan_for``."""

    def __init__(self, shape: Shape, headings: tuple[str, ...]) -> None:
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
        self._rest_headings = tuple(headings[place] for place in self._rest)
        self._takes_rest = next((field for field in shape.fields if field.takes_rest), None)
        filled = [field for field, _, _ in self._steps] + ([self._takes_rest] if self._takes_rest else [])
        self._arguments = tuple(field.argument for field in filled)
        self._positional = shape.positional and tuple(filled) == shape.fields[: len(filled)]

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
            return self._made(self._columns(rows))
        except Exception:  # the second pass fills in defaults, and finds out what is wrong and where
            return [self._object(row, given + place) for place, row in enumerate(rows, 1)]

    def _columns(self, rows: Sequence[Cells]) -> list[Sequence[Any]]:
        """The values for each argument."""
        columns = list(zip(*rows, strict=True))
        values = [column.values(columns[place]) for _, place, column in self._steps]
        if self._takes_rest is not None:
            cells = (
                zip(*(columns[place] for place in self._rest), strict=True) if self._rest else repeat((), len(rows))
            )
            values.append(list(map(dict, map(zip, repeat(self._rest_headings), cells))))
        return values

    def _made(self, columns: list[Sequence[Any]]) -> Sequence[Any]:
        if self._positional:
            return list(map(self._shape.make, *columns))
        named: Any = map(dict, map(zip, repeat(self._arguments), zip(*columns, strict=True)))
        return list(named) if self._shape.make is dict else [self._shape.make(**each) for each in named]

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
        if not problems:
            try:
                return self._shape.make(**values)
            except Exception as error:
                problems.append(_said(error))
        record = f" ({row[self._headings.index(RECORD_ID)]})" if RECORD_ID in self._headings else ""
        raise DecodeError(f"Record {number:,}{record} does not fit {self._shape.name}:", problems=tuple(problems))


def _place_of(field: Field, headings: tuple[str, ...]) -> int | None:
    """The place of a field's column; what can be a record's id is one, whatever a column of the list is called."""
    wanted = (RECORD_ID,) if RECORD_ID in field.headings and RECORD_ID in headings else field.headings
    return next((headings.index(heading) for heading in wanted if heading in headings), None)


def _names(field: Field) -> str:
    return " or ".join(map(repr, field.headings))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
