"""List descriptions: the columns and rows of a list, as a program gives them to the emulator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from asyncsdk.emulator.processing.upload_specs import TYPES
from asyncsdk.emulator.state.lists import Heading, StoredList
from asyncsdk.emulator.validators import InvalidArgument, did_you_mean
from asyncsdk.models import Column

__all__ = ["ColumnLike", "Row", "changed_cells", "headings_of", "rows_of"]

_SHOWN: Final = 100

ColumnLike: TypeAlias = str | tuple[str, str | None] | Column
"""A heading, a heading and a type, or a column; a heading alone is of type EMAIL if it says "mail" first."""

Row: TypeAlias = Sequence[str] | Mapping[str, str]
"""Cells in the columns' order, or by heading."""


def headings_of(columns: Sequence[ColumnLike]) -> list[Heading]:
    """The columns of a list.

    Raises:
        InvalidArgument: there is none, one has no heading, or a type is unknown.
    """
    if not _is_sequence(columns) or not columns:
        raise InvalidArgument(f"columns are one or more headings, not {_shown(columns)}.")
    found = [_heading_of(column) for column in columns]
    if not any(heading.type == "EMAIL" for heading in found):
        for place, heading in enumerate(found):
            if "mail" in heading.heading.casefold():
                found[place] = Heading(heading.heading, "EMAIL")
                break
    return found


def _heading_of(column: object) -> Heading:
    parts: tuple[object, ...] = ()
    if isinstance(column, Column):
        parts = (column.heading, column.type)
    elif isinstance(column, str):
        parts = (column,)
    elif _is_sequence(column):
        parts = tuple(cast("Sequence[object]", column))
    heading = _heading(*parts) if 0 < len(parts) <= 2 else None
    if heading is None:
        raise InvalidArgument(f"A column is a heading, or a heading and its type, not {_shown(column)}.")
    if heading.type is not None and heading.type not in TYPES:
        raise InvalidArgument(
            f"The column {heading.heading[:_SHOWN]} has the type {_shown(heading.type)}, which there is not."
            f"{did_you_mean(heading.type, TYPES)}"
        )
    return heading


def _heading(heading: object, type: object = None) -> Heading | None:
    if not isinstance(heading, str) or not heading or not (type is None or isinstance(type, str)):
        return None
    return Heading(heading, type)


def rows_of(headings: Sequence[Heading], rows: Iterable[Row]) -> list[list[str]]:
    """The cells of several rows.

    Raises:
        InvalidArgument: they are no rows, or one cannot be.
    """
    if not _are_rows(rows):
        raise InvalidArgument(f"rows are sequences of cells, or cells by heading, not {_shown(rows)}.")
    return [_cells_of(headings, row, number) for number, row in enumerate(rows, 1)]


def _are_rows(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))


def _is_sequence(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _cells_of(headings: Sequence[Heading], row: Row, number: int) -> list[str]:
    """The cells of a row, in the columns' order; ``number`` is the row's, from 1.

    Raises:
        InvalidArgument: it has more cells than columns, a heading that the list lacks, or a cell that is not a
            text.
    """
    if isinstance(row, str):
        raise InvalidArgument(f"Row {number} is a text; a row is a sequence of cells, or cells by heading.")
    if isinstance(row, Mapping):
        names = [heading.heading for heading in headings]
        for name in row:
            if name not in names:
                raise InvalidArgument(f"Row {number}: {_no_column(name, names)}")
        cells = [row.get(name, "") for name in names]
    else:
        _check_is_sequence(row, number)
        cells = [*row, *[""] * (len(headings) - len(row))]
    if len(cells) > len(headings):
        raise InvalidArgument(f"Row {number} has {len(cells)} cells; the list has {len(headings)} columns.")
    _check_texts(cells, f"Row {number}")
    return cells


def changed_cells(listed: StoredList, cells: Sequence[str], row: Row) -> list[str]:
    """The cells of a record after a change: by heading, those that are named; as a sequence, all of them.

    A column is named as in a call: by its heading or its type, upper or lower case.

    Raises:
        InvalidArgument: there are more cells than columns, no such column, or a cell that is not a text.
    """
    if not isinstance(row, Mapping):
        return _cells_of(listed.columns, row, 1)
    changed = list(cells)
    for name, cell in row.items():
        place = listed.place_of(name)
        if place is None:
            raise InvalidArgument(_no_column(name, [column.heading for column in listed.columns]))
        changed[place] = cell
    _check_texts(changed, "The row")
    return changed


def _check_is_sequence(row: object, number: int) -> None:
    if not _is_sequence(row):
        raise InvalidArgument(
            f"Row {number} is of type {type(row).__name__}; a row is a sequence of cells, or cells by heading."
        )


def _no_column(name: object, names: Sequence[str]) -> str:
    return f"there is no column {_shown(name)}.{did_you_mean(str(name)[:_SHOWN], names)}"


def _check_texts(cells: Sequence[object], whose: str) -> None:
    for cell in cells:
        if not isinstance(cell, str):
            raise InvalidArgument(f"{whose} has a cell of type {type(cell).__name__}; every cell is a text.")


def _shown(value: object) -> str:
    """A value in an error, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
