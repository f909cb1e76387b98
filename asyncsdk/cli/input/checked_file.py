"""Input file of ``upload``: checked as a whole, then read row by row in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import define, frozen

from asyncsdk.bulk.sources.chunk import Chunk
from asyncsdk.bulk.sources.files import FileFormat, file_chunks
from asyncsdk.bulk.staging.duplicates import Duplicates
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.input.file_options import check_separator, file_format
from asyncsdk.cli.input.guess_columns import declared_columns, email_candidates
from asyncsdk.files.headings import RECORD_ID
from asyncsdk.models import Column
from asyncsdk.uploads.addresses import normalized_address

__all__ = ["CheckedFile", "FileRow", "count_duplicates", "open_checked_file"]


@frozen
class FileRow:
    """One row of a file."""

    number: int
    """From 1, the headings not counted."""

    line: int
    """The line of the file that it begins on, from 1."""

    cells: list[Any]
    """By the file's headings; None where a row of a JSON Lines file lacks one."""


@define
class CheckedFile:
    """A file that was checked and can be used."""

    path: Path
    form: FileFormat
    headings: list[str]
    """Without the blanks around them."""

    email_index: int
    """Which column holds the addresses, from 0."""

    rows: int
    """How many rows there are; empty lines are none."""

    @property
    def email_heading(self) -> str:
        """The heading over the addresses."""
        return self.headings[self.email_index]

    def columns(self) -> list[Column]:
        """The columns as an upload declares them."""
        return declared_columns(self.headings, self.email_index)

    def chunks(self) -> Iterator[Chunk]:
        """The rows, many at a time, with the headings of the file; a malformed one by itself.

        Half of them may be malformed: there is no list yet that they could harm.
        """
        for chunk in file_chunks(self.path, self.form, half=True):
            yield chunk.without({RECORD_ID})

    def read(self) -> Iterator[FileRow]:
        """The rows that fit the headings, one after the other."""
        for chunk in self.chunks():
            indexes = [_index_of(name, chunk.names) for name in self.headings]
            for offset, (row, line) in enumerate(zip(chunk.rows, chunk.lines, strict=False)):
                cells = [None if index is None else row[index] for index in indexes]
                yield FileRow(chunk.first + offset, line, cells)

    def email_in(self, row: FileRow) -> str:
        """The row's address, without the blanks around it; empty if there is none."""
        return str(row.cells[self.email_index] or "").strip()

    def fields_of(self, row: FileRow) -> dict[str, Any]:
        """The row's other cells by heading; an empty cell is left out, so that it erases nothing."""
        cells = zip(self.headings, row.cells, strict=True)
        return {heading: cell for index, (heading, cell) in enumerate(cells) if cell and index != self.email_index}


def open_checked_file(
    path: Path, email_column: str | None = None, encoding: str = "utf-8-sig", separator: str = ","
) -> CheckedFile:
    """Open a file and check all of it.

    Args:
        path: a CSV file, or a JSON Lines file.
        email_column: the heading over the e-mail addresses; by default it is found.
        encoding: how it is encoded.
        separator: what separates its cells.

    Raises:
        Failure: there is no such file, or it cannot be used; nothing was sent.
        InvalidArgument: it cannot be read.
    """
    if path.is_dir():
        raise _unusable(f"{path} is a directory, not a CSV file.")
    if path.exists() and not path.is_file():
        raise _unusable(f"{path} is not a regular file, and must be read twice: save it first.")
    form = file_format(encoding, separator)
    sheet = CheckedFile(path, form, [], 0, 0)
    headings: dict[str, None] = {}
    for chunk in sheet.chunks():
        for name in chunk.names:
            headings.setdefault(name.strip())
        sheet.rows += len(chunk.rows) + (chunk.malformed is not None)
    sheet.headings = list(headings)
    if len(headings) == 1:
        check_separator(path, sheet.headings[0], form)
    sheet.email_index = _email_index(path, sheet.headings, email_column)
    return sheet


async def count_duplicates(sheet: CheckedFile) -> int:
    """Count the rows that share their address with another row, in constant memory."""
    repeats = Duplicates()
    try:
        for chunk in sheet.chunks():
            index = _index_of(sheet.email_heading, chunk.names)
            if chunk.malformed is not None:
                repeats.skip()
            for row in chunk.rows:
                key = "" if index is None else normalized_address(str(row[index] or ""))
                if key:
                    repeats.add([key])
                else:
                    repeats.skip()
        return len(await repeats.find())
    finally:
        repeats.close()


def _index_of(heading: str, names: tuple[str, ...]) -> int | None:
    return next((index for index, name in enumerate(names) if name.strip() == heading), None)


def _email_index(path: Path, headings: list[str], wanted: str | None) -> int:
    if wanted is not None:
        wanted = wanted.strip()
        same = [index for index, heading in enumerate(headings) if heading.casefold() == wanted.casefold()]
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
            f" {_listed([headings[index] for index in found])}."
        )
    return found[0]


def _listed(headings: list[str]) -> str:
    shown = ", ".join(repr(heading) for heading in headings[:12])
    return shown if len(headings) <= 12 else f"{shown} and {len(headings) - 12} more"


def _unusable(line: str) -> Failure:
    return Failure(Exit.BAD_INPUT, line)
