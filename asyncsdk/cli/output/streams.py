"""Standard streams that may be closed: by their reader, or before the process began."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

__all__ = [
    "STDERR",
    "TolerantStream",
    "can_redraw",
    "flush_streams",
    "ignoring_closed_stdout",
    "open_missing_streams",
]


class TolerantStream:
    """Text stream that ignores a closed reader: work goes on when nobody reads.

    Args:
        stream: where it goes; by default to what is stderr at the time.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    @property
    def _to(self) -> TextIO:
        return self._stream or sys.stderr

    def write(self, text: str, /) -> int:
        """Write the text, if the stream is open."""
        try:
            return self._to.write(text)
        except OSError:
            _redirect_to_null(self._to)
            return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        try:
            self._to.flush()
        except OSError:
            _redirect_to_null(self._to)

    def isatty(self) -> bool:
        """Whether a terminal shows it."""
        return self._to.isatty()

    def fileno(self) -> int:
        """The number that it has in this process."""
        return self._to.fileno()

    @property
    def encoding(self) -> str:
        """How it is encoded."""
        return self._to.encoding


STDERR: Final = TolerantStream()


def can_redraw(stream: TextIO | TolerantStream) -> bool:
    """Whether a terminal shows the stream on which lines can be drawn anew."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def ignoring_closed_stdout() -> Generator[None]:
    """Ignore it when the reader of stdout has closed it."""
    try:
        yield
    except BrokenPipeError:
        _redirect_to_null(sys.stdout)


def flush_streams() -> None:
    """Flush both streams; otherwise Python prints an error at exit, and changes the exit code."""
    STDERR.flush()
    try:
        sys.stdout.flush()
    except OSError:
        _redirect_to_null(sys.stdout)


def open_missing_streams() -> None:
    """Open streams that were closed before the start, so that no other file gets their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(handle, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - stays open


def _redirect_to_null(stream: TextIO) -> None:
    """Send further output of the stream to the null device."""
    with suppress(OSError):  # a stream without a number, as tests have
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
        stream.flush()
