"""Rows that Act-On rejected, found again in the file that was uploaded.

The layout of Act-On's file of rejects is not published: a row is known by the cell under the heading of the
address, or else by any cell that is the address of a row that was sent; a column that is not the list's own is
taken for the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from itertools import islice
from typing import Any, Final

from asyncsdk.api import TABLE
from asyncsdk.bulk.staging.staged import BATCH, StagedInput
from asyncsdk.files.sqlite import anonymous_database
from asyncsdk.http.call_count import CallCount
from asyncsdk.transport.options import CallOptions
from asyncsdk.uploads.addresses import normalized_address
from asyncsdk.uploads.caller import Caller
from asyncsdk.uploads.csv_spool import UploadFile
from asyncsdk.uploads.list_columns import ListColumns
from asyncsdk.uploads.rejects import Rejects

__all__ = ["join_rejects", "keys_of", "reason_of"]

NO_REASON: Final = "Act-On rejected it"


async def join_rejects(
    link: Caller,
    staged: StagedInput,
    file: UploadFile,
    rejects_file: str,
    rejects: Rejects,
    count: CallCount,
    *,
    at_most: int | None = None,
) -> int:
    """Keep the rejected rows of an upload with their numbers; gives how many were found.

    Args:
        link: the session.
        staged: the input.
        file: what was uploaded.
        rejects_file: where Act-On's file of rejects is.
        rejects: takes the rows.
        count: counts the calls.
        at_most: how many there can be; where more are found, the file names others, too, and none is kept.
    """
    told = anonymous_database()
    try:
        told.execute("CREATE TABLE told (key TEXT PRIMARY KEY, reason TEXT) WITHOUT ROWID")
        async with aclosing(
            link.walk(_REJECTED, {"report": rejects_file}, CallOptions(counter=count))
        ) as rows_told:
            async for row in rows_told:
                reason = reason_of(row, staged.shape)
                told.executemany(
                    "INSERT OR IGNORE INTO told VALUES (?, ?)",
                    [(key, reason) for key in keys_of(row, staged.shape)],
                )

        def rejected() -> Iterator[tuple[int, Mapping[str, Any], str] | None]:
            for number, cells in file.read():
                key = normalized_address(cells[staged.shape.email])
                why = told.execute("SELECT reason FROM told WHERE key = ?", (key,)).fetchone()
                yield (number, staged.named(cells, file.touched), why[0]) if why else None

        if at_most is not None and await _more_than(at_most, rejected()):
            return 0
        found = 0
        rows = rejected()
        while batch := list(islice(rows, BATCH)):
            known = [row for row in batch if row is not None]
            rejects.add(known)
            found += len(known)
            await asyncio.sleep(0)
        return found
    finally:
        told.close()


async def _more_than(most: int, rows: Iterator[object | None]) -> bool:
    found = 0
    for place, row in enumerate(rows):
        found += row is not None
        if found > most:
            return True
        if place % BATCH == 0:
            await asyncio.sleep(0)
    return False


def keys_of(row: Mapping[str, str], shape: ListColumns) -> list[str]:
    """The addresses that a row of Act-On's file of rejects speaks of."""
    heading = shape.headings[shape.email]
    if heading in row:
        return [normalized_address(row[heading])]
    return [normalized_address(cell) for cell in row.values() if "@" in cell]


def reason_of(row: Mapping[str, str], shape: ListColumns) -> str:
    """Why Act-On rejected a row, as far as its file of rejects says."""
    said = [cell for name, cell in row.items() if name not in shape.headings and cell and "@" not in cell]
    return f"{NO_REASON}: {'; '.join(said)}" if said else NO_REASON


_REJECTED: Final = TABLE["lists.rejected_records"]
