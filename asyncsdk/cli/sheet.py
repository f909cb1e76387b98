"""A CSV file of contacts: checked as a whole first, then read row by row in constant memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from attrs import frozen

from asyncsdk.cli.exits import Exit, Failure
from asyncsdk.cli.headings import columns_of, email_candidates
from asyncsdk.models import Column

__all__ = ["Row", "Sheet", "open_sheet"]


@frozen
class Row:
    """One row below the headings."""

    number: int
    """From 1, the headings not counted."""

    line: int
    """The line of the file that it begins on, from 1."""

    cells: list[str]


@frozen
class Sheet:
    """A file that was looked through and can be used."""

    path: Path
    headings: list[str]
    email_place: int
    """Which column holds the addresses, from 0."""

    rows: int
    """How many rows stand below the headings; empty lines are none."""

    bom: bool
    """Whether the file starts with a byte order mark."""

    newline: str
    """What ends its lines."""

    @property
    def email_heading(self) -> str:
        """The heading over the addresses."""
        return self.headings[self.email_place]

    def columns(self) -> list[Column]:
        """The columns as an upload declares them."""
        return columns_of(self.headings, self.email_place)

    def read(self) -> Iterator[Row]:
        """The rows, one after the other."""
        with _opened(self.path) as reader:
            next(reader)
            number, line = 0, reader.line_num
            for cells in reader:
                if cells:
                    number += 1
                    yield Row(number, line + 1, cells)
                line = reader.line_num

    def email_in(self, row: Row) -> str:
        """The row's address, without the blanks around it; empty if there is none."""
        return row.cells[self.email_place].strip() if self.email_place < len(row.cells) else ""

    def fields_of(self, row: Row) -> dict[str, str]:
        """The row's other cells by heading; an empty cell is left out, so that it erases nothing."""
        cells = zip(self.headings, row.cells, strict=False)
        return {heading: cell for place, (heading, cell) in enumerate(cells) if cell and place != self.email_place}


def open_sheet(path: Path, email_column: str | None = None) -> Sheet:
    """Look a file through.

    Args:
        path: the file.
        email_column: the heading over the addresses; by default it is found.

    Raises:
        Failure: there is no such file, or it cannot be used; nothing was sent.
    """
    if path.is_dir():
        raise _unusable(f"{path} is a directory, not a CSV file.")
    if path.exists() and not path.is_file():
        raise _unusable(f"{path} is not a regular file, and must be read twice: save it first.")
    start, newline = _start(path)
    with _opened(path) as reader:
        headings = next(reader, None)
        if not headings:
            raise _unusable(f"{path} has no row of headings: it is empty, or starts with an empty line.")
        _check(path, headings)
        email_place = _email_place(path, headings, email_column)
        rows = sum(1 for cells in reader if cells)
    return Sheet(path, headings, email_place, rows, start.startswith(codecs.BOM_UTF8), newline)


class _Reader(Protocol):
    """What ``csv.reader`` gives."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@contextmanager
def _opened(path: Path) -> Generator[_Reader]:
    """The file's rows, whose troubles are told in one line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            yield reader
        except UnicodeDecodeError as error:
            raise _unusable(
                f"{path} is not UTF-8 (behind line {reader.line_num:,}): save it as CSV in UTF-8."
            ) from error
        except csv.Error as error:
            raise _unusable(f"{path}, line {reader.line_num:,}: {error}.") from error


def _start(path: Path) -> tuple[bytes, str]:
    """The file's first bytes, and what ends its first line."""
    with path.open("rb") as file:
        start = file.readline(1 << 16)
    return start, "\r\n" if start.endswith(b"\r\n") else "\n"


def _check(path: Path, headings: list[str]) -> None:
    for place, heading in enumerate(headings, 1):
        if not heading.strip():
            raise _unusable(f"{path}: column {place} has no heading.")
    repeated = next((heading for heading in headings if headings.count(heading) > 1), None)
    if repeated is not None:
        raise _unusable(f"{path} has two columns with the heading {repeated!r}.")


def _email_place(path: Path, headings: list[str], wanted: str | None) -> int:
    if wanted is not None:
        same = [place for place, heading in enumerate(headings) if heading.casefold() == wanted.casefold()]
        if wanted in headings:
            return headings.index(wanted)
        if len(same) == 1:
            return same[0]
        raise _unusable(f"{path} has no column {wanted!r}; it has {_listed(headings)}.")
    found = email_candidates(headings)
    if not found:
        raise _unusable(
            f"{path}: no heading looks like an e-mail address: name it with --email-column; it has"
            f" {_listed(headings)}."
        )
    if len(found) > 1:
        raise _unusable(
            f"{path}: several columns may hold the address: choose one with --email-column:"
            f" {_listed([headings[place] for place in found])}."
        )
    return found[0]


def _listed(headings: list[str]) -> str:
    shown = ", ".join(repr(heading) for heading in headings[:12])
    return shown if len(headings) <= 12 else f"{shown} and {len(headings) - 12} more"


def _unusable(line: str) -> Failure:
    return Failure(Exit.BAD_INPUT, line)
