"""Malformed row: a line of a file that does not fit its columns."""

from __future__ import annotations

from attrs import field, frozen

__all__ = ["MalformedRow"]


@frozen
class MalformedRow:
    """A row of a file that does not fit the file's columns."""

    number: int
    """Its place among the rows, from 1."""

    line: int
    """The line on which it begins, from 1."""

    cells: tuple[str, ...] = field(repr=False)
    """The cells of a row of CSV, or the whole line as one text."""

    reason: str
    """What is wrong with it: a sentence without its subject, the row."""
