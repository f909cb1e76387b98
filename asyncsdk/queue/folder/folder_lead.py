"""Folder lead: the right to send the rows of a folder, and the state into which its holder writes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from attrs import frozen

from asyncsdk import clock
from asyncsdk.errors import ActOnError, StoreFailed
from asyncsdk.queue import journal_schema
from asyncsdk.queue.folder.columns_file import keep_columns
from asyncsdk.queue.folder.lead_claim import LEASE, LeadClaim
from asyncsdk.queue.folder.queue_files import QueueFiles
from asyncsdk.queue.folder.row_sources import Sources
from asyncsdk.queue.folder.row_writes import RowWrites
from asyncsdk.queue.folder.state_schema import state_rows
from asyncsdk.queue.folder.taking import FLUSHED, TakenRow, newer_part, saved_before
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.journal_writer import Write
from asyncsdk.queue.pacing import Pace, pace_from_text
from asyncsdk.queue.results import PutOutcome, UnsavedRow
from asyncsdk.queue.shared_journal import JournalContents, JournalNews
from asyncsdk.uploads.addresses import normalized_address
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["FolderLead"]

TOLD_WITHIN: Final = 60.0
"""Seconds that those who wait for the outcome of a row that was given up have to take it."""

OUTCOME_SECONDS: Final = 600.0
"""Seconds for which the outcome of a saved row is kept for those who do not take it."""

MEMORY: Final = 86_400.0
"""Seconds for which it is remembered what the list holds: no process keeps a row for as long."""

SWEEP_EVERY: Final = 30.0

_SUPERSEDED: Final = PutOutcome("upserted")
"""The outcome of a row of which the list holds newer values."""


@frozen
class _Untold:
    """Rows that were given up, and whose outcome other processes were to tell."""

    told: set[int]
    """The numbers of those that were told."""

    due: list[tuple[int, UnsavedRow]]
    """Those that nobody tells."""


class FolderLead(RowWrites):
    """The lead for one term.

    Args:
        files: the queue's files.
        owner: the account.
        claim: the file by which this process has it.
        database: the state of the term.
        sources: where rows come from.
    """

    def __init__(
        self, files: QueueFiles, owner: str, claim: LeadClaim, database: sqlite3.Connection, sources: Sources
    ) -> None:
        super().__init__(str(files.state(owner, claim.term)), database, claim)
        self.saved_lately = {}
        self.kept = set()
        self._files = files
        self._owner = owner
        self._sources = sources
        self._flush_asked = 0
        self._swept_at = clock.monotonic()
        self._keeper = asyncio.get_running_loop().create_task(self._keep(), name="asyncsdk queue lead renewal")

    async def _keep(self) -> None:
        """Say that this process lives."""
        while True:
            with suppress(OSError):  # the disk is full
                if not self.claim.renew():
                    self.lost.set()
                    return
            await asyncio.sleep(LEASE / 3)

    def claim_for(self, owner: str) -> bool:
        """Whether its rows are for this account."""
        return owner == self._owner

    def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list, so that the next queue can take rows before it reads them."""
        keep_columns(self._files.folder, columns)

    async def contents(self) -> JournalContents:
        """Read what the state holds, once, before anything else.

        Raises:
            ActOnError: it cannot be read.
        """
        return await self.run(self._contents)

    def _contents(self) -> JournalContents:
        self.check_fence()
        self._sources.take(self._database, self.transaction)
        self._flush_asked = max((each.flush_asked for each in self._sources.collect()), default=0)
        database, now = self._database, clock.wall()
        try:
            rows: list[JournalRow] = []
            for row in state_rows(database):
                newer = newer_part(row, saved_before(database, row.email, now))
                if newer is None:
                    self._loop.call_soon_threadsafe(self._supersede, [row])
                else:
                    rows.append(newer)
            holds = journal_schema.holds_in(database, now)
            unsaved = journal_schema.unsaved_in(database)
            told = {number for (number,) in database.execute("SELECT DISTINCT unsaved FROM outcomes")}
            pace = pace_from_text(journal_schema.metadata(database, "pace"))
        except journal_schema.DAMAGES as error:
            raise StoreFailed(f"The journal {self.name} is damaged: {type(error).__name__}.") from error
        self.kept |= {number for number, _ in unsaved if number in told}
        return JournalContents(rows, holds, [each for each in unsaved if each[0] not in told], pace)

    async def news(self) -> JournalNews:
        """Take what has come into the intakes since.

        Raises:
            ActOnError: it cannot be read or written now; the next call gives it.
        """
        await self.wait_written()
        if not self._pending:
            self.saved_lately.clear()  # it is in the state
        kept = sorted(self.kept)
        untold = await self.run(lambda: self._look(kept))
        self.kept -= untold.told | {number for number, _ in untold.due}
        found = self._sources.collect()
        return JournalNews(
            self._newer_rows([row for each in found for row in each.rows]),
            max([self._flush_asked, *(each.flush_asked for each in found)]),
            [*untold.due, *(row for each in found for row in each.unsaved)],
            {until: keys for each in found for until, keys in each.holds.items()},
        )

    def _newer_rows(self, taken: Sequence[TakenRow]) -> list[JournalRow]:
        """The rows, the oldest first, without those of which the list holds newer values."""
        rows: list[JournalRow] = []
        superseded: list[JournalRow] = []
        for each in taken:
            lately = self.saved_lately.get(journal_schema.digest(normalized_address(each.row.email)), {})
            newer = newer_part(each.row, each.saved, lately)
            if newer is None:
                superseded.append(each.row)
            else:
                rows.append(newer)
        self._supersede(superseded)
        return sorted(rows, key=lambda row: row.put_at)

    def _supersede(self, rows: Sequence[JournalRow]) -> None:
        """Delete rows of which the list holds newer values."""
        if rows:
            numbers = [row.number for row in rows]
            self.notify(numbers, _SUPERSEDED)
            self.delete(numbers)

    def _look(self, kept: Sequence[int]) -> _Untold:
        now = clock.wall()
        self.check_fence()
        self._sources.take(self._database, self.transaction)
        self._sweep(now)
        return self._untold(kept, now - TOLD_WITHIN)

    def _untold(self, kept: Sequence[int], since: float) -> _Untold:
        if not kept:
            return _Untold(set(), [])
        rows = dict(journal_schema.unsaved_in(self._database))
        waits = dict(self._database.execute("SELECT unsaved, max(since) FROM outcomes GROUP BY unsaved"))
        due = [each for each in kept if each in rows and waits.get(each, since) <= since]
        return _Untold({each for each in kept if each not in rows}, [(each, rows[each]) for each in due])

    def _sweep(self, now: float) -> None:
        """Forget what nobody needs any more."""
        if clock.monotonic() - self._swept_at < SWEEP_EVERY:
            return
        self._swept_at = clock.monotonic()

        def sweep(database: sqlite3.Connection) -> None:
            database.execute("DELETE FROM saved WHERE put_at < ?", (now - MEMORY,)).close()
            database.execute("DELETE FROM outcomes WHERE since < ?", (now - OUTCOME_SECONDS,)).close()

        self.transaction(sweep)

    def tell(self, trouble: str, flushed: int, pace: Pace | None) -> None:
        """Let all processes see what keeps rows from being saved, which flush is done, and the pace of flushes."""
        values = [("trouble", trouble)]
        if pace is not None:
            values.append(("pace", str(pace)))
        if flushed:
            values.append((FLUSHED, str(flushed)))
        self.write(Write("INSERT OR REPLACE INTO queue VALUES (?, ?)", values))

    async def release(self) -> None:
        """Complete all writes as far as that can be done, and let another process have the lead at once."""
        self._keeper.cancel()
        try:
            with suppress(ActOnError):
                await self.run(self._take_last)
            await self.close()
        finally:
            self.claim.release()

    def _take_last(self) -> None:
        """Take what came last, such as notes of this process, and remove the intakes that are empty then."""
        for _ in range(2):
            self._sources.take(self._database, self.transaction)

    def _close_files(self) -> None:
        self._sources.close()
        super()._close_files()
