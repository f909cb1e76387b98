"""A terminal that a command writes its output to."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from unicodedata import category, east_asian_width

from tests.cli.conftest import WHOLE_RUN, Ended

MODULE = ("-m", "asyncsdk")


def cells_of(text: str) -> int:
    """Cells of a terminal that a text takes, counted letter by letter and not by the code that is tested."""
    return sum(
        0 if category(each) in {"Mn", "Me", "Cf"} else 2 if east_asian_width(each) in "WF" else 1 for each in text
    )


def run_on_terminal(
    *arguments: str,
    columns: int = 80,
    lines: int = 24,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = MODULE,
) -> Ended:
    """Run a command whose stdout is a terminal of this size; stderr is a pipe, so that no progress is drawn."""
    screen, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    given = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=end,
        stderr=subprocess.PIPE,
        env={**given, "TERM": "xterm-256color", **(environment or {})},
    ) as process:
        os.close(end)
        seen = read_screen(screen)
        told = process.communicate(timeout=WHOLE_RUN)[1]
    os.close(screen)
    return Ended(process.returncode, seen.decode().replace("\r\n", "\n"), told.decode())


def read_screen(screen: int) -> bytes:
    """What a terminal is sent until its other end is closed."""
    seen = b""
    try:
        while piece := os.read(screen, 10_000):
            seen += piece
    except OSError:  # the other end is closed
        pass
    return seen
