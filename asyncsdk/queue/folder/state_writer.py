"""State writer: writes the state of a term, as long as its process has the lead."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from asyncsdk.errors import StoreFailed
from asyncsdk.queue.folder.lead_claim import LeadClaim
from asyncsdk.queue.journal_writer import JournalWriter, Write
from asyncsdk.queue.shared_journal import LeadLost

__all__ = ["StateWriter"]

R = TypeVar("R")

_LOST: Final = "Another process sends this queue now, because this one stood still for too long."


class StateWriter(JournalWriter):
    """Group commit under a fence: after each commit it is made sure that no other process has taken the lead.

    Another one copies the state after it has the lead. So what is written before the fence is looked at is in the
    copy; and of what is written later nobody is told that it was written.

    Args:
        name: what the file is called in messages.
        database: the state.
        claim: the lead.
    """

    def __init__(self, name: str, database: sqlite3.Connection, claim: LeadClaim) -> None:
        super().__init__(name, database)
        self.claim = claim
        self.lost: asyncio.Event = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def check(self) -> None:
        """Make sure, by this process's own clock, that nobody else can have the lead; from any thread.

        Raises:
            LeadLost: somebody may have it.
        """
        if self.lost.is_set() or not self.claim.is_sure:
            raise LeadLost(_LOST)

    def check_fence(self) -> None:
        """Make sure that nobody else has the lead.

        Raises:
            LeadLost: somebody has.
        """
        if not self.claim.is_current:
            self._loop.call_soon_threadsafe(self.lost.set)
            raise LeadLost(_LOST)

    def write(self, writing: Write) -> None:
        """Write soon; nothing happens any more once the lead is lost."""
        if not self.lost.is_set():
            super().write(writing)
        elif writing.done is not None:
            writing.done.set_exception(LeadLost(_LOST))

    async def run(self, work: Callable[[], R]) -> R:
        """Do something with the database in the thread that writes it.

        Raises:
            LeadLost: another process has the lead.
            StoreFailed: the database or the folder cannot be used now.
        """
        try:
            return await self._loop.run_in_executor(self._thread, work)
        except (sqlite3.Error, OSError) as error:
            raise StoreFailed(f"The journal {self.name} cannot be used: {error}.") from error

    def transaction(self, work: Callable[[sqlite3.Connection], R]) -> R:
        """Write by a function, in the thread, all of it or nothing."""
        self.check_fence()
        with self._database:
            self._database.execute("BEGIN").close()
            result = work(self._database)
        self.check_fence()
        return result

    def _commit(self, batch: Sequence[Write]) -> None:
        self.check_fence()
        super()._commit(batch)
        self.check_fence()

    def _refused(self, batch: Sequence[Write], error: BaseException) -> list[Write]:
        if not isinstance(error, LeadLost):
            return super()._refused(batch, error)
        for writing in batch:
            if writing.done is not None and not writing.done.done():
                writing.done.set_exception(LeadLost(_LOST))
        return []

    async def close(self) -> None:
        """Complete all writes as far as that can be done, and close the file."""
        try:
            await self.finish()
        finally:
            closing = self._loop.run_in_executor(self._thread, self._close_files)
            self._thread.shutdown(wait=False)
            await closing

    def _close_files(self) -> None:
        self._database.close()
