"""Input files: CSV, and JSON Lines."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Final, cast

from attrs import field, frozen

from asyncsdk.bulk.sources.chunk import Chunk
from asyncsdk.bulk.sources.csv_rows import csv_chunks
from asyncsdk.bulk.sources.file_signatures import START, problem_with_start
from asyncsdk.bulk.sources.json_rows import json_chunks
from asyncsdk.bulk.sources.malformed_rows import MalformedRows
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.csv_codec import MalformedCsv
from asyncsdk.files.json_lines import JSON_LINES
from asyncsdk.files.line_reader import LONGEST, Lines, RecordTooLong
from asyncsdk.files.text_decoder import Undecodable, decoded

__all__ = ["FileFormat", "file_chunks"]

MARKED: Final = "utf-8-sig"
"""UTF-8 that begins with a byte order mark; when it is read, one that does not is the same."""

UNMARKED: Final = "utf-8"

_NO_SEPARATORS: Final = frozenset('"\r\n')


def _leaving_out_marks(encoding: str) -> str:
    """Under each of its names, UTF-8 may begin with a byte order mark."""
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError, TypeError):
        return encoding  # check() refuses it, and says what it is
    return MARKED if name in {"utf-8", MARKED} else encoding


@frozen
class FileFormat:
    """How a file of rows is written."""

    encoding: str = field(default=MARKED, converter=_leaving_out_marks)
    """The encoding; a byte order mark is left out."""

    separator: str = ","
    """What separates the cells of a CSV file."""

    def check(self) -> None:
        """Validate encoding and separator.

        Raises:
            InvalidArgument: the encoding is unknown, or the separator cannot be used.
        """
        separator = cast("object", self.separator)
        if not isinstance(separator, str) or len(self.separator) != 1 or self.separator in _NO_SEPARATORS:
            raise InvalidArgument(
                f"separator must be one character, and no quote or line end, not {self.separator!r}."
            )
        try:
            "".encode(self.encoding)
        except (LookupError, ValueError, TypeError):
            raise InvalidArgument(f"There is no encoding {self.encoding!r}.") from None

    def encoding_like(self, source: object) -> str:
        """The encoding for a file that is like the source: with a byte order mark if that is a file that has one.

        A mark tells spreadsheets that a file is UTF-8. What is gone, or a pipe, whose bytes can be read only
        once, is taken for one without.
        """
        if self.encoding != MARKED:
            return self.encoding
        if not isinstance(source, (str, PathLike)):
            return UNMARKED
        path = Path(cast("str", source))
        try:
            if not path.is_file():  # opening a pipe without a writer would wait for ever
                return UNMARKED
            with path.open("rb") as file:
                return MARKED if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else UNMARKED
        except OSError:
            return UNMARKED


def file_chunks(path: Path, form: FileFormat, *, half: bool = False) -> Iterator[Chunk]:
    """Read the rows of a file in chunks.

    Args:
        path: a CSV file, or a JSON Lines file.
        form: how it is written.
        half: whether half of its rows may be malformed; else fewer.

    Raises:
        InvalidArgument: it cannot be read, or is not written in this way.
    """
    form.check()
    is_json = path.suffix.casefold() in JSON_LINES
    try:
        with path.open("rb") as file:
            problem = problem_with_start(file.peek(START)[:START], form.encoding)
            if problem is not None:
                raise InvalidArgument(f"{path} {problem}.")
            lines = Lines(decoded(file, form.encoding), LONGEST)
            if is_json:
                yield from json_chunks(lines, MalformedRows(path, half=half))
            else:
                yield from csv_chunks(path, lines, form.separator, MalformedRows(path, half=half))
    except OSError as error:
        raise InvalidArgument(f"Cannot read {path}: {error.strerror}.") from error
    except Undecodable as error:
        name = "UTF-8" if form.encoding == MARKED else form.encoding
        place = "" if error.line is None else f"line {error.line}: "
        raise InvalidArgument(
            f"{path} is not written in {name}: {place}{error.reason}. Say its encoding."
        ) from error
    except MalformedCsv as error:
        raise InvalidArgument(f"{path} is no CSV file: {error}.") from error
    except RecordTooLong as error:
        why = "does it have line ends?" if is_json else "is a quote opened there and not closed?"
        raise InvalidArgument(
            f"Line {error.line} of {path} begins a record of more than {LONGEST:,} characters: {why}"
        ) from error
