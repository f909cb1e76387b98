"""Terminal output: results on stdout, progress on stderr, no control characters."""

from __future__ import annotations

import codecs
import json
import shutil
import sys
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import frozen

from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.streams import STDERR, ignoring_closed_stdout

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["Terminal", "print_bytes", "print_text"]

Line: TypeAlias = "str | Text"

NARROWEST: Final = 20
"""Cells of the narrowest terminal that a table is fitted to."""


@frozen
class Terminal:
    """Output of a command.

    Args:
        json: whether stdout is kept for one JSON value.
    """

    json: bool = False

    @property
    def width(self) -> int | None:
        """Cells of a line, where a terminal shows the result; None in a pipe, where nothing is to be cut."""
        if self.json or not sys.stdout.isatty():
            return None
        return max(NARROWEST, shutil.get_terminal_size().columns)

    def print_line(self, line: Line) -> None:
        """Print a line of the result at once; with ``--json`` on stderr.

        Args:
            line: a text, or one with styles, which are shown where a terminal has colours, and not with ``--json``.

        Raises:
            BrokenPipeError: the reader of stdout has closed it.
        """
        stream = STDERR if self.json else sys.stdout
        print(printable(line) if isinstance(line, str) else self._coloured(line), file=stream, flush=True)

    def notice(self, line: str) -> None:
        """Print a line on stderr that is not part of the result."""
        print(printable(line), file=STDERR, flush=True)

    def result(self, value: Mapping[str, Any] | list[Any], lines: Iterable[Line] = ()) -> None:
        """Print the final result: the value as JSON, or the lines."""
        with ignoring_closed_stdout():
            if self.json:
                print(json.dumps(value, indent=2), flush=True)
                return
            for line in lines:
                self.print_line(line)

    def _coloured(self, line: Text) -> str:
        if self.json or not sys.stdout.isatty():
            return printable(line.plain)
        from rich.console import Console

        safe = line.copy()
        safe.plain = printable(line.plain)  # as long as before, so that the styles stay where they are
        console = Console(highlight=False)  # which heeds NO_COLOR and TERM=dumb
        with console.capture() as shown:
            console.print(safe, soft_wrap=True, end="")
        return shown.get()


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
