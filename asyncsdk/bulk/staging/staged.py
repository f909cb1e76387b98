"""Staged input: files to upload, and a few rows that are sent by themselves."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from attrs import define, field

from asyncsdk.bulk.staging.extract_rows import extract_rows
from asyncsdk.bulk.staging.irregular_rows import CellsByIndex, SingleRows
from asyncsdk.models.clear import CLEAR
from asyncsdk.uploads.cooperation import let_others_run
from asyncsdk.uploads.csv_spool import Spool, UploadFile
from asyncsdk.uploads.line_numbers import LineNumbers
from asyncsdk.uploads.list_columns import ListColumns
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["StagedInput"]


@define(eq=False)
class StagedInput:
    """The whole input, ready to be sent."""

    columns: ListColumns
    indexes: Mapping[str, int]
    """The input's columns, and the place in the list of each."""

    rows: int = 0
    merged: int = 0
    rejected: int = 0
    """Rows that cannot be sent."""

    unchanged: int = 0
    """Rows that need not be sent."""

    left_out: tuple[str, ...] = ()
    """The input's columns that only Act-On can write."""

    ignored: tuple[str, ...] = ()
    """The input's columns that the caller does not want to be sent."""

    files: list[UploadFile] = field(factory=list[UploadFile])
    """Rows to upload."""

    single: SingleRows = field(factory=SingleRows)
    """Rows that clear something, too few of a kind to fill a file."""

    lines: LineNumbers = field(factory=LineNumbers, repr=False)
    """The lines of the file that the rows stand on, if they come from one."""

    @property
    def to_send(self) -> int:
        """How many rows are to be sent."""
        return sum(file.rows for file in self.files) + len(self.single)

    async def digest(self) -> str:
        """Digest of what is to be sent."""
        whole = blake2b(digest_size=16)
        for file in self.files:
            whole.update((await file.digest()).encode())
        whole.update(self.single.digest.encode())
        return whole.hexdigest()

    def named(self, cells: Sequence[str], touched: frozenset[int] | None) -> dict[str, Any]:
        """A row of a file under the input's own names."""
        written = touched or frozenset()
        return {name: cells[place] or (CLEAR if place in written else "") for name, place in self.indexes.items()}

    def all_rows(self, *, in_files: bool) -> Generator[tuple[int, CellsByIndex]]:
        """The rows with their numbers.

        Args:
            in_files: whether those of the files are wanted, too.
        """
        for file in self.files if in_files else ():
            for number, cells in file.read():
                if file.touched is None:
                    yield number, {place: cell for place, cell in enumerate(cells) if cell}
                else:
                    yield number, {place: cells[place] or CLEAR for place in sorted(file.touched)}
        yield from self.single

    async def exclude(self, numbers: RowNumbers, limit: int) -> None:
        """Exclude rows that need not be sent.

        Args:
            numbers: which.
            limit: the most bytes of a file.
        """
        if not numbers:
            return
        before = self.to_send
        whole, self.files = self.files, []
        try:
            while whole:
                self.files.extend(await _without(whole[0], numbers, limit))
                await whole.pop(0).delete()
        finally:
            self.files.extend(whole)
        self.single.exclude(numbers)
        self.unchanged = before - self.to_send

    async def part_of(self, number: int, held: RowNumbers) -> UploadFile:
        """A file of some of the rows of one of the files; the caller deletes it.

        Args:
            number: the file.
            held: the numbers of the rows.
        """
        file, others = self.files[number], RowNumbers()
        for place, row in enumerate(file.numbers()):
            if row not in held:
                others.add(row)
            await let_others_run(place)
        (part_of_it,) = await _without(file, others, file.size)
        return part_of_it

    async def delete_files(self) -> None:
        """Delete the files."""
        try:
            for file in self.files:
                await file.delete()
        finally:
            self.close()

    def close(self) -> None:
        """Delete the files at once."""
        self.single.close()
        self.lines.close()
        for file in self.files:
            file.close()


async def _without(file: UploadFile, left_out: RowNumbers, limit: int) -> list[UploadFile]:
    """The rows of a file that are not left out."""
    kept = Spool(file.columns, limit, file.touched, file.sizes)
    try:
        async for _ in extract_rows(file, left_out, kept):
            pass
    except BaseException:
        kept.close()
        raise
    return kept.files
