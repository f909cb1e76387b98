"""Storage of a queue: opens and closes its journal, if it has one."""

from __future__ import annotations

import asyncio

from asyncsdk.errors import InvalidArgument
from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_schema import DAMAGES
from asyncsdk.queue.options import QueueOptions, private_path
from asyncsdk.queue.recovery import Recovery
from asyncsdk.queue.row_persistence import RowPersistence

__all__ = ["Storage"]


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
        self._persistence = persistence
        self._columns = columns
        self._recovery = recovery
        self.journal: QueueJournal | None = None
        """The journal, while there is one."""

    async def open(self) -> None:
        """Open the journal, and restore the rows in it.

        Raises:
            InvalidArgument: the file is not a journal, is of another list, or is in use.
        """
        if self._path is None:
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

    def _use(self, journal: QueueJournal) -> None:
        journal.loop = asyncio.get_running_loop()
        self._persistence.journal = self.journal = journal

    async def close(self) -> None:
        """Write what is to be written, and let go of the file."""
        if self.journal is not None:
            await self.journal.close()
