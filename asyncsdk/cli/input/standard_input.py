"""Standard input in place of a file: kept in a private temporary file, as rows are read more than once."""

from __future__ import annotations

import os
import select
import sys
import tempfile
from codecs import BOM_UTF8
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from asyncsdk.cli.options import STREAM
from asyncsdk.cli.signals import ending_on_signals

__all__ = ["file_or_stdin"]

PIECE: Final = 1 << 20
"""Bytes that are read at a time."""

START: Final = 4096
"""Bytes in which a brace is looked for, behind blanks."""


@contextmanager
def file_or_stdin(path: Path) -> Generator[Path]:
    """The file of a path; where that is ``-``, a file of all that standard input holds, which is gone afterwards.

    It is a JSON Lines file if it begins with a brace, else a CSV file, as there is no name that would say it.

    Raises:
        Failure: a signal came while it was read.
        OSError: it cannot be read, or there is no room for it.
    """
    if path != STREAM:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="asyncsdk-") as folder:
        with ending_on_signals() as wakeup:
            kept = _keep(Path(folder), wakeup)
        yield kept


def _keep(folder: Path, wakeup: int | None) -> Path:
    kept, handle = folder / "stdin.csv", sys.stdin.fileno()
    with kept.open("x+b") as file:
        while piece := _next_piece(handle, wakeup):
            file.write(piece)
        file.seek(0)
        start = file.read(START).removeprefix(BOM_UTF8).lstrip()
    return kept.rename(folder / "stdin.jsonl") if start.startswith(b"{") else kept


def _next_piece(handle: int, wakeup: int | None) -> bytes:
    if wakeup is not None:
        select.select([handle, wakeup], [], [])  # the signal's own handler raises after this
    return os.read(handle, PIECE)
