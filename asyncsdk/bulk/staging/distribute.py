"""Distribution of irregular rows: merges duplicates, and puts each row into a file or among single rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from asyncsdk.bulk.staging.irregular_rows import IrregularRows, full_row
from asyncsdk.bulk.staging.row_writer import RowWriter
from asyncsdk.bulk.staging.sizes import StagingSizes
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.files.csv_lines import line_of
from asyncsdk.uploads.cooperation import let_others_run
from asyncsdk.uploads.csv_spool import Spool

__all__ = ["distribute"]

TURN: Final = 250
"""Rows after which others get their turn."""


async def distribute(
    irregular: IrregularRows,
    plain: Spool,
    spool_for: Callable[[frozenset[int]], Spool],
    staged: StagedInput,
    sizes: StagingSizes,
) -> None:
    """Merge duplicates into their last row, and put every irregular row where it is sent from.

    Args:
        irregular: the rows.
        plain: takes rows that clear nothing.
        spool_for: makes files that write to some columns only.
        staged: takes rows that are sent by themselves, and how many were merged.
        sizes: how many rows are worth a file, and written together.
    """
    width = len(staged.columns.headings)
    same_columns: Counter[frozenset[int]] = Counter()
    for place, columns in enumerate(irregular.clearing()):
        if columns is not None:
            same_columns[columns] += 1
        await let_others_run(place, TURN)
    writers: dict[frozenset[int], RowWriter] = {}
    rest = RowWriter(plain, sizes.rows_per_write)
    for place, (number, merged, said) in enumerate(irregular.merged()):
        staged.merged += merged
        if isinstance(said, bytes):
            rest.add(number, said)
        elif same_columns[frozenset(said)] < sizes.rows_worth_a_file:
            staged.single.add(number, said)
        else:
            touched = frozenset(said)
            if touched not in writers:
                writers[touched] = RowWriter(spool_for(touched), sizes.rows_per_write)
            writers[touched].add(number, line_of(full_row(said, width)))
        await let_others_run(place, TURN)
    for writer in (rest, *writers.values()):
        writer.flush()
