"""Where a queue keeps its rows: in memory alone, in a file, or in a folder that processes share."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from asyncsdk.errors import InvalidArgument
from asyncsdk.queue.adoption import Adoption
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.folder import JournalFolder, is_folder
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.kept import DAMAGES
from asyncsdk.queue.options import QueueOptions
from asyncsdk.queue.recovery import Recovery

__all__ = ["Storage"]

PATIENCE: Final = 5.0
"""Seconds for which a queue that opens waits to be told whose rows dead processes have left."""


class Storage:
    """Opens a queue's journal, takes in what is there, and closes it.

    Args:
        options: where the journal is, if there is one.
        keeper: writes into the journal.
        columns: the list's columns.
        recovery: takes in the rows that were left.
    """

    def __init__(self, options: QueueOptions, keeper: RowPersistence, columns: Columns, recovery: Recovery) -> None:
        self._path = options.journal
        self._list_id = options.list_id
        self._look_every = options.timing.adopt_every
        self._keeper = keeper
        self._columns = columns
        self._recovery = recovery
        self._adoption: Adoption | None = None
        self._adopting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to keep rows.

        Raises:
            InvalidArgument: the journal is none, another list's, or in use; the folder cannot be used.
            StoreFailed: another process holds the folder's lock and neither works nor dies.
        """
        if self._path is None:
            return
        if is_folder(self._path):
            await self._open_folder(JournalFolder(self._path, self._list_id))
            return
        journal = QueueJournal(self._path, self._list_id)
        self._use(journal)
        try:
            shape, rows, holds, unsaved = journal.shape(), journal.kept(), journal.holds(), journal.kept_unsaved()
        except DAMAGES as error:
            self._keeper.journal = None
            journal.let_go()
            raise InvalidArgument(f"The journal {self._path} is damaged: {type(error).__name__}.") from error
        if shape is not None:
            self._columns.recall(shape)
        self._recovery.take_in(rows, holds, unsaved)

    async def _open_folder(self, folder: JournalFolder) -> None:
        self._keeper.folder = folder
        journal = await folder.new()
        self._use(journal)
        journal.remembers = True
        if (shape := await asyncio.to_thread(folder.shape)) is not None:
            self._columns.recall(shape)
        adoption = Adoption(folder, journal, self._keeper, self._recovery, self._look_every)
        self._adoption = adoption
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await adoption.look()
        except BaseException:
            await self.close()
            raise
        self._adopting = asyncio.create_task(adoption.run(), name="asyncsdk queue adoption")

    def _use(self, journal: QueueJournal) -> None:
        journal.loop = asyncio.get_running_loop()
        self._keeper.journal = journal

    async def look_before_sending(self) -> None:
        """Take over what dead processes have left, before anything newer is sent."""
        if self._adoption is not None:
            await self._adoption.look_before_sending()

    async def look_before_closing(self) -> None:
        """Take over what could not be taken over until now."""
        if self._adoption is not None and self._adoption.is_behind:
            await self._adoption.look()

    async def stop(self) -> None:
        """Take over nothing any more."""
        if self._adoption is not None and self._adopting is not None:
            self._adopting.cancel()
            await asyncio.wait({self._adopting})
            await self._adoption.finish()

    async def close(self) -> None:
        """Write what is to be written, and let go of the file; a folder's is removed if it holds nothing."""
        journal = self._keeper.journal
        if journal is None:
            return
        await self.stop()
        try:
            if await journal.finish() and self._keeper.folder is not None and journal.is_empty:
                await asyncio.to_thread(JournalFolder.remove, [journal])
        finally:
            await journal.close()
