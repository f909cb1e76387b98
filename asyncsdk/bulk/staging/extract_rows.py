"""Extraction of rows: takes rows out of a file that was written, and leaves the others unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from asyncsdk.files.csv_lines import joined
from asyncsdk.uploads.csv_spool import Spool, UploadFile
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["extract_rows"]


async def extract_rows(
    file: UploadFile, numbers: RowNumbers, kept: Spool
) -> AsyncGenerator[list[tuple[int, bytes]]]:
    """Copy the rows of a file that do not have these numbers.

    Gives those that do, some at a time: of each its number, and its line of CSV without the end.
    """
    for text, lines, runs in file.pieces():
        if not any(map(numbers.within, runs)):
            kept.add(text, runs)
        else:
            others, rest, taken = _divided(lines, runs, numbers)
            if others:
                kept.add(joined(others), rest)
            yield taken
        await asyncio.sleep(0)


def _divided(
    lines: Sequence[bytes], runs: Sequence[range], numbers: RowNumbers
) -> tuple[list[bytes], list[range], list[tuple[int, bytes]]]:
    """The lines that are left and their numbers, and those that are taken out."""
    left: list[bytes] = []
    rest: list[range] = []
    taken: list[tuple[int, bytes]] = []
    begin = 0
    for run in runs:
        start = run.start
        for number in [*numbers.within(run), run.stop]:
            end = begin + number - start
            if start < number:
                left += lines[begin:end]
                rest.append(range(start, number))
            if number < run.stop:
                taken.append((number, lines[end]))
                begin, start = end + 1, number + 1
            else:
                begin = end
    return left, rest, taken
