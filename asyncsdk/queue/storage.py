"""Where a queue keeps its rows: in memory alone, in a file, or in a folder that processes share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from os import PathLike
from typing import Final

from asyncsdk.errors import InvalidArgument
from asyncsdk.queue.adoption import Adoption
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.folder import JournalFolder, is_folder
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.kept import DAMAGES
from asyncsdk.queue.recovery import Left, take_in
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["Storage"]

PATIENCE: Final = 5.0
"""Seconds for which a queue that opens waits to be told whose rows dead processes have left."""


class Storage:
    """Opens a queue's journal, takes in what is there, and closes it.

    Args:
        path: the journal, or the folder of journals; None: rows are kept in memory.
        list_id: the list.
        keeper: writes into the journal.
        backlog: where rows go that were left.
        columns: the list's columns.
        bring: takes what is not simply waiting.
    """

    def __init__(
        self,
        path: str | PathLike[str] | None,
        list_id: str,
        keeper: RowPersistence,
        backlog: Backlog,
        columns: Columns,
        bring: Callable[[Left], None],
    ) -> None:
        self._path = path
        self._list_id = list_id
        self._keeper = keeper
        self._backlog = backlog
        self._columns = columns
        self._bring = bring
        self._folder: JournalFolder | None = None
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
        self._bring(take_in(rows, holds, self._backlog))
        for number, row in unsaved:
            self._keeper.unsaved.leave(row, number)

    async def _open_folder(self, folder: JournalFolder) -> None:
        self._folder = folder
        journal = await folder.new()
        self._use(journal)
        journal.remembers = True
        if (shape := await asyncio.to_thread(folder.shape)) is not None:
            self._columns.recall(shape)
        adoption = Adoption(folder, journal, self._keeper, self._backlog, self._bring)
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

    def keep_shape(self, shape: ListColumns) -> None:
        """The list's columns were read: the next queue can take rows before it reads them."""
        if self._folder is not None:
            self._folder.keep_shape(shape)
        elif self._keeper.journal is not None:
            self._keeper.journal.keep_shape(shape)

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
            if await journal.finish() and self._folder is not None and journal.is_empty:
                await asyncio.to_thread(JournalFolder.remove, [journal])
        finally:
            await journal.close()
