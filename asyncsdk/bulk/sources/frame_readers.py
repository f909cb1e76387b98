"""Dataframe readers: columns in batches, by the library of the frame, or by one that reads Arrow streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any, Final, TypeAlias

from attrs import frozen

from asyncsdk.errors import InvalidArgument

__all__ = ["FrameRead", "is_frame", "read_frame"]

ColumnBatches: TypeAlias = Iterator[Sequence[Sequence[Any]]]
"""Batches of rows, each as its columns of Python values."""


@frozen
class FrameRead:
    """A frame that is being read."""

    names: Sequence[object]
    """The names of its columns, of any type."""

    batches: ColumnBatches


def is_frame(rows: object) -> bool:
    """Whether a value is a dataframe."""
    return _own_reader(rows) is not None or hasattr(rows, "__arrow_c_stream__")


def read_frame(frame: Any, size: int) -> FrameRead:
    """Begin to read a frame.

    Args:
        frame: a pandas or polars frame, a polars LazyFrame, or anything with ``__arrow_c_stream__``.
        size: the most rows of a batch.

    Raises:
        InvalidArgument: no library that reads it is installed, or it is a single column.
    """
    own = _own_reader(frame)
    if own is not None:
        return own(frame, size)
    if type(frame).__name__ == "Series":
        raise InvalidArgument("rows is a single column, a Series: give the frame that it belongs to.")
    for name in sorted(_ARROW, key=lambda name: name != _root(frame)):
        try:
            library = import_module(name)
        except ImportError:
            continue
        return _ARROW[name](library, frame, size)
    raise InvalidArgument(
        f"To read a {type(frame).__name__} of {_root(frame)}, a package is needed that reads Arrow, such as"
        " nanoarrow, pyarrow or polars: pip install nanoarrow."
    )


def _root(frame: object) -> str:
    return type(frame).__module__.partition(".")[0]


def _own_reader(frame: object) -> Callable[[Any, int], FrameRead] | None:
    """Reader of a frame by its own library; a subclass of another library's, such as geopandas', counts as well."""
    for kind in type(frame).__mro__:
        reader = _OWN.get((kind.__module__.partition(".")[0], kind.__name__))
        if reader is not None:
            return reader
    return None


def _pandas(frame: Any, size: int) -> FrameRead:
    """The columns of a pandas frame without its index; neither numpy nor Arrow is asked."""

    def batches() -> ColumnBatches:
        for start in range(0, len(frame), size):
            part = frame.iloc[start : start + size]
            yield [part.iloc[:, place].tolist() for place in range(part.shape[1])]

    return FrameRead(list(frame.columns), batches())


def _polars(frame: Any, size: int) -> FrameRead:
    parts = frame.iter_slices(size)
    return FrameRead(frame.columns, (_columns_of(part) for part in parts))


def _lazy(frame: Any, size: int) -> FrameRead:
    """A query, carried out in batches."""
    if not hasattr(frame, "collect_batches"):
        raise InvalidArgument("This polars cannot give a LazyFrame in batches: give rows=frame.collect() instead.")
    parts = frame.collect_batches(chunk_size=size, maintain_order=True)
    slices = (part for whole in parts for part in whole.iter_slices(size))
    return FrameRead(frame.collect_schema().names(), (_columns_of(part) for part in slices))


def _columns_of(part: Any) -> Sequence[Sequence[Any]]:
    return [column.to_list() for column in part.get_columns()]


_OWN: Final[dict[tuple[str, str], Callable[[Any, int], FrameRead]]] = {
    ("pandas", "DataFrame"): _pandas,
    ("polars", "DataFrame"): _polars,
    ("polars", "LazyFrame"): _lazy,
}


def _by_pyarrow(library: Any, frame: Any, size: int) -> FrameRead:
    reader = library.RecordBatchReader.from_stream(frame)

    def batches() -> ColumnBatches:
        for batch in reader:
            for start in range(0, batch.num_rows, size):
                yield [column.to_pylist() for column in batch.slice(start, size).columns]

    return FrameRead(reader.schema.names, batches())


def _by_nanoarrow(library: Any, frame: Any, size: int) -> FrameRead:
    stream = library.ArrayStream(frame)
    fields = stream.schema.fields
    for field in fields:
        if field.type.name.startswith(_NOT_BY_NANOARROW):
            return _by_another(stream, size, field.name, field.type.name.lower())
    rows = stream.iter_tuples()
    parts: Iterator[list[tuple[Any, ...]]] = iter(lambda: list(islice(rows, size)), [])
    return FrameRead([field.name for field in fields], (list(zip(*part, strict=True)) for part in parts))


_NOT_BY_NANOARROW: Final = ("DECIMAL", "NULL")
"""Arrow's types that nanoarrow 0.9 does not read: of a negative decimal it makes another number."""


def _by_another(stream: Any, size: int, column: str, kind: str) -> FrameRead:
    try:
        return _by_polars(import_module("polars"), stream, size)
    except ImportError:
        raise InvalidArgument(
            f"The column {column!r} is of Arrow's type {kind}, which nanoarrow cannot read: pip install polars."
        ) from None


def _by_polars(library: Any, frame: Any, size: int) -> FrameRead:
    return _polars(library.DataFrame(frame), size)


_ARROW: Final[dict[str, Callable[[Any, Any, int], FrameRead]]] = {
    "pyarrow": _by_pyarrow,
    "nanoarrow": _by_nanoarrow,
    "polars": _by_polars,
}
"""polars comes last: it reads a stream whole."""
