"""Rows of a dataframe, by the Arrow PyCapsule interface and whatever library is there to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Final

from asyncsdk.bulk.chunk import Chunk
from asyncsdk.errors import InvalidArgument

__all__ = ["arrow_chunks"]


def arrow_chunks(frame: Any, size: int) -> Iterator[Chunk]:
    """The rows of anything with ``__arrow_c_stream__``, a batch at a time.

    Raises:
        InvalidArgument: no library that reads it is installed.
    """
    for module, read in _READERS.items():
        try:
            library = import_module(module)
        except ImportError:
            continue
        first = 1
        for names, rows in read(library, frame, size):
            yield Chunk(first, names, rows)
            first += len(rows)
        return
    raise InvalidArgument("To read a dataframe one of pyarrow, polars and nanoarrow must be installed.")


Batches = Iterator[tuple[tuple[str, ...], list[tuple[Any, ...]]]]


def _pyarrow(library: Any, frame: Any, size: int) -> Batches:
    reader = library.RecordBatchReader.from_stream(frame)
    names = tuple(reader.schema.names)
    for batch in reader:
        for start in range(0, batch.num_rows, size):
            columns = [column.to_pylist() for column in batch.slice(start, size).columns]
            yield names, list(zip(*columns, strict=True))


def _polars(library: Any, frame: Any, size: int) -> Batches:
    table = library.DataFrame(frame)
    for part in table.iter_slices(size):
        yield tuple(table.columns), part.rows()


def _nanoarrow(library: Any, frame: Any, size: int) -> Batches:
    stream = library.ArrayStream(frame)
    names = tuple(field.name for field in stream.schema.fields)
    for batch in stream:
        rows = list(batch.iter_tuples())
        for start in range(0, len(rows), size):
            yield names, rows[start : start + size]


_READERS: Final[dict[str, Callable[[Any, Any, int], Batches]]] = {
    "pyarrow": _pyarrow,
    "polars": _polars,
    "nanoarrow": _nanoarrow,
}
