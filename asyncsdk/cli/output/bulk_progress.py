"""Progress of a bulk run, shown once a second even while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from typing import Final

from asyncsdk.bulk import BulkProgress
from asyncsdk.cli.output.counted import counted
from asyncsdk.cli.output.progress_bar import ProgressMeter, progress_meter

__all__ = ["BulkMeter", "bulk_meter"]

LABELS: Final = {
    "reading": "Reading",
    "sending": "Sending",
    "waiting": "Act-On works on it",
    "looking": "Looking in the list for rows whose upload was not answered",
    "pausing": "Paused before it is sent again",
    "finished": "Done",
}
EVERY: Final = 1.0


class BulkMeter:
    """Shows the last progress that was reported."""

    def __init__(self, shown: ProgressMeter, on_start: Callable[[BulkProgress], object] | None) -> None:
        self._shown = shown
        self._on_start = on_start
        self._loop = asyncio.get_running_loop()
        self._progress = BulkProgress("reading")
        self._told_at = self._loop.time()

    def update(self, progress: BulkProgress) -> None:
        """Show new progress."""
        if self._on_start is not None and progress.stage != "reading":
            self._on_start(progress)
            self._on_start = None
        self._progress, self._told_at = progress, self._loop.time()
        self.show()

    def show(self) -> None:
        """Show the last progress, with the time left reduced by the time since."""
        seen = self._progress
        if seen.stage == "reading":
            if not seen.rows_read:
                return  # nothing has moved yet
            self._shown.show(LABELS[seen.stage], seen.rows_read, None, "")
            return
        notes = [counted(seen.calls, "call")]
        if seen.seconds_left:
            left = max(1.0, seen.seconds_left - (self._loop.time() - self._told_at))
            notes.append(f"about {timedelta(seconds=round(left))} left")
        self._shown.show(LABELS[seen.stage], seen.rows_done, seen.rows_read, ", ".join(notes))


class _SilentMeter:
    """A meter that is not shown."""

    def show(self, label: str, done: int, total: int | None, note: str) -> None:
        """Show nothing."""


@asynccontextmanager
async def bulk_meter(
    on_start: Callable[[BulkProgress], object] | None = None, *, quiet: bool = False
) -> AsyncGenerator[BulkMeter]:
    """Progress meter on stderr, removed when the run ends.

    Args:
        on_start: called once, when the input was read and fits the list and the journal.
        quiet: whether nothing is shown.
    """
    with nullcontext(_SilentMeter()) if quiet else progress_meter() as shown:
        run = BulkMeter(shown, on_start)
        ticking = asyncio.create_task(_tick(run))
        try:
            yield run
        finally:
            ticking.cancel()


async def _tick(run: BulkMeter) -> None:
    while True:
        await asyncio.sleep(EVERY)
        run.show()
