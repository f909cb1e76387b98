"""Column types, guessed from the headings of a file."""

from __future__ import annotations

from collections.abc import Sequence

from asyncsdk.models import Column, ColumnType
from asyncsdk.uploads.column_types import guess_column_type

__all__ = ["declared_columns", "email_candidates"]


def email_candidates(headings: Sequence[str]) -> list[int]:
    """The places of the columns that by their heading hold e-mail addresses."""
    return [index for index, heading in enumerate(headings) if guess_column_type(heading) == "EMAIL"]


def declared_columns(headings: Sequence[str], email_index: int) -> list[Column]:
    """The columns of a list; of several that mean the same, only the first is typed."""
    taken: set[ColumnType] = {"EMAIL"}
    columns: list[Column] = []
    for index, heading in enumerate(headings):
        kind = "EMAIL" if index == email_index else guess_column_type(heading)
        if kind in taken and index != email_index:
            kind = None
        if kind is not None:
            taken.add(kind)
        columns.append(Column(heading, kind))
    return columns
