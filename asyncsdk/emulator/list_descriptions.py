"""List descriptions: the columns and rows of a list, as a program gives them to the emulator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from asyncsdk.emulator.processing.upload_specs import TYPES
from asyncsdk.emulator.state.lists import Heading
from asyncsdk.emulator.validators import InvalidArgument, did_you_mean
from asyncsdk.models import Column

__all__ = ["ColumnLike", "Row", "cells_of", "headings_of"]

ColumnLike: TypeAlias = str | tuple[str, str | None] | Column
"""A heading, a heading and a type, or a column; a heading alone is of type EMAIL if it says "mail" first."""

Row: TypeAlias = Sequence[str] | Mapping[str, str]
"""Cells in the columns' order, or by heading."""


def headings_of(columns: Sequence[ColumnLike]) -> list[Heading]:
    """The columns of a list.

    Raises:
        InvalidArgument: there is none, one has no heading, or a type is unknown.
    """
    if isinstance(columns, str) or not columns:
        raise InvalidArgument(f"columns are one or more headings, not {columns!r}.")
    found = [_heading_of(column) for column in columns]
    if not any(heading.type == "EMAIL" for heading in found):
        for place, heading in enumerate(found):
            if "mail" in heading.heading.casefold():
                found[place] = Heading(heading.heading, "EMAIL")
                break
    return found


def _heading_of(column: ColumnLike) -> Heading:
    if isinstance(column, Column):
        heading = Heading(column.heading, column.type)
    elif isinstance(column, str):
        heading = Heading(column)
    else:
        heading = Heading(*column)
    if not heading.heading:
        raise InvalidArgument(f"A column is a heading, or a heading and its type, not {column!r}.")
    if heading.type is not None and heading.type not in TYPES:
        raise InvalidArgument(
            f"The column {heading.heading} has the type {heading.type!r}, which there is not."
            f"{did_you_mean(str(heading.type), TYPES)}"
        )
    return heading


def cells_of(headings: Sequence[Heading], row: Row, number: int) -> list[str]:
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
                raise InvalidArgument(f"Row {number}: there is no column {name!r}.{did_you_mean(str(name), names)}")
        cells = [row.get(name, "") for name in names]
    else:
        cells = [*row, *[""] * (len(headings) - len(row))]
    if len(cells) > len(headings):
        raise InvalidArgument(f"Row {number} has {len(cells)} cells; the list has {len(headings)} columns.")
    _check_texts(cells, number)
    return cells


def _check_texts(cells: Sequence[object], number: int) -> None:
    for cell in cells:
        if not isinstance(cell, str):
            raise InvalidArgument(f"Row {number} has a cell of type {type(cell).__name__}; every cell is a text.")
