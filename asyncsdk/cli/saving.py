"""Upserts the rows of a file, some at a time, and knows of each what became of it."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import Final

from asyncsdk.cli.address import problem_with
from asyncsdk.cli.fates import Fate, Tally
from asyncsdk.cli.progress import Meter
from asyncsdk.cli.rows_file import AddRow
from asyncsdk.cli.sheet import Row, Sheet
from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    InvalidArgument,
    NotSent,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    ServerError,
    SessionClosed,
)
from asyncsdk.masking import mask
from asyncsdk.session import Session

__all__ = ["Saving"]

AT_ONCE: Final = 16
"""Rows under way: enough to keep 5 calls a second busy although each takes up to 3 seconds."""

PATIENCE: Final = 20
"""So many rows in a row of which nobody knows what became of them end the run."""

_HOPELESS: Final = (AuthenticationFailed, PermissionDenied, QuotaExhausted, NotSent, RateLimited)
"""What the next row would meet, too."""

_NOT_SENT: Final = (NotSent, QuotaExhausted, SessionClosed, AuthenticationFailed)


class Saving:
    """One run over a file. Rows with the same address go one after the other, so that the last one wins.

    Args:
        acton: the session; closed early when the run is interrupted.
        list_id: where the rows go.
        sheet: the file.
        keep: is given the rows that were not saved.
        progress: is told how far the run is.
    """

    def __init__(self, acton: Session, list_id: str, sheet: Sheet, keep: AddRow, progress: Meter) -> None:
        self.tally = Tally()
        self.interrupted = False
        """Whether it was cancelled."""
        self.stopped_by: Exception | None = None
        """What ended it before the last row."""
        self._acton = acton
        self._list_id = list_id
        self._sheet = sheet
        self._keep = keep
        self._progress = progress
        self._free = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: list[Row] = []
        """The row that was to start when the run was interrupted."""
        self._last: dict[str, asyncio.Task[None]] = {}
        self._unknown_in_a_row = 0

    async def run(self) -> None:
        """Bring every row to its end; also when cancelled, which is noted and goes no further."""
        rows = self._sheet.read()
        try:
            for row in rows:
                await self._start(row)
            await self._finish()
        except asyncio.CancelledError:
            self.interrupted = True
            await self._acton.close()
            await self._finish()
            for row in chain(self._waiting, rows):
                self._note(row, Fate.UNSENT, "interrupted")

    async def _start(self, row: Row) -> None:
        """See a row off, as soon as fewer than ``AT_ONCE`` are under way."""
        address = self._sheet.email_in(row)
        problem = self._problem_with(row, address)
        if problem is not None:
            self._note(row, Fate.REJECTED, problem)
            if row.number % 1000 == 0:
                await asyncio.sleep(0)
            return
        try:
            await self._free.acquire()
        except asyncio.CancelledError:
            self._waiting.append(row)
            raise
        key = address.casefold()
        task = asyncio.create_task(self._save(row, address, self._last.get(key)))
        self._tasks.add(task)
        self._last[key] = task
        task.add_done_callback(lambda done: self._over(done, key))

    def _over(self, task: asyncio.Task[None], key: str) -> None:
        self._tasks.discard(task)
        if self._last.get(key) is task:
            del self._last[key]
        self._free.release()

    async def _finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _save(self, row: Row, address: str, before: asyncio.Task[None] | None) -> None:
        """Save one row, behind an earlier one with the same address."""
        if before is not None:
            await asyncio.wait([before])
        if self.stopped_by is not None:
            self._note(row, Fate.UNSENT, "the run had to end")
            return
        try:
            await self._acton.contacts.upsert(self._list_id, email=address, data=self._sheet.fields_of(row))
        except ActOnError as error:
            self._failed(row, error)
            if isinstance(error, _HOPELESS) or self._unknown_in_a_row >= PATIENCE:
                await self._stop(error)
        except Exception as error:
            # A bug, whose row must be accounted for all the same.
            self._note(row, Fate.UNKNOWN, type(error).__name__)
            await self._stop(error)
        else:
            self._unknown_in_a_row = 0
            self._note(row, Fate.SAVED, "")

    def _failed(self, row: Row, error: ActOnError) -> None:
        reason = mask(" ".join(str(error).split()))
        if isinstance(error, SessionClosed):
            reason = "interrupted" if self.interrupted else "the run had to end"
        if isinstance(error, _NOT_SENT):
            fate = Fate.UNSENT
        elif isinstance(error, InvalidArgument):
            fate = Fate.REJECTED
        elif isinstance(error, APIError) and not isinstance(error, ServerError):
            fate = Fate.REFUSED
            # Each answer has an id of its own: without it, equal refusals count as one reason.
            reason = error.message
        else:
            fate = Fate.UNKNOWN
            reason = error.message if isinstance(error, ServerError) else reason
            self._unknown_in_a_row += 1
        self._note(row, fate, reason)

    async def _stop(self, error: Exception) -> None:
        """Send nothing more: calls that wait end unsent, those on the wire get a moment to be answered."""
        self.stopped_by = self.stopped_by or error
        await self._acton.close()

    def _problem_with(self, row: Row, address: str) -> str | None:
        if len(row.cells) > len(self._sheet.headings):
            return "more cells than headings"
        return problem_with(address)

    def _note(self, row: Row, fate: Fate, reason: str) -> None:
        self.tally.note(fate, row.number, reason)
        if fate is not Fate.SAVED:
            self._keep(row.cells)
        self._progress.at(self.tally.rows, f"{self.tally.counts[Fate.SAVED]:,} saved")
