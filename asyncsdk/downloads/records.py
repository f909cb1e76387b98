"""The records of a list, one after another."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any, TypeAlias

from asyncsdk.downloads.reader import Cells, Reader
from asyncsdk.downloads.row_builder import plan_for

__all__ = ["Choose", "records"]

Choose: TypeAlias = Callable[[Sequence[Cells]], Sequence[Cells]]
"""Leaves out rows that are not to be given."""


def _all(rows: Sequence[Cells]) -> Sequence[Cells]:
    return rows


async def records(reader: Reader, into: Any, choose: Choose = _all) -> AsyncGenerator[Any, None]:
    """Each record as an object of a class."""
    given = 0
    try:
        while (stretch := await reader.next()) is not None:
            plan = plan_for(into, stretch.headings)
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
