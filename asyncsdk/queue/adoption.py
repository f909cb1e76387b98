"""Takes over what dead processes have left in a folder of journals: their rows become this queue's own.

The rows are written into this queue's journal, with the identities of the journals that they are from, before these
are removed. Who is killed in between leaves a journal that says whose rows it has, so that none comes twice.
"""

from __future__ import annotations

import asyncio
import logging
from math import inf
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.folder import JournalFolder
from asyncsdk.queue.haul import Haul, haul_of, without_the_saved
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.loops import loop_time
from asyncsdk.queue.recovery import Recovery
from asyncsdk.redaction import mask

__all__ = ["Adoption"]

_log = logging.getLogger("asyncsdk")

LOOK_AGAIN: Final = 1.0
"""Seconds after a look in which nothing is looked for before rows are sent."""

MEMORY: Final = 86_400.0
"""Seconds for which it is remembered what the list holds: no living process keeps a row for as long."""


class Adoption:
    """Looks for such journals.

    Args:
        folder: where they are.
        journal: this queue's own.
        keeper: knows the account.
        recovery: takes their rows in.
        every: seconds between two looks.
    """

    def __init__(
        self, folder: JournalFolder, journal: QueueJournal, keeper: RowPersistence, recovery: Recovery, every: float
    ) -> None:
        self._folder = folder
        self._journal = journal
        self._keeper = keeper
        self._recovery = recovery
        self._every = every
        self._looking = asyncio.Lock()
        self._adopting: asyncio.Task[bool] | None = None
        self._looked_at = -inf
        self._adopted: set[str] = set()
        self._complained = ""
        self.is_behind = True
        """Whether there may be something that the last look has not taken over."""

    async def run(self) -> None:
        """Look now and then, for ever."""
        while True:
            await asyncio.sleep(self._every)
            self._journal.forget_the_saved(clock.wall() - MEMORY)
            await self.look()

    async def look_before_sending(self) -> None:
        """Look, unless somebody did just now: what a dead process has left is older than what is sent now."""
        if loop_time() - self._looked_at > LOOK_AGAIN:
            await self.look()

    async def look(self) -> None:
        """Take over what is there. What prevents it is logged; the next look tries again."""
        async with self._looking:
            self.is_behind = True
            self._looked_at = loop_time()
            try:
                orphans = await asyncio.to_thread(self._folder.orphans)
                if orphans:
                    owner = await self._keeper.check_account()
                    self._adopting = asyncio.create_task(
                        self._adopt(orphans, owner), name="asyncsdk queue adoption"
                    )
                    self.is_behind = not await asyncio.shield(self._adopting)
                else:
                    self.is_behind = False
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
            journals = await asyncio.to_thread(self._folder.take, orphans, owner)
            try:
                if journals:
                    await self._take_over(journals)
            finally:
                for journal in journals:
                    journal.let_go()
        return True

    async def _take_over(self, journals: list[QueueJournal]) -> None:
        now = clock.wall()
        read, unreadable = await asyncio.to_thread(haul_of, journals, self._adopted, now)
        for journal, why in unreadable.items():
            self._folder.leave_alone(Path(journal.name), why)
        haul = (await asyncio.to_thread(without_the_saved, read, self._journal, now)).numbered(self._journal.number)
        await self._journal.take_over(haul.statements())
        self._adopted |= haul.adopted
        self._take_in(haul)
        if haul.rows or haul.unsaved:
            _log.warning(
                "%d rows were taken over from %d journals that were left.",
                len(haul.rows) + len(haul.unsaved),
                len(journals) - len(unreadable),
            )
        await asyncio.to_thread(self._folder.remove, [each for each in journals if each not in unreadable])
        self._journal.was_removed(sorted(haul.adopted))

    def _take_in(self, haul: Haul) -> None:
        self._recovery.count_superseded(haul.told_already)
        for entry, until in self._recovery.take_in(haul.rows, haul.holds, haul.unsaved):
            self._keeper.returned([entry])
            self._keeper.held([entry.key], until)
