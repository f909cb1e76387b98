"""Stager: one pass over the input, in constant memory, before anything is sent.

Most rows are written straight into the files that will be uploaded. Irregular rows are kept apart: those that clear
a value, and those that share their address with another row, which is known only at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from math import ceil
from typing import Any, Final

from asyncsdk.bulk.sources.chunk import Chunk, ColumnLayout
from asyncsdk.bulk.staging.distribute import distribute
from asyncsdk.bulk.staging.duplicates import Duplicates
from asyncsdk.bulk.staging.extract_rows import extract_rows
from asyncsdk.bulk.staging.irregular_rows import CellsByIndex, IrregularRows, full_row
from asyncsdk.bulk.staging.row_writer import RowWriter
from asyncsdk.bulk.staging.sizes import StagingSizes
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.files.csv_lines import cell_in, line_of
from asyncsdk.files.disk_errors import temporary_store_errors
from asyncsdk.files.headings import RECORD_ID
from asyncsdk.models.clear import CLEAR
from asyncsdk.uploads.addresses import address_problem, all_normalized, all_usable, normalized_address
from asyncsdk.uploads.csv_spool import Spool
from asyncsdk.uploads.list_columns import ColumnMapper
from asyncsdk.uploads.malformed_row import MalformedRow
from asyncsdk.uploads.rejects import Rejects
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["Stager"]

FEW: Final = 10
"""Rows that are looked at one by one; more are split into so many parts."""


class Stager:
    """One pass over the input.

    Args:
        mapper: finds the columns.
        limit: the most bytes of a file.
        rejects: takes the rows that cannot be sent.
        sizes: of buffers and partitions.
    """

    def __init__(
        self, mapper: ColumnMapper, limit: int, rejects: Rejects, sizes: StagingSizes | None = None
    ) -> None:
        self._sizes = sizes or StagingSizes()
        self._mapper = mapper
        self._limit = limit
        self._rejects = rejects
        self._width = len(mapper.columns.headings)
        self._layouts: dict[tuple[str, ...], ColumnLayout] = {}
        self._duplicates = Duplicates(self._sizes)
        self._irregular = IrregularRows(self._width, self._sizes)
        self._spools: list[Spool] = []
        self._plain = self._spool()
        self._email = mapper.columns.email
        self._staged = StagedInput(mapper.columns, {})
        self._names: dict[int, str] = {}

    def _spool(self, touched: frozenset[int] | None = None) -> Spool:
        spool = Spool(self._mapper.columns, self._limit, touched, self._sizes.spool)
        self._spools.append(spool)
        return spool

    async def run(self, chunks: AsyncGenerator[Chunk], saw: Callable[[int], None]) -> StagedInput:
        """Read everything.

        Args:
            chunks: the input.
            saw: called with the number of rows read so far.

        Raises:
            InvalidArgument: a column is unknown, ambiguous or missing.
            StoreFailed: there is no room for temporary files.
        """
        try:
            async with aclosing(chunks):
                async for chunk in chunks:
                    with temporary_store_errors():
                        self._stage(chunk)
                    saw(self._staged.rows)
                    await asyncio.sleep(0)  # other calls of the session go on
            with temporary_store_errors():
                await self._distribute()
        except BaseException:
            for spool in self._spools:
                spool.close()
            self._staged.close()
            raise
        finally:
            self._duplicates.close()
            self._irregular.close()
        return self._staged

    def _stage(self, chunk: Chunk) -> None:
        if chunk.malformed is not None:
            self._reject(chunk.malformed, chunk.names)
            return
        self._staged.rows += len(chunk.rows)
        self._staged.lines.add(chunk.first, chunk.lines)
        if RECORD_ID in chunk.names and RECORD_ID not in self._mapper.columns.headings:
            self._staged.left_out = (RECORD_ID,)
            chunk = chunk.without({RECORD_ID})
        ignored = self._mapper.naming.ignored(chunk.names)
        self._staged.ignored = tuple(
            dict.fromkeys((*self._staged.ignored, *filter(ignored.__contains__, chunk.names)))
        )
        said = chunk.without(ignored)
        self._stage_rows(said, self._layout(said.names), chunk)

    def _reject(self, row: MalformedRow, names: Sequence[str]) -> None:
        """A row that does not fit the columns of its file."""
        self._staged.rows += 1
        self._staged.lines.add(row.number, range(row.line, row.line + 1))
        self._rejects.add_malformed(row, names)
        self._staged.rejected += 1
        self._duplicates.skip()

    def _stage_rows(self, chunk: Chunk, layout: ColumnLayout, whole: Chunk) -> None:
        """Stage rows, or keep them for later; ``whole`` has their ignored columns, too."""
        addresses, text = layout.lines(chunk.rows) or ((), None)
        if text is not None and all_usable(addresses):
            self._duplicates.add(all_normalized(addresses))
            if chunk.rows:
                self._plain.add(text, [range(chunk.first, chunk.first + len(chunk.rows))])
        elif len(chunk.rows) <= FEW:
            self._stage_one_by_one(chunk, layout, whole)
        else:  # the irregular rows are in few of its parts
            size = ceil(len(chunk.rows) / FEW)
            for start in range(0, len(chunk.rows), size):
                some = Chunk(chunk.first + start, chunk.names, chunk.rows[start : start + size])
                self._stage_rows(some, layout, whole)

    def _layout(self, names: tuple[str, ...]) -> ColumnLayout:
        layout = self._layouts.get(names)
        if layout is None:
            columns = self._mapper.columns
            places = self._mapper.indexes(names)
            for name, place in zip(names, places, strict=True):
                other = self._names.setdefault(place, name)
                if other != name:
                    heading = columns.headings[place]
                    raise self._mapper.mismatch(f"{other!r} and {name!r} both mean the column {heading!r}")
            layout = self._layouts[names] = ColumnLayout(names, self._width, places, columns.email)
        return layout

    def _stage_one_by_one(self, chunk: Chunk, layout: ColumnLayout, whole: Chunk) -> None:
        """Stage row by row a chunk in which a value clears, is not a text, or is not a usable address."""
        plain = RowWriter(self._plain, self._sizes.rows_per_write)
        rejected: list[tuple[int, Mapping[str, Any], str]] = []
        for number, row in enumerate(chunk.rows, chunk.first):
            said = self._cells(layout, row)
            if isinstance(said, str):
                cells = whole.rows[number - whole.first]
                rejected.append((number, dict(zip(whole.names, cells, strict=True)), said))
                self._duplicates.skip()
                continue
            key = normalized_address(str(said[self._email]))
            self._duplicates.add([key])
            if CLEAR in said.values():
                self._irregular.add(number, key, said)
            else:
                plain.add(number, line_of(full_row(said, self._width)))
        plain.flush()
        self._rejects.add(rejected)
        self._staged.rejected += len(rejected)

    def _cells(self, layout: ColumnLayout, row: Sequence[Any]) -> CellsByIndex | str:
        """Cells of a row, or the reason why it cannot be sent."""
        try:
            cells = layout.cells(row)
        except ValueError as error:
            return str(error)
        address = cells.get(self._email, "")
        if address is CLEAR:
            return "the address cannot be cleared"
        cells[self._email] = str(address).strip()
        return address_problem(str(cells[self._email])) or cells

    async def _distribute(self) -> None:
        """Put every row where it is sent from."""
        staged = self._staged
        staged.indexes = {name: place for place, name in self._names.items()}
        if staged.indexes:
            missing = self._mapper.naming.missing((*staged.indexes, *staged.ignored))
            if missing is not None:
                raise self._mapper.mismatch(missing)
        if staged.rows and self._email not in self._names:
            raise self._mapper.mismatch(f"no column {self._mapper.key!r} holds the address")
        duplicates = await self._duplicates.find()
        if duplicates:
            await self._extract_duplicates(duplicates)
        await distribute(self._irregular, self._plain, self._spool, staged, self._sizes)
        staged.files = [file for spool in self._spools for file in spool.files]

    async def _extract_duplicates(self, repeated: RowNumbers) -> None:
        """Move the rows whose address comes again out of the files."""
        mixed, self._plain = self._plain, self._spool()
        while mixed.files:
            async with aclosing(extract_rows(mixed.files[0], repeated, self._plain)) as parts:
                async for taken in parts:
                    self._keep(taken)
            await mixed.files.pop(0).delete()

    def _keep(self, taken: Sequence[tuple[int, bytes]]) -> None:
        """Keep rows whose address comes again."""
        for number, line in taken:
            self._irregular.add_line(number, normalized_address(cell_in(line, self._email)), line)
