"""CSV export: a whole list in one call; the file appears only if it holds every row."""

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
from asyncsdk.downloads.caller import DownloadCaller
from asyncsdk.downloads.completeness import counted
from asyncsdk.downloads.formula_filter import FormulaFilter
from asyncsdk.downloads.query import Query
from asyncsdk.errors import ListChanged, ReplyLost
from asyncsdk.files.atomic_write import AtomicFile
from asyncsdk.files.csv_row_counter import CsvRowCounter
from asyncsdk.routing.route import route_of

__all__ = ["OnProgress", "export"]

OnProgress: TypeAlias = Callable[[models.ExportProgress], None]
"""Called with the progress of an export."""

BLOCK_BYTES: Final = 1 << 20
"""Size of a write."""

PROGRESS_SECONDS: Final = 1.0
"""Time between two reports of progress while no whole block has come."""

_log = logging.getLogger("asyncsdk")
_PAGE: Final = route_of(Lists.download)
_CSV: Final = route_of(Lists.download_rows)


@frozen
class _Written:
    """Counts of one answer that was written to the file."""

    rows: int
    size: int
    """Bytes received."""
    written: int
    """Bytes written."""
    ended: bool
    """Whether the last row ends with a line end."""


async def export(
    caller: DownloadCaller,
    query: Query,
    path: Path,
    on_progress: OnProgress | None,
    *,
    defuse_formulas: bool = False,
) -> models.ExportReport:
    """Write a list to a file.

    Raises:
        ListChanged: twice, other rows came than the server counts.
        ReplyLost: twice, the answer broke off.
    """
    began = asyncio.get_running_loop().time()
    with AtomicFile(path) as file:
        exporter = _Exporter(caller, query, file, on_progress, defuse_formulas=defuse_formulas)
        written_file = await exporter.first()
        again = written_file is None
        if written_file is None:
            _log.info(
                "An export did not get every row, or the list changed meanwhile: asking once more.",
                extra={"acton_event": "download_repeated"},
            )
            file.restart()
            written_file = await exporter.second()
        await file.settle()
        seconds = asyncio.get_running_loop().time() - began
        file.commit()
    return models.ExportReport(written_file.rows, written_file.written, file.path, seconds, again)


class _Exporter:
    """Requests a list at most twice."""

    def __init__(
        self,
        caller: DownloadCaller,
        query: Query,
        file: AtomicFile,
        on_progress: OnProgress | None,
        *,
        defuse_formulas: bool,
    ) -> None:
        self._caller = caller
        self._query = query
        self._file = file
        self._on_progress = on_progress
        self._defuse_formulas = defuse_formulas
        self._size_before: int | None = None

    async def first(self) -> _Written | None:
        """The first attempt; None if rows may be missing."""
        before = await self._total()
        try:
            written_file = await self._write_answer(before)
        except ReplyLost:
            return None
        self._size_before = written_file.size
        if not written_file.ended:
            return None
        # Fewer than there are now: the list grew, or the answer was cut at the end of a row.
        return written_file if written_file.rows == before or written_file.rows == await self._total() else None

    async def second(self) -> _Written:
        """The second attempt.

        Raises:
            ListChanged: other rows came than the server counts.
        """
        before = await self._total()
        written_file = await self._write_answer(before)
        # An answer that ends at the same byte twice is not cut: the server finishes no last row.
        ended = written_file.ended or written_file.size == self._size_before
        if ended and (written_file.rows == before or await self._fits(written_file.rows, before)):
            return written_file
        raise ListChanged(
            f"Twice, {written_file.rows:,} rows came where the server counts {before:,},"
            f"{'' if ended else ' the last one unfinished,'} so that rows may be missing; nothing was written."
        )

    async def _fits(self, rows: int, before: int) -> bool:
        """Whether the total is now that many rows or more: a list may keep growing."""
        after = await self._total()
        return rows == after or before <= rows <= after

    async def _total(self) -> int:
        arguments = self._query.arguments(count=1, offset=0)
        response = await self._caller.send(_PAGE, arguments)
        page: models.ListPage = decode_result(models.ListPage, response)
        return counted(page.total_count, response)

    async def _write_answer(self, total: int) -> _Written:
        """Write one answer to the file."""
        now = asyncio.get_running_loop().time
        began = told = now()
        count = CsvRowCounter()
        size = written = 0
        defuser = FormulaFilter() if self._defuse_formulas else None
        self._tell(count, size, total, began)
        async with self._caller.stream(_CSV, self._query.arguments()) as pieces:
            block = bytearray()
            async for piece in pieces:
                count.add(piece)
                size += len(piece)
                block += piece if defuser is None else defuser.feed(piece)
                if len(block) >= BLOCK_BYTES:
                    await self._file.write(bytes(block))
                    written += len(block)
                    block.clear()
                elif now() - told < PROGRESS_SECONDS:
                    continue
                told = now()
                self._tell(count, size, total, began)
            await self._file.write(bytes(block))
            written += len(block)
        self._tell(count, size, total, began)
        return _Written(max(0, count.rows - 1), size, written, count.ended)

    def _tell(self, count: CsvRowCounter, size: int, total: int, began: float) -> None:
        if self._on_progress is not None:
            rows = max(0, count.rows - 1)
            seconds = asyncio.get_running_loop().time() - began
            rate = rows / seconds if seconds > 0 else 0.0
            self._on_progress(models.ExportProgress(rows, total, size, rate))
