"""Row builder: turns rows of cells into objects of a class; row by row where one does not fit, to tell why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, count
from types import NoneType
from typing import Any, Final

from asyncsdk.downloads.cell_converters import ABSENT, ColumnConverter
from asyncsdk.downloads.reader import Row
from asyncsdk.downloads.row_factory import Cell, RowFactory, Value, row_factory
from asyncsdk.downloads.target_class import Field, TargetClass, target_class
from asyncsdk.errors import DecodeError
from asyncsdk.files.headings import RECORD_ID

__all__ = ["RowBuilder", "row_builder"]

FEW_COLUMNS: Final = 6
"""Up to so many columns are read out of the rows one by one; for more, all rows are transposed."""


@lru_cache(maxsize=64)
def row_builder(into: Any, headings: tuple[str, ...]) -> RowBuilder:
    """The row builder of a class for these headings; cached.

    Raises:
        DecodeError: a column is missing.
        InvalidArgument: the class is of a kind that cannot be filled.
    """
    return RowBuilder(target_class(into), headings)


class RowBuilder:
    """Builds objects of one class from rows under the same headings; made by ``row_builder``."""

    def __init__(self, target: TargetClass, headings: tuple[str, ...]) -> None:
        self._target = target
        self._headings = headings
        plain = [field for field in target.fields if not field.takes_rest]
        found = [(field, _index_of(field, headings)) for field in plain]
        missing = [f"{field.name}: there is no column {_names(field)}" for field, index in found if index is None]
        empty = len(missing) == len(target.fields)
        if empty or any(field.required for field, index in found if index is None):
            raise DecodeError(f"The columns of the list do not fit {target.name}:", problems=tuple(missing))
        self._steps = [(field, index, ColumnConverter(field)) for field, index in found if index is not None]
        taken = {index for _, index, _ in self._steps}
        self._rest = [index for index in range(len(headings)) if index not in taken]
        self._takes_rest = next((field for field in target.fields if field.takes_rest), None)
        self._unconverted = [(index, column) for _, index, column in self._steps if column.needs_no_conversion]
        self._make = self._row_factory()

    def _row_factory(self) -> RowFactory:
        values: dict[str, Value] = {
            field.argument: Cell(index, column.read, none_if_empty=column.reads_only_texts and column.none_if_empty)
            for field, index, column in self._steps
        }
        filled = [field for field, _, _ in self._steps]
        if self._takes_rest is not None:
            filled.append(self._takes_rest)
            values[self._takes_rest.argument] = {self._headings[index]: Cell(index) for index in self._rest}
        positional = self._target.positional and tuple(filled) == self._target.fields[: len(filled)]
        return row_factory(self._target, values, width=len(self._headings), positional=positional)

    def objects(self, rows: Sequence[Row], given: int) -> Iterator[Any]:
        """An object for each row, made when it is asked for: an object that is not kept takes no memory.

        Args:
            rows: rows under the headings.
            given: the number of rows before, for errors.

        Raises:
            DecodeError: a row does not fit; the error names the row and the fields.
        """
        if not self._are_texts(rows):
            return map(self._object, rows, count(given + 1))
        end = given + len(rows)
        return self._make(rows, lambda row, left: self._object(row, end - left))

    def _are_texts(self, rows: Sequence[Row]) -> bool:
        """Whether the cells that need no conversion are text, or None where that is allowed."""
        if (self._takes_rest is not None or len(self._unconverted) > FEW_COLUMNS) and _all_texts(rows):
            return True
        if self._takes_rest is not None and not _all_cells(rows):
            return False
        cells = _columns(rows, [index for index, _ in self._unconverted])
        return all(column.fit(each) for each, (_, column) in zip(cells, self._unconverted, strict=True))

    def _object(self, row: Row, number: int) -> Any:
        problems: list[str] = []
        values: dict[str, Any] = {}
        for field, index, column in self._steps:
            try:
                value = column.value(row[index])
            except Exception as error:
                problems.append(f"{field.name} (column {self._headings[index]!r}): {_message(error)}")
            else:
                if value is not ABSENT:
                    values[field.argument] = value
        if self._takes_rest is not None:
            values[self._takes_rest.argument] = {self._headings[index]: row[index] for index in self._rest}
            wrong = (index for index in self._rest if type(row[index]) not in (str, NoneType))
            problems += [
                f"column {self._headings[index]!r}: {type(row[index]).__name__} is no text" for index in wrong
            ]
        if not problems:
            try:
                return self._target.make(**values)
            except Exception as error:
                problems.append(_message(error))
        record = f" ({row[self._headings.index(RECORD_ID)]})" if RECORD_ID in self._headings else ""
        raise DecodeError(f"Record {number:,}{record} does not fit {self._target.name}:", problems=tuple(problems))


def _all_texts(rows: Sequence[Any]) -> bool:
    # Joining texts is the quickest way to see that they all are.
    try:
        deque(map("".join, rows), maxlen=0)
    except TypeError:
        return False
    return True


def _all_cells(rows: Sequence[Any]) -> bool:
    """Whether all cells are text or None."""
    return set(map(type, chain.from_iterable(rows))) <= {str, NoneType}


def _columns(rows: Sequence[Row], indexes: Sequence[int]) -> Sequence[Sequence[Any]]:
    """Some columns of the rows."""
    if len(indexes) <= FEW_COLUMNS or not rows:
        return [[row[index] for row in rows] for index in indexes]
    columns = list(zip(*rows, strict=True))
    return [columns[index] for index in indexes]


def _index_of(field: Field, headings: tuple[str, ...]) -> int | None:
    """The index of a field's column; a column of the list that is called like the record id never hides it."""
    wanted = (RECORD_ID,) if RECORD_ID in field.headings and RECORD_ID in headings else field.headings
    return next((headings.index(heading) for heading in wanted if heading in headings), None)


def _names(field: Field) -> str:
    return " or ".join(map(repr, field.headings))


def _message(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
