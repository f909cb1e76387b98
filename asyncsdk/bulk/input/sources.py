"""Rows from wherever they are, a thousand at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator, Mapping
from contextlib import aclosing
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, cast, runtime_checkable

from asyncsdk.bulk.input.alike import alike
from asyncsdk.bulk.input.arrow_rows import arrow_chunks
from asyncsdk.bulk.input.chunk import Chunk
from asyncsdk.bulk.input.files import FileFormat, file_chunks
from asyncsdk.errors import InvalidArgument

__all__ = ["ArrowStream", "Rows", "chunks_of"]

SIZE: Final = 1000
FIRST_STEP: Final = 8
MOMENT: Final = 0.01
"""Seconds for which reading may hold up others."""


@runtime_checkable
class ArrowStream(Protocol):
    """A dataframe of any make: polars, pandas, pyarrow, duckdb."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface."""
        ...


Rows: TypeAlias = Iterable[Any] | AsyncIterable[Any] | str | PathLike[str] | ArrowStream
"""Mappings or attrs objects, in an iterable or an async one; the path of a CSV or JSON Lines file; a dataframe."""


async def chunks_of(rows: Rows, form: FileFormat) -> AsyncGenerator[Chunk]:
    """The input's rows.

    Raises:
        InvalidArgument: they are no rows, or a file that cannot be read.
    """
    if isinstance(rows, (str, PathLike)):
        for chunk in file_chunks(Path(rows), form):
            yield chunk
        return
    if hasattr(rows, "__arrow_c_stream__"):
        for chunk in arrow_chunks(rows, SIZE):
            yield chunk
        return
    if isinstance(rows, Mapping):
        raise InvalidArgument("rows must be many rows; this is one mapping: put it into a list.")
    first = 1
    async with aclosing(_batches(cast("Any", rows))) as batches:
        async for batch in batches:
            for chunk in alike(batch, first):
                yield chunk
            first += len(batch)


async def _batches(rows: Any) -> AsyncGenerator[list[Any]]:
    batch: list[Any] = []
    if hasattr(rows, "__aiter__"):
        async for row in rows:
            batch.append(row)
            if len(batch) == SIZE:
                yield batch
                batch = []
    elif hasattr(rows, "__iter__"):
        ahead: Iterator[Any] = iter(rows)
        step = FIRST_STEP
        while True:
            batch, step = await _some(ahead, step)
            if not batch:
                return
            yield batch
    else:
        raise InvalidArgument(
            "rows must be an iterable of mappings or attrs objects, a path or a dataframe,"
            f" not {type(rows).__name__}."
        )
    if batch:
        yield batch


async def _some(ahead: Iterator[Any], step: int) -> tuple[list[Any], int]:
    """The next thousand rows, and how many to read in one go: rows that take long hold up nobody else."""
    batch: list[Any] = []
    while len(batch) < SIZE:
        began = time.perf_counter()
        more = list(islice(ahead, min(step, SIZE - len(batch))))
        if not more:
            break
        batch += more
        took = time.perf_counter() - began
        step = min(2 * step, SIZE) if took < MOMENT / 2 else max(1, int(step * MOMENT / took))
        if took > MOMENT / 2:
            await asyncio.sleep(0)
    return batch, step
