"""The records of a list, one after another."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from asyncsdk.downloads.caller import Source
from asyncsdk.downloads.query import Query
from asyncsdk.downloads.reader import Cells, Reader
from asyncsdk.downloads.row_builder import plan_for
from asyncsdk.pagination.pages import Streamed

__all__ = ["Choose", "each_record", "records"]

T = TypeVar("T")

Choose: TypeAlias = Callable[[Sequence[Cells]], Sequence[Cells]]
"""Leaves out rows that are not to be given."""


def records(source: Source, query: Query, into: type[T]) -> AsyncIterator[T]:
    """Each record of a list as an object of a class."""
    return Streamed(each_record(Reader(source, query), into), "lists.records")


def _all(rows: Sequence[Cells]) -> Sequence[Cells]:
    return rows


async def each_record(reader: Reader, into: type[T], choose: Choose = _all) -> AsyncGenerator[T, None]:
    """Each record that a reader gives, as an object of a class."""
    wanted: Any = into  # a TypedDict is no class to type checkers
    given = 0
    try:
        while (stretch := await reader.next()) is not None:
            plan = plan_for(wanted, stretch.headings)
            middle = (len(stretch.rows) + 1) // 2
            for half in (stretch.rows[:middle], stretch.rows[middle:]):
                rows = choose(half)
                for record in plan.objects(rows, given):
                    yield record
                given += len(rows)
                reader.look_ahead()
            # Parsing is quicker where the memory of the page before is used again.
            stretch, half, rows = None, (), ()
    finally:
        await reader.close()
