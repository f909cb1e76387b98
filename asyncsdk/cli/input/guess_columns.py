"""What the headings of people's files mean to Act-On."""

from __future__ import annotations

from collections.abc import Sequence

from asyncsdk.models import Column, ColumnType
from asyncsdk.uploads.column_types import guess_column_type

__all__ = ["columns_of", "email_candidates"]


def email_candidates(headings: Sequence[str]) -> list[int]:
    """The places of the columns that by their heading hold e-mail addresses."""
    return [place for place, heading in enumerate(headings) if guess_column_type(heading) == "EMAIL"]


def columns_of(headings: Sequence[str], email_place: int) -> list[Column]:
    """The columns of a list; of several that mean the same, only the first is typed."""
    taken: set[ColumnType] = {"EMAIL"}
    columns: list[Column] = []
    for place, heading in enumerate(headings):
        kind = "EMAIL" if place == email_place else guess_column_type(heading)
        if kind in taken and place != email_place:
            kind = None
        if kind is not None:
            taken.add(kind)
        columns.append(Column(heading, kind))
    return columns
