"""Rows from wherever they are, a thousand at a time."""

from __future__ import annotations

import asyncio
import codecs
import csv
import json
import time
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from itertools import islice
from operator import attrgetter, itemgetter
from os import PathLike
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, cast, runtime_checkable

import attrs
from attrs import field, frozen

from asyncsdk.bulk.arrow_rows import arrow_chunks
from asyncsdk.bulk.chunk import Chunk
from asyncsdk.bulk.csv_text import batches_in
from asyncsdk.errors import InvalidArgument

__all__ = ["MARKED", "ArrowStream", "FileFormat", "Rows", "chunks_of"]

SIZE: Final = 1000
MARKED: Final = "utf-8-sig"
"""UTF-8 that begins with a byte order mark; when it is read, one that does not is the same."""

JSON_LINES: Final = frozenset({".jsonl", ".ndjson"})
FIRST_STEP: Final = 8
MOMENT: Final = 0.01
"""Seconds for which reading may hold up others."""

_NO_SEPARATORS: Final = frozenset('"\r\n')


@runtime_checkable
class ArrowStream(Protocol):
    """A dataframe of any make: polars, pandas, pyarrow, duckdb."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface."""
        ...


Rows: TypeAlias = Iterable[Any] | AsyncIterable[Any] | str | PathLike[str] | ArrowStream
"""Mappings or attrs objects, in an iterable or an async one; the path of a CSV or JSON Lines file; a dataframe."""


def _leaving_out_marks(encoding: str) -> str:
    """UTF-8 may begin with a byte order mark, whoever calls it UTF-8."""
    return MARKED if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding


@frozen
class FileFormat:
    """How a file of rows is written."""

    encoding: str = field(default=MARKED, converter=_leaving_out_marks)
    """The encoding; a byte order mark is left out."""

    separator: str = ","
    """What separates the cells of a CSV file."""

    def check(self) -> None:
        """Refuse what no file can be written in.

        Raises:
            InvalidArgument: there is no such encoding, or this can be no separator.
        """
        if len(self.separator) != 1 or self.separator in _NO_SEPARATORS:
            raise InvalidArgument(
                f"separator must be one character, and no quote or line end, not {self.separator!r}."
            )
        try:
            codecs.lookup(self.encoding)
        except (LookupError, ValueError):
            raise InvalidArgument(f"There is no encoding {self.encoding!r}.") from None


async def chunks_of(rows: Rows, form: FileFormat) -> AsyncGenerator[Chunk]:
    """The input's rows.

    Raises:
        InvalidArgument: they are no rows, or a file that cannot be read.
    """
    if isinstance(rows, (str, PathLike)):
        for chunk in _file_chunks(Path(rows), form):
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
            for chunk in _alike(batch, first):
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


def _alike(batch: Sequence[Any], first: int) -> Iterator[Chunk]:
    """Rows as tuples, in chunks whose rows have the same columns."""
    kind: type[Any] = batch[0].__class__
    if attrs.has(kind) and set(map(type, batch)) == {kind}:
        yield Chunk(first, *_tuples_of_objects(kind, batch))
        return
    if set(map(type, batch)) != {dict} and not all(isinstance(row, Mapping) for row in batch):
        yield from _alike_one_by_one(batch, first)
        return
    names = tuple(batch[0])
    fills_gaps = any(hasattr(kind, "__missing__") for kind in set(map(type, batch)))
    if not fills_gaps and all(map(len(names).__eq__, map(len, batch))):
        try:
            yield Chunk(first, _texts(names), list(map(_getter(itemgetter, names), batch)))
        except KeyError:
            pass
        else:
            return
    union = tuple(dict.fromkeys(name for row in batch for name in row))
    yield Chunk(first, _texts(union), [tuple(map(row.get, union)) for row in batch])


def _alike_one_by_one(batch: Sequence[Any], first: int) -> Iterator[Chunk]:
    for number, row in enumerate(batch, first):
        if not isinstance(row, Mapping) and not _has_fields(row):
            raise InvalidArgument(f"Row {number} must be a mapping or an attrs object, not {type(row).__name__}.")
        yield from _alike([row], number)


def _has_fields(row: Any) -> bool:
    return attrs.has(row.__class__)


def _tuples_of_objects(kind: type[Any], batch: Sequence[Any]) -> tuple[tuple[str, ...], list[Any]]:
    """A field is named by its ``wire`` metadata, as the models of this library are, or by itself."""
    fields = attrs.fields(kind)
    names = tuple(field.metadata.get("wire", (field.name,))[0] for field in fields)
    return names, list(map(_getter(attrgetter, tuple(field.name for field in fields)), batch))


def _getter(make: Callable[..., Any], names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Gets several things as a tuple, also where it is only one."""
    if len(names) == 1:
        one = make(*names)
        return lambda row: (one(row),)
    return cast("Callable[[Any], tuple[Any, ...]]", make(*names)) if names else lambda _: ()


def _texts(names: tuple[Any, ...]) -> tuple[str, ...]:
    for name in names:
        if not isinstance(name, str):
            raise InvalidArgument(f"The columns of a row are named by texts, not by {type(name).__name__}.")
    return names


def _file_chunks(path: Path, form: FileFormat) -> Iterator[Chunk]:
    try:
        with path.open(encoding=form.encoding, newline="") as file:
            if path.suffix.casefold() in JSON_LINES:
                yield from _json_chunks(path, file)
            else:
                yield from _csv_chunks(path, batches_in(file, form.separator))
    except OSError as error:
        raise InvalidArgument(f"Cannot read {path}: {error.strerror}.") from error
    except LookupError as error:
        raise InvalidArgument(f"There is no encoding {form.encoding!r}.") from error
    except UnicodeDecodeError as error:
        name = "UTF-8" if form.encoding == MARKED else form.encoding
        raise InvalidArgument(
            f"{path} is not written in {name}: {_place_of_garbage(path, form.encoding)}{error.reason}."
            " Say its encoding."
        ) from error
    except csv.Error as error:
        raise InvalidArgument(f"{path} is no CSV file: {error}.") from error


def _place_of_garbage(path: Path, encoding: str) -> str:
    """The first line that cannot be decoded, in words; empty where lines cannot be told without decoding."""
    if "\n".encode(encoding).removeprefix(codecs.BOM_UTF8) != b"\n":
        return ""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return f"line {number}: "
    return ""


def _csv_chunks(path: Path, batches: Iterator[Sequence[Sequence[str]]]) -> Iterator[Chunk]:
    names: tuple[str, ...] | None = None
    first = 1
    for batch in batches:
        rows = batch
        if names is None:
            names, rows = tuple(batch[0]), batch[1:]
            _check_headings(path, names)
        if not all(rows):
            rows = [row for row in rows if row]
        _check_widths(path, rows, first, len(names))
        yield Chunk(first, names, rows)
        first += len(rows)
    if names is None:
        _check_headings(path, ())


def _check_headings(path: Path, names: Sequence[str]) -> None:
    if not names:
        raise InvalidArgument(f"{path} is empty, or its first line is: it must hold the headings.")
    if names[0].lower().startswith("sep="):
        raise InvalidArgument(
            f"The first line of {path} is meant for a spreadsheet: remove it, and say the separator instead."
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidArgument(f"{path} has several columns {', '.join(map(repr, twice))}.")


def _check_widths(path: Path, rows: Sequence[Sequence[str]], first: int, width: int) -> None:
    if all(map(width.__eq__, map(len, rows))):
        return
    for number, row in enumerate(rows, first):
        if len(row) != width:
            raise InvalidArgument(f"Row {number} of {path} has {len(row)} cells, and there are {width} headings.")


def _json_chunks(path: Path, lines: Iterable[str]) -> Iterator[Chunk]:
    first, batch = 1, list[dict[str, Any]]()
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InvalidArgument(f"Line {place} of {path} is no JSON: {error}.") from error
        if not isinstance(row, dict):
            raise InvalidArgument(f"Line {place} of {path} is no JSON object.")
        batch.append(cast("dict[str, Any]", row))
        if len(batch) == SIZE:
            yield from _alike(batch, first)
            first, batch = first + SIZE, []
    if batch:
        yield from _alike(batch, first)
