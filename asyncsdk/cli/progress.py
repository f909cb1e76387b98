"""How far a command is: a bar on a terminal; in a pipe, a few lines that become rarer."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Protocol

__all__ = ["Meter", "meter"]

FIRST_GAP: Final = 2.0
GROWTH: Final = 1.5
LAST_GAP: Final = 60.0


class Meter(Protocol):
    """Is told how far the work is."""

    def at(self, done: int, note: str) -> None:
        """So much is done; the note says more about it."""
        ...


@contextmanager
def meter(label: str, total: int) -> Generator[Meter]:
    """A meter on stderr, gone when the work ends.

    Args:
        label: what is being done.
        total: how much there is to do.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield _Lines(label, total)
        return
    with _bar(label, total) as bar:
        yield bar


class _Lines:
    """The first line after 2 seconds, and each gap half as long again, up to a minute."""

    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = total
        self._gap = FIRST_GAP
        self._due = time.monotonic() + FIRST_GAP

    def at(self, done: int, note: str) -> None:
        """Print a line, if one is due."""
        now = time.monotonic()
        if now < self._due:
            return
        self._gap = min(LAST_GAP, self._gap * GROWTH)
        self._due = now + self._gap
        print(f"{self._label}: {done:,} of {self._total:,}, {note}", file=sys.stderr, flush=True)


@contextmanager
def _bar(label: str, total: int) -> Generator[Meter]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(escape(label), total=total, note="")

        class Bar:
            def at(self, done: int, note: str) -> None:
                progress.update(task, completed=done, note=escape(note))

        yield Bar()
