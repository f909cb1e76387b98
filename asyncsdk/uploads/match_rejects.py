"""Matching of rejects: finds the rows of Act-On's file of rejects among those that were uploaded.

The layout of Act-On's file of rejects is not published: a row is known by the cell under the heading of the
address, or else by any cell that is the address of a row that was sent; a column that is not the list's own is
taken for the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from itertools import islice
from typing import Final, TypeVar

from asyncsdk.api import Lists
from asyncsdk.files.sqlite import anonymous_database
from asyncsdk.http.call_count import CallCount
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.addresses import normalized_address
from asyncsdk.uploads.caller import UploadCaller
from asyncsdk.uploads.cooperation import ROWS_PER_TURN, let_others_run
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["RejectReasons", "match_rejects"]

T = TypeVar("T")

NO_REASON: Final = "Act-On rejected it"


class RejectReasons:
    """Reasons for rejected rows by address, from Act-On's file of rejects; on disk when they are many.

    Args:
        columns: the list's columns.
    """

    def __init__(self, columns: ListColumns) -> None:
        self._columns = columns
        self._database = anonymous_database()
        self._database.execute("CREATE TABLE told (key TEXT PRIMARY KEY, reason TEXT) WITHOUT ROWID")

    def add(self, record: Mapping[str, str]) -> None:
        """Note one row of Act-On's file of rejects; of two with one address the first counts."""
        reason = _reason_in(record, self._columns)
        self._database.executemany(
            "INSERT OR IGNORE INTO told VALUES (?, ?)",
            [(key, reason) for key in _addresses_in(record, self._columns)],
        )

    def of(self, address: str) -> str | None:
        """Why the row with this address was rejected; None if the file does not name it."""
        found = self._database.execute(
            "SELECT reason FROM told WHERE key = ?", (normalized_address(address),)
        ).fetchone()
        return None if found is None else str(found[0])

    def close(self) -> None:
        """Release the database."""
        self._database.close()


async def match_rejects(
    caller: UploadCaller,
    columns: ListColumns,
    rejects_file: str,
    rows: Callable[[], Iterable[tuple[str, T]]],
    keep: Callable[[Sequence[tuple[T, str]]], object],
    counter: CallCount,
    *,
    at_most: int | None = None,
) -> int:
    """Find the rejected rows among those that were uploaded; gives how many there are.

    Args:
        caller: makes the calls.
        columns: the list's columns.
        rejects_file: where Act-On's file of rejects is.
        rows: gives the rows that were uploaded, each time anew: of each its address, and what ``keep`` is given.
        keep: called with some rejected rows at a time, each with its reason.
        counter: counts the calls.
        at_most: how many there can be; where more are found, the file names others, too, and none is kept.
    """
    with closing(RejectReasons(columns)) as reasons:
        async with aclosing(
            caller.walk(_REJECTED_RECORDS, {"report": rejects_file}, CallOptions(counter=counter))
        ) as records:
            async for record in records:
                reasons.add(record)
        if at_most is not None and await _more_than(at_most, _reasons_of(rows(), reasons)):
            return 0
        found = 0
        matched = _reasons_of(rows(), reasons)
        while batch := list(islice(matched, ROWS_PER_TURN)):
            rejected = [(row, reason) for row, reason in batch if reason is not None]
            keep(rejected)
            found += len(rejected)
            await asyncio.sleep(0)
        return found


def _reasons_of(rows: Iterable[tuple[str, T]], reasons: RejectReasons) -> Iterator[tuple[T, str | None]]:
    """Each row with the reason why it was rejected; None if it was not."""
    return ((row, reasons.of(address)) for address, row in rows)


async def _more_than(most: int, rows: Iterable[tuple[object, str | None]]) -> bool:
    """Whether more rows than that were rejected."""
    found = 0
    for place, (_, reason) in enumerate(rows):
        found += reason is not None
        if found > most:
            return True
        await let_others_run(place)
    return False


def _addresses_in(row: Mapping[str, str], columns: ListColumns) -> list[str]:
    """Addresses in a row of Act-On's file of rejects."""
    heading = columns.headings[columns.email]
    if heading in row:
        return [normalized_address(row[heading])]
    return [normalized_address(cell) for cell in row.values() if "@" in cell]


def _reason_in(row: Mapping[str, str], columns: ListColumns) -> str:
    """Why Act-On rejected a row, as far as its file of rejects says."""
    said = [cell for name, cell in row.items() if name not in columns.headings and cell and "@" not in cell]
    return f"{NO_REASON}: {'; '.join(said)}" if said else NO_REASON


_REJECTED_RECORDS: Final = route_of(Lists.rejected_records)
