"""A whole list as a CSV file: one call, and a file that appears only if it holds every row."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from attrs import frozen

from asyncsdk import models
from asyncsdk.api import Lists
from asyncsdk.decoding.results import decode_result
from asyncsdk.downloads.caller import Source
from asyncsdk.downloads.completeness import counted
from asyncsdk.downloads.formula_filter import FormulaFilter
from asyncsdk.downloads.query import Query
from asyncsdk.errors import ListChanged, ReplyLost
from asyncsdk.files.atomic_write import AtomicFile
from asyncsdk.files.csv_row_counter import CsvRowCounter
from asyncsdk.routing.route import route_of

__all__ = ["Progress", "export"]

Progress: TypeAlias = Callable[[models.ExportProgress], None]
"""Told how far an export is."""

BLOCK: Final = 1 << 20
"""Bytes that are written at a time."""

PACE: Final = 1.0
"""Seconds after which progress is told, if anything has come, although there is no whole block."""

_log = logging.getLogger("asyncsdk")
_PAGE: Final = route_of(Lists.download)
_CSV: Final = route_of(Lists.download_rows)


@frozen
class _Poured:
    """What came in one answer."""

    rows: int
    size: int
    """Bytes that came."""
    written: int
    """Bytes of the file."""
    ended: bool
    """Whether the last row was finished by a line end."""


async def export(
    source: Source, query: Query, path: Path, on_progress: Progress | None, *, defuse_formulas: bool = False
) -> models.ExportReport:
    """Write a list to a file.

    Raises:
        ListChanged: twice, other rows came than the server counts.
        ReplyLost: twice, the answer broke off.
    """
    began = asyncio.get_running_loop().time()
    with AtomicFile(path) as file:
        exporting = _Export(source, query, file, on_progress, defuse_formulas=defuse_formulas)
        poured = await exporting.first()
        again = poured is None
        if poured is None:
            _log.info("An export did not get every row, or the list changed meanwhile: asking once more.")
            file.restart()
            poured = await exporting.second()
        await file.settle()
        seconds = asyncio.get_running_loop().time() - began
        file.commit()
    return models.ExportReport(poured.rows, poured.written, file.path, seconds, again)


class _Export:
    """Asks for a list at most twice."""

    def __init__(
        self,
        source: Source,
        query: Query,
        file: AtomicFile,
        on_progress: Progress | None,
        *,
        defuse_formulas: bool,
    ) -> None:
        self._source = source
        self._query = query
        self._file = file
        self._on_progress = on_progress
        self._defuse_formulas = defuse_formulas
        self._size_before: int | None = None

    async def first(self) -> _Poured | None:
        """What came, or None if it may be less than all."""
        before = await self._total()
        try:
            poured = await self._pour(before)
        except ReplyLost:
            return None
        self._size_before = poured.size
        if not poured.ended:
            return None
        # Fewer than there are now: the list grew, or the answer was cut at the end of a row.
        return poured if poured.rows == before or poured.rows == await self._total() else None

    async def second(self) -> _Poured:
        """What came this time."""
        before = await self._total()
        poured = await self._pour(before)
        # An answer that ends at the same byte twice is not cut: the server finishes no last row.
        ended = poured.ended or poured.size == self._size_before
        if ended and (poured.rows == before or await self._fits(poured.rows, before)):
            return poured
        raise ListChanged(
            f"Twice, {poured.rows:,} rows came where the server counts {before:,},"
            f"{'' if ended else ' the last one unfinished,'} so that rows may be missing; nothing was written."
        )

    async def _fits(self, rows: int, before: int) -> bool:
        """Whether there are as many rows now, or more: a list that keeps growing is no error."""
        after = await self._total()
        return rows == after or before <= rows <= after

    async def _total(self) -> int:
        arguments = self._query.arguments(count=1, offset=0)
        response = await self._source.send(_PAGE, arguments)
        page: models.ListPage = decode_result(models.ListPage, response)
        return counted(page.total_count, response)

    async def _pour(self, total: int) -> _Poured:
        """Write one answer to the file."""
        now = asyncio.get_running_loop().time
        began = told = now()
        count = CsvRowCounter()
        size = written = 0
        defuser = FormulaFilter() if self._defuse_formulas else None
        self._tell(count, size, total, began)
        async with self._source.stream(_CSV, self._query.arguments()) as pieces:
            block = bytearray()
            async for piece in pieces:
                count.add(piece)
                size += len(piece)
                block += piece if defuser is None else defuser.feed(piece)
                if len(block) >= BLOCK:
                    await self._file.write(bytes(block))
                    written += len(block)
                    block.clear()
                elif now() - told < PACE:
                    continue
                told = now()
                self._tell(count, size, total, began)
            await self._file.write(bytes(block))
            written += len(block)
        self._tell(count, size, total, began)
        return _Poured(max(0, count.rows - 1), size, written, count.ended)

    def _tell(self, count: CsvRowCounter, size: int, total: int, began: float) -> None:
        if self._on_progress is not None:
            rows = max(0, count.rows - 1)
            seconds = asyncio.get_running_loop().time() - began
            rate = rows / seconds if seconds > 0 else 0.0
            self._on_progress(models.ExportProgress(rows, total, size, rate))
