"""Dataframe rows: each column must have a name, and hold values of one kind that have a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

from asyncsdk.bulk.sources.chunk import Chunk
from asyncsdk.bulk.sources.frame_readers import is_frame, read_frame
from asyncsdk.errors import InvalidArgument
from asyncsdk.routing.value_text import NoText, kind_of

__all__ = ["frame_chunks", "is_frame"]

_INDEX: Final = re.compile(r"__index_level_\d+__")
"""The name of the column of row numbers that pandas adds when it writes Arrow."""


def frame_chunks(frame: Any, size: int) -> Iterator[Chunk]:
    """The rows of a frame, some at a time; columns without rows are a chunk, too.

    Raises:
        InvalidArgument: it cannot be read; a column has no name, or another one's, or holds values without a text,
            or values of several kinds.
    """
    try:
        read = read_frame(frame, size)
        kept = [place for place, name in enumerate(read.names) if not _is_index(name)]
        columns = [_Column(_name(read.names, place), place) for place in kept]
        names = tuple(column.name for column in columns)
        first = 1
        for batch in read.batches:
            cells = [column.checked(batch[column.place], first) for column in columns]
            rows = list(zip(*cells, strict=True))
            yield Chunk(first, names, rows)
            first += len(rows)
    except InvalidArgument:
        raise
    except Exception as error:  # of the library that reads it
        raise InvalidArgument(
            f"This {type(frame).__name__} cannot be read: {type(error).__name__} from {_origin(error)}."
        ) from error
    if first == 1:
        yield Chunk(first, names, ())


def _is_index(name: object) -> bool:
    return isinstance(name, str) and _INDEX.fullmatch(name) is not None


def _origin(error: Exception) -> str:
    return type(error).__module__.partition(".")[0]


def _name(names: Sequence[object], place: int) -> str:
    """A column's name, which must be a text and its own."""
    name = names[place]
    if not isinstance(name, str) or not name:
        said = "no name" if name is None or name == "" else f"the name {name!r}, which is no text"
        raise InvalidArgument(f"Column {place + 1} of the frame has {said}: rename it. Nothing was sent.")
    if names.count(name) > 1:
        raise InvalidArgument(f"The frame has several columns {name!r}: rename or drop some. Nothing was sent.")
    return str.__str__(name)


class _Column:
    """One column: what kind of values it holds so far."""

    def __init__(self, name: str, place: int) -> None:
        self.name = name
        self.place = place
        self._kind: str | None = None
        self._known: set[type[Any]] = set()

    def checked(self, cells: Sequence[Any], first: int) -> Sequence[Any]:
        """Some cells of the column, unchanged.

        Args:
            cells: the cells.
            first: the number of the row of the first.

        Raises:
            InvalidArgument: they are of several kinds, or of one that has no text.
        """
        new_types = [new for new in dict.fromkeys(map(type, cells)) if new not in self._known]
        found = [(*self._kind_of(cells, new, first), new) for new in new_types]
        for number, kind, new in sorted(found, key=itemgetter(0)):  # what is told is the first row that differs
            if kind is None:
                continue  # missing values of any type go with all kinds
            if self._kind not in (None, kind):
                raise InvalidArgument(
                    f"The column {self.name!r} holds {self._kind}, and {kind} in row {number:,}: make them one"
                    " kind, such as texts. Nothing was sent."
                )
            self._kind = kind
            self._known.add(new)
        return cells

    def _kind_of(self, cells: Sequence[Any], wanted: type[Any], first: int) -> tuple[int, str | None]:
        """The kind of the values of a type, and the number of a row that has one; None if all are missing."""
        number = first
        for number, cell in enumerate(cells, first):
            if type(cell) is wanted:
                try:
                    kind = kind_of(cell)
                except NoText as error:
                    raise InvalidArgument(
                        f"The column {self.name!r} holds in row {number:,} {error}. Nothing was sent."
                    ) from None
                if kind is not None:
                    return number, kind
        return number, None
