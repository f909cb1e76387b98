"""Journal writer: group commit in a thread; rows that are put at the same time are written together.

If the disk needs 10 ms for a commit, each commit holds all rows of 10 ms.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from attrs import field, frozen

from asyncsdk.errors import ActOnError

__all__ = ["JournalWriter", "Statement", "Write", "deletion_of"]

_log = logging.getLogger("asyncsdk")


@frozen
class Statement:
    """One that is to be executed with each of some values."""

    sql: str
    values: Sequence[tuple[Any, ...]] = field(repr=False)


@frozen
class Write:
    """A write, and who waits for it."""

    statement: str
    values: Sequence[tuple[Any, ...]] = field(repr=False)
    done: asyncio.Future[None] | None = None
    accept: Callable[[bool], None] | None = None
    more: Sequence[Statement] = ()
    """The statements, which are executed together or not at all."""


class JournalWriter:
    """Writes to one database, in the order of the requests.

    Args:
        name: what the file is called in messages.
        database: the database.
    """

    def __init__(self, name: str, database: sqlite3.Connection) -> None:
        self.name = name
        self._database = database
        self._pending: list[Write] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="asyncsdk queue journal")

    async def wait_written(self) -> None:
        """Wait until everything is on disk, or has failed."""
        while self._writer is not None:
            await asyncio.wait({self._writer})

    async def finish(self) -> bool:
        """Write what is left; gives whether all of it is on disk."""
        self._start()
        await self.wait_written()
        if self._pending:
            _log.error(
                "The journal could not be told of everything that was saved: rows will be sent again.",
                extra={"acton_event": "queue_journal_not_told"},
            )
        return not self._pending

    def write(self, writing: Write) -> None:
        """Write soon, together with everything else that is to be written then."""
        self._pending.append(writing)
        self._start()

    def _start(self) -> None:
        if self._writer is None and self._pending:
            self._writer = asyncio.get_running_loop().create_task(self._write_on(), name="asyncsdk queue journal")
            self._writer.add_done_callback(self._forget)

    def _forget(self, writer: asyncio.Task[None]) -> None:
        """Forget a task that somebody has cancelled before its first step: it could not do that itself."""
        if self._writer is writer:
            self._writer = None
            if writer.cancelled():
                self._fail([], asyncio.CancelledError())

    async def _write_on(self) -> None:
        batch: list[Write] = []
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                try:
                    await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, batch)
                except sqlite3.Error as error:
                    self._pending = [*self._refused(batch, error), *self._pending]
                    if all(writing.done is None for writing in self._pending):
                        return  # tried again with the next row, and when the queue is closed
                else:
                    _tell(batch)
                batch = []
        except BaseException as error:
            self._fail(batch, error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._writer = None

    def _fail(self, batch: Sequence[Write], error: BaseException) -> None:
        """Refuse those who wait: they must not wait for ever. Failed rows are not kept; the next begins again."""
        left = [*batch, *self._pending]
        refused = [writing.values[0][0] for writing in left if writing.accept is not None]
        self._pending = self._refused(left, error)
        if refused:
            self._pending.append(deletion_of(refused))

    def _commit(self, batch: Sequence[Write]) -> None:
        with self._database:
            self._database.execute("BEGIN")
            for writing in batch:
                for each in (Statement(writing.statement, writing.values), *writing.more):
                    self._database.executemany(each.sql, each.values)

    def _refused(self, batch: Sequence[Write], error: BaseException) -> list[Write]:
        """Raise the error where somebody waits for a write; gives the other writes."""
        why = str(error) or type(error).__name__
        _log.error("The journal cannot be written: %s", why, extra={"acton_event": "queue_journal_not_told"})
        for writing in batch:
            if writing.accept is not None:
                writing.accept(False)
            if writing.done is not None and not writing.done.done():
                writing.done.set_exception(ActOnError(f"The journal {self.name} cannot be written: {why}."))
        return [writing for writing in batch if writing.done is None]


def deletion_of(numbers: Sequence[int]) -> Write:
    """The write that deletes rows."""
    return Write("DELETE FROM queued WHERE number = ?", [(number,) for number in numbers])


def _tell(batch: Sequence[Write]) -> None:
    for writing in batch:
        if writing.accept is not None:
            writing.accept(True)
        if writing.done is not None and not writing.done.done():
            writing.done.set_result(None)
