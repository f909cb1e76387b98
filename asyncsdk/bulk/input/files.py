"""Files of rows: CSV, and JSON Lines."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, cast

from attrs import field, frozen

from asyncsdk.bulk.input.alike import alike
from asyncsdk.bulk.input.chunk import Chunk
from asyncsdk.bulk.input.csv_text import batches_in
from asyncsdk.errors import InvalidArgument

__all__ = ["MARKED", "FileFormat", "file_chunks"]

SIZE: Final = 1000
MARKED: Final = "utf-8-sig"
"""UTF-8 that begins with a byte order mark; when it is read, one that does not is the same."""

JSON_LINES: Final = frozenset({".jsonl", ".ndjson"})
_NO_SEPARATORS: Final = frozenset('"\r\n')


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


def file_chunks(path: Path, form: FileFormat) -> Iterator[Chunk]:
    """A file's rows.

    Raises:
        InvalidArgument: it cannot be read, or is not written in this way.
    """
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
            yield from alike(batch, first)
            first, batch = first + SIZE, []
    if batch:
        yield from alike(batch, first)
