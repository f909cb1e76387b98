"""Adoption of orphaned journals: the rows that dead processes have left in a folder become this queue's own.

The rows are written into this queue's journal, with the identities of the journals that they are from, before these
are removed. If a process is killed in between, its journal says whose rows it has, so that none comes twice.
"""

from __future__ import annotations

import asyncio
import logging
from math import inf
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_folder import JournalFolder
from asyncsdk.queue.orphaned_rows import OrphanedRows, read_orphans, without_superseded
from asyncsdk.queue.recovery import Recovery
from asyncsdk.queue.row_persistence import RowPersistence
from asyncsdk.redaction import mask

__all__ = ["OrphanAdopter"]

_log = logging.getLogger("asyncsdk")

LOOK_AGAIN: Final = 1.0
"""Seconds after a look in which nothing is looked for before rows are sent."""

MEMORY: Final = 86_400.0
"""Seconds for which it is remembered what the list holds: no living process keeps a row for as long."""


class OrphanAdopter:
    """Looks for orphaned journals, and takes their rows over.

    Args:
        folder: where they are.
        journal: this queue's own.
        persistence: knows the account.
        recovery: takes their rows in.
        every: seconds between two looks.
    """

    def __init__(
        self,
        folder: JournalFolder,
        journal: QueueJournal,
        persistence: RowPersistence,
        recovery: Recovery,
        every: float,
    ) -> None:
        self._folder = folder
        self._journal = journal
        self._persistence = persistence
        self._recovery = recovery
        self._every = every
        self._lock = asyncio.Lock()
        self._adopting: asyncio.Task[bool] | None = None
        self._adopted_at = -inf
        self._adopted: set[str] = set()
        self._complained = ""
        self.is_incomplete: bool = True
        """Whether there may be something that the last look has not taken over."""

    async def run(self) -> None:
        """Look again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(self._every)
            self._journal.forget_saved_before(clock.wall() - MEMORY)
            await self.adopt()

    async def adopt_before_sending(self) -> None:
        """Look, unless somebody did just now: what a dead process has left is older than what is sent now."""
        if loop_time() - self._adopted_at > LOOK_AGAIN:
            await self.adopt()

    async def adopt(self) -> None:
        """Take over what is there. What prevents it is logged; the next look tries again."""
        async with self._lock:
            self.is_incomplete = True
            self._adopted_at = loop_time()
            try:
                orphans = await asyncio.to_thread(self._folder.orphans)
                if orphans:
                    owner = await self._persistence.check_account()
                    self._adopting = asyncio.create_task(
                        self._adopt(orphans, owner), name="asyncsdk queue adoption"
                    )
                    self.is_incomplete = not await asyncio.shield(self._adopting)
                else:
                    self.is_incomplete = False
            except (ActOnError, OSError) as error:
                self._complain(f"{type(error).__name__}: {mask(str(error))}")
            else:
                self._complained = ""

    def _complain(self, why: str) -> None:
        if why != self._complained:
            self._complained = why
            _log.warning("Journals that were left cannot be taken over yet: %s", why)

    async def finish(self) -> None:
        """Let what has begun come to its end, which takes a moment."""
        if self._adopting is not None:
            await asyncio.wait({self._adopting})

    async def _adopt(self, orphans: list[Path], owner: str) -> bool:
        with self._folder.try_lock() as held:
            if not held:
                return False  # somebody else takes them over, or makes one
            journals = await asyncio.to_thread(self._folder.open_orphans, orphans, owner)
            try:
                if journals:
                    await self._take_over(journals)
            finally:
                for journal in journals:
                    journal.release()
        return True

    async def _take_over(self, journals: list[QueueJournal]) -> None:
        now = clock.wall()
        read, unreadable = await asyncio.to_thread(read_orphans, journals, self._adopted, now)
        for journal, why in unreadable.items():
            self._folder.ignore(Path(journal.name), why)
        orphaned = (await asyncio.to_thread(without_superseded, read, self._journal, now)).numbered(
            self._journal.next_number
        )
        await self._journal.take_over(orphaned.statements())
        self._adopted |= orphaned.adopted
        self._restore(orphaned)
        if orphaned.rows or orphaned.unsaved:
            _log.warning(
                "%d rows were taken over from %d journals that were left.",
                len(orphaned.rows) + len(orphaned.unsaved),
                len(journals) - len(unreadable),
            )
        await asyncio.to_thread(self._folder.remove, [each for each in journals if each not in unreadable])
        self._journal.forget_adopted(sorted(orphaned.adopted))

    def _restore(self, orphaned: OrphanedRows) -> None:
        self._recovery.count_superseded(orphaned.superseded)
        for entry, until in self._recovery.restore(orphaned.rows, orphaned.holds, orphaned.unsaved):
            self._persistence.mark_unsent([entry])
            self._persistence.keep_hold([entry.key], until)
