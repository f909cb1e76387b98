"""JSON Lines rows of an input file; lines that are not JSON objects are set aside."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, Final, cast

from attrs import evolve

from asyncsdk.bulk.sources.chunk import Chunk
from asyncsdk.bulk.sources.malformed_rows import MalformedRows
from asyncsdk.bulk.sources.row_tuples import row_tuples
from asyncsdk.files.line_reader import Lines
from asyncsdk.uploads.malformed_row import MalformedRow

__all__ = ["json_chunks"]

SIZE: Final = 1000

Object = dict[str, Any]


def json_chunks(lines: Lines, malformed: MalformedRows) -> Iterator[Chunk]:
    """Read the rows of a file in chunks; empty lines are left out.

    Raises:
        InvalidArgument: most of its lines are no JSON objects.
    """
    rows = 0
    batch: list[Object] = []
    numbers: list[int] = []
    for number, line in _numbered(lines):
        read = _read(line)
        if isinstance(read, dict):
            batch.append(read)
            numbers.append(number)
        if len(batch) == SIZE or (batch and isinstance(read, str)):
            yield from _chunks(batch, rows + 1, numbers)
            rows += len(batch)
            batch, numbers = [], []
        if isinstance(read, str):
            rows += 1
            malformed_row = MalformedRow(rows, number, (line.rstrip("\r\n"),), read)
            malformed.take(malformed_row)
            yield Chunk(rows, (), (), malformed=malformed_row)
    if batch:
        yield from _chunks(batch, rows + 1, numbers)
        rows += len(batch)
    malformed.check(rows, "is it a JSON Lines file, with an object on every line?")


def _numbered(lines: Lines) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    while text := lines.block():
        for line in io.StringIO(text, newline=""):
            lines.number += 1
            if not line.isspace():
                yield lines.number, line


def _read(line: str) -> Object | str:
    """The object on a line, or what is wrong with it."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return f"is no JSON: {error.msg}"
    except RecursionError:
        return "is no JSON that can be read: it is nested too deeply"
    except ValueError:
        return "is no JSON that can be read: a number has too many digits"
    return cast("Object", row) if isinstance(row, dict) else "is no JSON object"


def _chunks(batch: list[Object], first: int, numbers: list[int]) -> Iterator[Chunk]:
    for chunk in row_tuples(batch, first):
        start = chunk.first - first
        yield evolve(chunk, lines=numbers[start : start + len(chunk.rows)])
