"""Storage of a queue: opens and closes its journal, which is a file, or one of a folder that processes share."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from asyncsdk.errors import InvalidArgument
from asyncsdk.queue.adoption import OrphanAdopter
from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_folder import JournalFolder, is_folder
from asyncsdk.queue.journal_schema import DAMAGES
from asyncsdk.queue.options import QueueOptions, private_path
from asyncsdk.queue.recovery import Recovery
from asyncsdk.queue.row_persistence import RowPersistence

__all__ = ["Storage"]

ADOPTION_SECONDS: Final = 5.0
"""Seconds that opening a queue may take to adopt orphaned journals."""


class Storage:
    """Opens a queue's journal, takes in what is there, and closes it.

    Args:
        options: where the journal is, if there is one.
        persistence: writes into the journal.
        columns: the list's columns.
        recovery: takes in the rows that were left.
    """

    def __init__(
        self, options: QueueOptions, persistence: RowPersistence, columns: ColumnCache, recovery: Recovery
    ) -> None:
        self._path = private_path(options.journal)
        self._list_id = options.list_id
        self._adopt_every = options.timing.adopt_every
        self._persistence = persistence
        self._columns = columns
        self._recovery = recovery
        self._adopter: OrphanAdopter | None = None
        self._adopting: asyncio.Task[None] | None = None
        self.journal: QueueJournal | None = None
        """The journal, while there is one."""

    async def open(self) -> None:
        """Open the journal, and restore the rows in it.

        Raises:
            InvalidArgument: the file is not a journal, is of another list, or is in use; or the folder cannot be
                used.
            StoreFailed: another process holds the lock of the folder and does not release it.
        """
        if self._path is None:
            return
        if is_folder(self._path):
            await self._open_folder(JournalFolder(self._path, self._list_id))
            return
        journal = QueueJournal(self._path, self._list_id)
        self._use(journal)
        try:
            columns, rows, holds, unsaved = (
                journal.columns(),
                journal.rows(),
                journal.holds(),
                journal.unsaved_rows(),
            )
        except DAMAGES as error:
            self._persistence.journal = self.journal = None
            journal.release()
            raise InvalidArgument(f"The journal {self._path} is damaged: {type(error).__name__}.") from error
        if columns is not None:
            self._columns.restore(columns)
        self._recovery.restore(rows, holds, unsaved)

    async def _open_folder(self, folder: JournalFolder) -> None:
        self._persistence.folder = folder
        journal = await folder.new()
        self._use(journal)
        journal.remembers = True
        adopter = OrphanAdopter(folder, journal, self._persistence, self._recovery, self._adopt_every)
        self._adopter = adopter
        try:
            if (columns := await asyncio.to_thread(folder.columns)) is not None:
                self._columns.restore(columns)
            with suppress(TimeoutError):
                async with asyncio.timeout(ADOPTION_SECONDS):
                    await adopter.adopt()
        except BaseException:
            await self.close()
            self._persistence.journal = self.journal = None
            raise
        self._adopting = asyncio.create_task(adopter.run(), name="asyncsdk queue adoption")

    def _use(self, journal: QueueJournal) -> None:
        journal.loop = asyncio.get_running_loop()
        self._persistence.journal = self.journal = journal

    async def adopt_before_sending(self) -> None:
        """Take over what dead processes have left, before anything newer is sent."""
        if self._adopter is not None:
            await self._adopter.adopt_before_sending()

    async def adopt_before_closing(self) -> None:
        """Take over what could not be taken over until now."""
        if self._adopter is not None and self._adopter.is_incomplete:
            await self._adopter.adopt()

    async def stop(self) -> None:
        """Take over nothing any more."""
        if self._adopting is not None:
            self._adopting.cancel()
            await asyncio.wait({self._adopting})
        if self._adopter is not None:
            await self._adopter.finish()

    async def close(self) -> None:
        """Write what is to be written, and let go of the file; a folder's is removed if it holds nothing."""
        journal = self.journal
        if journal is None:
            return
        await self.stop()
        try:
            if await journal.finish() and self._persistence.folder is not None and journal.is_empty:
                await asyncio.to_thread(JournalFolder.remove, [journal])
        finally:
            await journal.close()
