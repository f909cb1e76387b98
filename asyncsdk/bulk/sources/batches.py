"""Batches: rows from any source, a thousand at a time."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator, Mapping
from contextlib import aclosing
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, cast, runtime_checkable

from asyncsdk.bulk.sources.chunk import Chunk
from asyncsdk.bulk.sources.files import FileFormat, file_chunks
from asyncsdk.bulk.sources.frames import frame_chunks, is_frame
from asyncsdk.bulk.sources.row_tuples import row_tuples
from asyncsdk.errors import InvalidArgument

__all__ = ["ArrowStream", "Rows", "check_rows", "chunks_of"]

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
"""Mappings, attrs or dataclass objects, in an iterable or an async one; the path of a CSV or JSON Lines file; a
dataframe."""

_NO_ROWS: Final[tuple[type[Any], ...]] = (bytes, bytearray, memoryview, type)
"""Types that give something one after the other, or whose instances do, and never rows."""

LONGEST_PATH: Final = 4096
"""Characters; no system takes a longer one."""


def check_rows(rows: object) -> None:
    """Validate that a value can give many rows, before anything is sent.

    Raises:
        InvalidArgument: it is neither a path nor a frame nor an iterable of rows.
    """
    instead: str | None = None
    if isinstance(rows, str):
        # A text is not quoted: if it is not a path, it may be the content of a file, with addresses in it.
        if "\n" in rows or "\r" in rows or len(rows) > LONGEST_PATH:
            instead = "the content of a file: write it into one first"
    elif inspect.isawaitable(rows) and not hasattr(rows, "__aiter__"):
        if inspect.iscoroutine(rows):
            rows.close()
        instead = f"a {type(rows).__name__}: await it first"
    elif isinstance(rows, Mapping):
        instead = "one mapping: put it into a list"
    elif issubclass(type(rows), _NO_ROWS) or not _gives_rows(rows):
        instead = type(rows).__name__ + (": call it first" if inspect.isroutine(rows) else "")
    if instead is not None:
        raise InvalidArgument(
            "rows must be an iterable of mappings, attrs or dataclass objects, a path or a dataframe, not"
            f" {instead}. Nothing was sent."
        )


def _gives_rows(rows: object) -> bool:
    return isinstance(rows, PathLike) or is_frame(rows) or hasattr(rows, "__aiter__") or hasattr(rows, "__iter__")


async def chunks_of(rows: Rows, form: FileFormat, size: int = SIZE) -> AsyncGenerator[Chunk]:
    """Read the rows of the input in chunks.

    Args:
        rows: where they come from.
        form: how files of rows are written.
        size: the most rows of a chunk, if the input is not a file.

    Raises:
        InvalidArgument: they are no rows, or a file that cannot be read.
    """
    check_rows(rows)
    if isinstance(rows, (str, PathLike)):
        for chunk in file_chunks(Path(rows), form):
            yield chunk
        return
    if is_frame(rows):
        for chunk in frame_chunks(rows, size):
            yield chunk
        return
    first = 1
    async with aclosing(_batches(cast("Any", rows), size)) as batches:
        async for batch in batches:
            for chunk in row_tuples(batch, first):
                yield chunk
            first += len(batch)


async def _batches(rows: Any, size: int) -> AsyncGenerator[list[Any]]:
    batch: list[Any] = []
    if hasattr(rows, "__aiter__"):
        async for row in rows:
            batch.append(row)
            if len(batch) == size:
                yield batch
                batch = []
    else:
        ahead: Iterator[Any] = iter(rows)
        step = FIRST_STEP
        while True:
            batch, step = await _some(ahead, step, size)
            if not batch:
                return
            yield batch
    if batch:
        yield batch


async def _some(ahead: Iterator[Any], step: int, size: int) -> tuple[list[Any], int]:
    """The next rows, and how many to read in one go: slow rows must not hold up other tasks."""
    batch: list[Any] = []
    while len(batch) < size:
        began = time.perf_counter()
        more = list(islice(ahead, min(step, size - len(batch))))
        if not more:
            break
        batch += more
        took = time.perf_counter() - began
        step = min(2 * step, size) if took < MOMENT / 2 else max(1, int(step * MOMENT / took))
        if took > MOMENT / 2:
            await asyncio.sleep(0)
    return batch, step
