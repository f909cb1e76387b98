"""Progress bar on a terminal; in a pipe, a few lines at growing intervals."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, Final, Protocol, cast

from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.streams import STDERR, TolerantStream, can_redraw

__all__ = ["ProgressMeter", "progress_meter"]

FIRST_GAP: Final = 2.0
GROWTH: Final = 1.5
LAST_GAP: Final = 60.0

WIDE: Final = 70
"""Columns of a terminal that has room for the bar."""


class ProgressMeter(Protocol):
    """Shows how far the work is."""

    def show(self, label: str, done: int, total: int | None, note: str) -> None:
        """Show the progress.

        Args:
            label: what is being done.
            done: how much is done.
            total: how much there is to do; None if unknown.
            note: more about it.
        """
        ...


@contextmanager
def progress_meter() -> Generator[ProgressMeter]:
    """Progress meter on stderr, removed when the work ends."""
    if not can_redraw(STDERR):
        yield _LineMeter()
        return
    with _bar_meter() as bar:
        yield bar


class _LineMeter:
    """The first line after 2 seconds, and each gap half as long again, up to a minute."""

    def __init__(self) -> None:
        self._gap = FIRST_GAP
        self._due = time.monotonic() + FIRST_GAP

    def show(self, label: str, done: int, total: int | None, note: str) -> None:
        """Print a line, if one is due."""
        now = time.monotonic()
        if now < self._due:
            return
        self._gap = min(LAST_GAP, self._gap * GROWTH)
        self._due = now + self._gap
        of = "" if total is None else f" of {total:,}"
        print(printable(", ".join(filter(None, (f"{label}: {done:,}{of}", note)))), file=STDERR, flush=True)


@contextmanager
def _bar_meter() -> Generator[ProgressMeter]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    # While the bar is drawn, other lines on stderr are drawn above it: the bar itself goes to the stream below.
    console = Console(file=cast("IO[str]", TolerantStream(sys.stderr)))
    label, count = TextColumn("{task.description}"), TextColumn("{task.fields[count]}")
    more = (BarColumn(), count, TextColumn("{task.fields[note]}"), TimeElapsedColumn())
    # Where a line holds less than all of it, the counts are what matters.
    columns = (label, *more) if console.width >= WIDE else (count, label)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None, count="", note="", visible=False)

        class Bar:
            def show(self, label: str, done: int, total: int | None, note: str) -> None:
                of = "" if total is None else f"/{total:,}"
                progress.update(
                    task,
                    description=escape(printable(label)),
                    completed=done,
                    total=total,
                    count=f"{done:,}{of}",
                    note=escape(printable(note)),
                    visible=True,
                )

        yield Bar()
