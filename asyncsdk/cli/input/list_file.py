"""List file: the CSV file that makes a list, written from rows of a sheet; and the rows that are rejected."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final

from attrs import define, field

from asyncsdk.bulk.sources.chunk import Chunk, ColumnLayout
from asyncsdk.bulk.staging.irregular_rows import full_row
from asyncsdk.cli.input.checked_file import CheckedFile
from asyncsdk.files.anonymous_file import anonymous_file, discard
from asyncsdk.files.csv_codec import LINE_END, lines_of
from asyncsdk.files.csv_lines import line_of
from asyncsdk.files.disk_errors import temporary_store_errors
from asyncsdk.uploads.line_numbers import LineNumbers
from asyncsdk.uploads.list_columns import ListColumns
from asyncsdk.uploads.match_rejects import RejectReasons
from asyncsdk.uploads.rejects import Rejects
from asyncsdk.uploads.rejects_file import RejectsForm, write_rejects

__all__ = ["ListFile"]

HALF: Final = "half a character, which no encoding can say"


@define(eq=False)
class ListFile:
    """CSV in UTF-8, separated by commas, with a cell for each of the sheet's headings in every row.

    Args:
        sheet: where the rows come from.
    """

    sheet: CheckedFile
    file: BinaryIO = field(factory=anonymous_file, init=False, repr=False)
    rejects: Rejects = field(factory=Rejects, init=False, repr=False)
    """Rows that are left out, and rows that Act-On has rejected."""

    _lines: LineNumbers = field(factory=LineNumbers, init=False, repr=False)

    def write(self) -> None:
        """Write it; what cannot be written goes to the rejects.

        Raises:
            StoreFailed: there is no room for it.
        """
        with temporary_store_errors():
            self.file.write(lines_of([self.sheet.headings]).encode())
            for chunk in self.sheet.chunks():
                self._take(chunk)
            self.file.seek(0)
        self.rejects.locate(self._lines)

    def _take(self, chunk: Chunk) -> None:
        if chunk.malformed is not None:
            number, line = chunk.malformed.number, chunk.malformed.line
            self._lines.add(number, range(line, line + 1))
            self.rejects.add_malformed(chunk.malformed, chunk.names)
            return
        self._lines.add(chunk.first, chunk.lines)
        headings = self.sheet.headings
        places = tuple(headings.index(name.strip()) for name in chunk.names)
        layout = ColumnLayout(chunk.names, len(headings), places, self.sheet.email_index)
        written = layout.lines(chunk.rows)
        if written is not None:
            self.file.write(written[1])
            return
        for place, row in enumerate(chunk.rows, chunk.first):
            try:
                text = line_of(full_row(layout.cells(row), len(headings)))
            except ValueError as error:
                why = HALF if isinstance(error, UnicodeError) else str(error)
                self.rejects.add([(place, dict(zip(chunk.names, row, strict=True)), why)])
            else:
                self.file.write(text + LINE_END.encode())

    async def join(self, told: AsyncIterator[Mapping[str, str]]) -> int:
        """Find rows again that Act-On has rejected, by their addresses; gives how many.

        Args:
            told: the rows of Act-On's file of rejects.
        """
        sheet, found = self.sheet, 0
        with closing(RejectReasons(ListColumns("", tuple(sheet.headings), sheet.email_index))) as reasons:
            async for record in told:
                reasons.add(record)
            for row in sheet.read():
                why = reasons.of(sheet.email_in(row))
                if why is not None:
                    self.rejects.add([(row.number, dict(zip(sheet.headings, row.cells, strict=True)), why)])
                    found += 1
        self.rejects.locate(self._lines)
        return found

    def write_rejects(self, path: Path) -> None:
        """Write the rejects, as the sheet's file is written, and why beside it.

        Raises:
            StoreFailed: they cannot be written.
        """
        form = self.sheet.form
        write_rejects(
            path,
            self.rejects,
            RejectsForm(self.sheet.headings, form.encoding_like(self.sheet.path), form.separator),
        )

    def close(self) -> None:
        """Give the disk back."""
        discard(self.file)
        self._lines.close()
