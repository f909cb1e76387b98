"""How far a bulk run is, told once a second even while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from typing import Final

from asyncsdk.bulk import BulkProgress
from asyncsdk.cli.output.bulk_report import calls_made
from asyncsdk.cli.output.progress_bar import Meter, meter

__all__ = ["RunMeter", "run_meter"]

LABELS: Final = {
    "reading": "Reading",
    "sending": "Sending",
    "waiting": "Act-On works on it",
    "looking": "Looking in the list for rows whose upload was not answered",
    "pausing": "Paused before it is sent again",
    "finished": "Done",
}
EVERY: Final = 1.0


class RunMeter:
    """Shows the last thing that it was told."""

    def __init__(self, shown: Meter, begins: Callable[[BulkProgress], object] | None) -> None:
        self._shown = shown
        self._begins = begins
        self._loop = asyncio.get_running_loop()
        self._seen = BulkProgress("reading")
        self._at = self._loop.time()

    def see(self, progress: BulkProgress) -> None:
        """Something has moved."""
        if self._begins is not None and progress.stage != "reading":
            self._begins(progress)
            self._begins = None
        self._seen, self._at = progress, self._loop.time()
        self.show()

    def show(self) -> None:
        """Show it, with less time left than when it was told."""
        seen = self._seen
        if seen.stage == "reading":
            if not seen.rows_read:
                return  # nothing has moved yet
            self._shown.at(LABELS[seen.stage], seen.rows_read, None, "")
            return
        notes = [calls_made(seen.calls)]
        if seen.seconds_left:
            left = max(1.0, seen.seconds_left - (self._loop.time() - self._at))
            notes.append(f"about {timedelta(seconds=round(left))} left")
        self._shown.at(LABELS[seen.stage], seen.rows_done, seen.rows_read, ", ".join(notes))


class _Nothing:
    """A meter that is not shown."""

    def at(self, label: str, done: int, total: int | None, note: str) -> None:
        """Show nothing."""


@asynccontextmanager
async def run_meter(
    begins: Callable[[BulkProgress], object] | None = None, *, quiet: bool = False
) -> AsyncGenerator[RunMeter]:
    """A meter on stderr, gone when the run ends.

    Args:
        begins: called once, when the input was read and fits the list and the journal.
        quiet: whether nothing is shown.
    """
    with nullcontext(_Nothing()) if quiet else meter() as shown:
        run = RunMeter(shown, begins)
        ticking = asyncio.create_task(_tick(run))
        try:
            yield run
        finally:
            ticking.cancel()


async def _tick(run: RunMeter) -> None:
    while True:
        await asyncio.sleep(EVERY)
        run.show()
