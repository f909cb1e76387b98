"""Terminal output: results on stdout, progress on stderr, no control characters."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any

from attrs import frozen

from asyncsdk.cli.output.streams import STDERR, ignoring_closed_stdout

__all__ = ["Terminal", "format_table", "print_bytes", "print_text", "printable"]


@frozen
class Terminal:
    """Output of a command.

    Args:
        json: whether stdout is kept for one JSON value.
    """

    json: bool = False

    def print_line(self, line: str) -> None:
        """Print a line of the result at once; with ``--json`` on stderr.

        Raises:
            BrokenPipeError: the reader of stdout has closed it.
        """
        print(printable(line), file=STDERR if self.json else sys.stdout, flush=True)

    def notice(self, line: str) -> None:
        """Print a line on stderr that is not part of the result."""
        print(printable(line), file=STDERR, flush=True)

    def result(self, value: Mapping[str, Any] | list[Any], lines: Iterable[str] = ()) -> None:
        """Print the final result: the value as JSON, or the lines."""
        with ignoring_closed_stdout():
            if self.json:
                print(json.dumps(value, indent=2), flush=True)
                return
            for line in lines:
                self.print_line(line)


def printable(text: str) -> str:
    """The text without control characters: names come from other people."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def print_text(text: str) -> None:
    """Print a text of the server's: unchanged, but on a terminal without control characters."""
    print(
        _without_controls(text) if sys.stdout.isatty() else text,
        end="" if text.endswith("\n") else "\n",
        flush=True,
    )


async def print_bytes(pieces: AsyncIterable[bytes]) -> None:
    """Print a file of the server's: byte by byte, but on a terminal as text without control characters."""
    if not sys.stdout.isatty():
        async for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    async for piece in pieces:
        sys.stdout.write(_without_controls(decoder.decode(piece)))
    sys.stdout.write(_without_controls(decoder.decode(b"", final=True)))
    sys.stdout.flush()


def _without_controls(text: str) -> str:
    """Lines and tabs stay; a carriage return before the line's end is part of it."""
    return "".join(each if each in "\n\t" else printable(each) for each in text.replace("\r\n", "\n"))


def format_table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Lines with aligned columns, wide letters counted as what they take."""
    from rich.cells import cell_len

    lines = [headings, *(tuple(printable(cell) for cell in row) for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
