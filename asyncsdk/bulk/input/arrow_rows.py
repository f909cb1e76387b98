"""Rows of a dataframe, by the Arrow PyCapsule interface and whatever library is there to read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any, Final

from asyncsdk.bulk.input.chunk import Chunk
from asyncsdk.errors import InvalidArgument

__all__ = ["arrow_chunks"]


def arrow_chunks(frame: Any, size: int) -> Iterator[Chunk]:
    """The rows of anything with ``__arrow_c_stream__``, some at a time.

    Raises:
        InvalidArgument: no library that reads it is installed.
    """
    for module in sorted(_READERS, key=lambda module: not type(frame).__module__.startswith(module)):
        try:
            library = import_module(module)
        except ImportError:
            continue
        names, batches = _READERS[module](library, frame, size)
        yield from _columns_only(names, batches)
        return
    raise InvalidArgument("To read a dataframe one of pyarrow, nanoarrow and polars must be installed.")


Batches = Iterator[list[tuple[Any, ...]]]

_INDEX: Final = re.compile(r"__index_level_\d+__")
"""What pandas calls the numbers of rows of which some were taken out."""


def _columns_only(names: tuple[str, ...], batches: Batches) -> Iterator[Chunk]:
    """The rows without pandas' row numbers; columns without rows are a chunk, too."""
    kept = [place for place, name in enumerate(names) if not _INDEX.fullmatch(name)]
    columns = tuple(names[place] for place in kept)
    first = 1
    for rows in batches:
        if len(columns) < len(names):
            rows = [tuple(row[place] for place in kept) for row in rows]
        yield Chunk(first, columns, rows)
        first += len(rows)
    if first == 1:
        yield Chunk(first, columns, ())


def _pyarrow(library: Any, frame: Any, size: int) -> tuple[tuple[str, ...], Batches]:
    reader = library.RecordBatchReader.from_stream(frame)

    def batches() -> Batches:
        for batch in reader:
            for start in range(0, batch.num_rows, size):
                columns = [column.to_pylist() for column in batch.slice(start, size).columns]
                yield list(zip(*columns, strict=True))

    return tuple(reader.schema.names), batches()


def _nanoarrow(library: Any, frame: Any, size: int) -> tuple[tuple[str, ...], Batches]:
    stream = library.ArrayStream(frame)
    rows = stream.iter_tuples()
    return tuple(field.name for field in stream.schema.fields), iter(lambda: list(islice(rows, size)), [])


def _polars(library: Any, frame: Any, size: int) -> tuple[tuple[str, ...], Batches]:
    table = library.DataFrame(frame)
    return tuple(table.columns), (part.rows() for part in table.iter_slices(size))


_READERS: Final[dict[str, Callable[[Any, Any, int], tuple[tuple[str, ...], Batches]]]] = {
    "pyarrow": _pyarrow,
    "nanoarrow": _nanoarrow,
    "polars": _polars,
}
"""polars comes last: it reads a stream whole."""
