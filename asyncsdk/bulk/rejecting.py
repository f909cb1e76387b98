"""Rows that Act-On rejected, found again in the file that was uploaded.

The layout of Act-On's file of rejects is not published: a row is known by the cell under the heading of the
address, or else by any cell that is the address of a row that was sent; a column that is not the list's own is
taken for the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from asyncsdk.api import TABLE
from asyncsdk.bulk.address import key_of
from asyncsdk.bulk.headings import ListShape
from asyncsdk.bulk.link import Link
from asyncsdk.bulk.rejects import Rejects
from asyncsdk.bulk.spool import SpooledFile
from asyncsdk.bulk.staging import Staged
from asyncsdk.message import CallCount
from asyncsdk.models.lists import UploadReport

__all__ = ["join_rejects"]

NO_REASON: Final = "Act-On rejected it"
PAUSE_EVERY: Final = 1000


async def join_rejects(
    link: Link, staged: Staged, file: SpooledFile, report: UploadReport, rejects: Rejects, count: CallCount
) -> int:
    """Keep the rejected rows of an upload with their numbers; gives how many were found."""
    if not report.rejects_file:
        return 0
    reasons: dict[str, str] = {}
    rows = link.walk(TABLE["lists.rejected_records"], {"report": report.rejects_file}, count=count)
    async for row in rows:
        reason = _reason(row, staged.shape)
        for key in _keys(row, staged.shape):
            reasons.setdefault(key, reason)
    found = 0
    for place, (number, cells) in enumerate(file.read()):
        why = reasons.get(key_of(cells[staged.shape.email]))
        if why is not None:
            rejects.add(number, staged.named(cells), why)
            found += 1
        if place % PAUSE_EVERY == 0:
            await asyncio.sleep(0)
    return found


def _keys(row: Mapping[str, str], shape: ListShape) -> list[str]:
    heading = shape.headings[shape.email]
    if heading in row:
        return [key_of(row[heading])]
    return [key_of(cell) for cell in row.values() if "@" in cell]


def _reason(row: Mapping[str, str], shape: ListShape) -> str:
    said = [cell for name, cell in row.items() if name not in shape.headings and cell and "@" not in cell]
    return f"{NO_REASON}: {'; '.join(said)}" if said else NO_REASON
