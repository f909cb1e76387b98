"""Record iterator: the records of a list, one after another, as objects of a class."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from asyncsdk.downloads.caller import DownloadCaller
from asyncsdk.downloads.query import Query
from asyncsdk.downloads.reader import PageReader, Row
from asyncsdk.downloads.row_builder import row_builder
from asyncsdk.downloads.target_class import target_class
from asyncsdk.pagination.paged_list import Streamed

__all__ = ["RowFilter", "each_record", "records"]

T = TypeVar("T")

RowFilter: TypeAlias = Callable[[Sequence[Row]], Sequence[Row]]
"""Filters the rows that are given."""


def records(caller: DownloadCaller, query: Query, into: type[T]) -> AsyncIterator[T]:
    """Each record of a list as an object of a class."""
    return Streamed(each_record(PageReader(caller, query), into), "lists.records")


def _all(rows: Sequence[Row]) -> Sequence[Row]:
    return rows


async def each_record(reader: PageReader, into: type[T], row_filter: RowFilter = _all) -> AsyncGenerator[T, None]:
    """Each record that a reader gives, as an object of a class."""
    wanted: Any = into  # type checkers do not count a TypedDict as a class
    given = 0
    try:
        target_class(wanted)  # one that cannot be filled is refused before anything is sent
        while (page_rows := await reader.next()) is not None:
            builder = row_builder(wanted, page_rows.headings)
            middle = (len(page_rows.rows) + 1) // 2
            for half in (page_rows.rows[:middle], page_rows.rows[middle:]):
                rows = row_filter(half)
                for record in builder.objects(rows, given):
                    yield record
                given += len(rows)
                reader.prefetch()
            # Parsing is quicker where the memory of the page before is used again.
            page_rows, half, rows = None, (), ()
    finally:
        await reader.close()
