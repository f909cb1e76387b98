"""Folder journal: the journal that all processes of one machine share, in a folder."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from typing import Final, TypeVar

from asyncsdk import clock
from asyncsdk.errors import ActOnError, InvalidArgument, StoreFailed
from asyncsdk.queue.backoff import pause_after
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.folder.columns_file import keep_columns, read_columns
from asyncsdk.queue.folder.folder_lead import FolderLead
from asyncsdk.queue.folder.intake import Intake
from asyncsdk.queue.folder.intake_reader import IntakeReaders
from asyncsdk.queue.folder.lead_claim import LeadWatch
from asyncsdk.queue.folder.left_journals import LeftJournals
from asyncsdk.queue.folder.queue_files import QueueFiles
from asyncsdk.queue.folder.row_sources import Sources
from asyncsdk.queue.folder.state_file import open_state, remove_empty_state
from asyncsdk.queue.folder.state_view import Seen, StateView
from asyncsdk.queue.shared_journal import JournalLook
from asyncsdk.redaction import mask
from asyncsdk.shared_task import result_of
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["FolderJournal"]

R = TypeVar("R")

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at what the sender has taken of this process's rows."""

ACCOUNT_SECONDS: Final = 1.0
"""Seconds for which the lead waits for the account before it is tried again."""


class FolderJournal:
    """The journal in a folder, as one process has it open.

    Args:
        path: the folder; it is made if it is missing, for its owner alone.
        account: tells for which account rows are sent: every account has a list ``l-0001``.
        adopt_every: seconds between two looks for journals that other queues have left in the folder.
    """

    def __init__(
        self, path: str | PathLike[str], account: Callable[[], Awaitable[str]], adopt_every: float = 15.0
    ) -> None:
        self._path = Path(path)
        self._adopt_every = adopt_every
        self._account = account
        self._trouble: ActOnError | None = None
        self._asking: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._queue: _OpenQueue | None = None
        self._flush = 0

    def __repr__(self) -> str:
        return f"<FolderJournal {self._path}>"

    # Open and close.

    async def open(self, list_id: str, capacity: int) -> None:
        """Open the folder, or make it.

        Raises:
            InvalidArgument: it cannot be used.
        """
        if os.name != "posix":
            raise InvalidArgument("A folder of journals needs a POSIX system: here, give each process a file.")
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidArgument(f"The folder {fspath(self._path)} cannot be used: {error.strerror}.") from error
        files = QueueFiles(self._path, list_id)
        opening = asyncio.create_task(asyncio.to_thread(Intake, files.new_intake(), list_id))
        try:
            intake = await result_of(opening)
        except asyncio.CancelledError:
            await asyncio.wait({opening})
            if opening.exception() is None:
                await opening.result().close()
            raise
        self._queue = _OpenQueue(files, intake, capacity)
        loop = asyncio.get_running_loop()
        self._asking = loop.create_task(self._ask_account(self._queue), name="asyncsdk queue account")
        self._looking = loop.create_task(self._look_on(self._queue), name="asyncsdk queue journal look")

    @property
    def _open(self) -> _OpenQueue:
        if self._queue is None:
            raise InvalidArgument(f"The journal {self._path} is not open.")
        return self._queue

    async def close(self) -> None:
        """Close it; the lead was released before."""
        queue, self._queue = self._queue, None
        if queue is None:
            return
        tasks = {task for task in (self._asking, self._looking) if task is not None}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await queue.close()

    async def _ask_account(self, queue: _OpenQueue) -> None:
        """Ask whose account this is, until it is known."""
        failures = 0
        while True:
            try:
                queue.belongs_to(await self._account())
            except ActOnError as error:
                failures += 1
                self._trouble = error
                await asyncio.sleep(pause_after(failures))
            else:
                self._trouble = None
                return

    async def _look_on(self, queue: _OpenQueue) -> None:
        """Look again and again what the sender has taken, and delete it."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if not queue.intake.is_settled:
                try:
                    await queue.see()
                except ActOnError:
                    continue  # it is being written; the next look sees it

    async def columns(self) -> ListColumns | None:
        """The list's columns, as far as a process has read them."""
        files = self._open.files
        return await asyncio.to_thread(read_columns, files.folder, files.list_id)

    async def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list for all processes."""
        await asyncio.to_thread(keep_columns, self._path, columns)

    # Rows.

    async def append(self, entry: Entry, *, awaited: bool) -> int | None:
        """Write a row into the intake of this process; gives its number there, or None if there is no room.

        Raises:
            ActOnError: the disk does not take it, or the folder was removed.
        """
        queue = self._open
        if queue.is_full:
            await queue.see()
            if queue.is_full:
                return None
        return await queue.intake.append(entry, awaited)

    async def look(self, tickets: Sequence[int]) -> JournalLook:
        """Look at the journal as a whole, and at the outcomes of some rows of this process.

        Raises:
            ActOnError: it cannot be read now.
        """
        queue = self._open
        seen = await queue.see(tickets)
        trouble, flushed = seen.trouble, seen.flushed
        if queue.owner is None and self._trouble is not None:
            trouble, flushed = f"{type(self._trouble).__name__}: {mask(str(self._trouble))}", self._flush
        oldest = 0.0 if seen.put_at is None else max(0.0, clock.wall() - seen.put_at)
        return JournalLook(seen.rows + queue.intake.held, oldest, trouble, flushed, seen.outcomes)

    async def acknowledge(self, tickets: Sequence[int]) -> None:
        """Note that this process has told the outcomes of these rows to those who waited."""
        await self._open.intake.note("told", tickets)

    async def stop_waiting(self, tickets: Sequence[int]) -> None:
        """Note that nobody waits for these rows any more: if they are given up, that is to be reported."""
        await self._open.intake.note("left", tickets)

    async def ask_for_flush(self) -> int:
        """Ask the sender to send all that was appended before; gives the number of this flush."""
        self._flush = await self._open.intake.note("flush", [0])
        return self._flush

    # The lead.

    async def try_lead(self) -> FolderLead | None:
        """Take the lead if nobody has it.

        Raises:
            ActOnError: the account is not known, or the folder cannot be used.
        """
        queue = self._open
        if queue.owner is None and self._asking is not None:
            await asyncio.wait({self._asking}, timeout=ACCOUNT_SECONDS)
        if queue.owner is None:
            if self._trouble is not None:
                raise self._trouble.with_traceback(None)
            return None
        return await queue.try_lead(self._adopt_every)


class _OpenQueue:
    """What a process has open of a queue.

    Args:
        files: the queue's files.
        intake: takes the rows of this process.
        capacity: how many rows the queue takes.
    """

    def __init__(self, files: QueueFiles, intake: Intake, capacity: int) -> None:
        self.files = files
        self.intake = intake
        self.owner: str | None = None
        self._capacity = capacity
        self._seen = Seen()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="asyncsdk queue journal look")
        self._view: StateView | None = None
        self._watch: LeadWatch | None = None

    def belongs_to(self, owner: str) -> None:
        """Know the account, without which nobody sends."""
        self.owner = owner
        self._view = StateView(self.files, owner, self.intake.path.name)
        self._watch = LeadWatch(self.files, owner)
        self.intake.keep_owner(owner)

    @property
    def is_full(self) -> bool:
        """Whether the queue holds all that it takes, as far as is known."""
        return self._seen.rows + self.intake.held >= self._capacity

    async def see(self, rows: Sequence[int] = ()) -> Seen:
        """Look at the state.

        Raises:
            StoreFailed: it cannot be read now.
        """
        view = self._view
        if view is None:
            return self._seen
        seen = self._seen = await self._run(lambda: view.read(rows))
        if seen.taken is not None:
            self.intake.delete_taken(*seen.taken)
        return seen

    async def try_lead(self, adopt_every: float) -> FolderLead | None:
        """Take the lead if nobody has it.

        Raises:
            ActOnError: the folder cannot be used.
        """
        owner, watch = self.owner, self._watch
        if owner is None or watch is None or (claim := await self._run(watch.try_claim)) is None:
            return None
        try:
            database = await self._run(partial(open_state, self.files, owner, claim.term))
        except BaseException:
            claim.release()
            raise
        intakes, left = IntakeReaders(self.files, owner, self.intake.path), LeftJournals(self.files, owner)
        return FolderLead(self.files, owner, claim, database, Sources(intakes, left, adopt_every))

    async def _run(self, work: Callable[[], R]) -> R:
        """Look at files in a thread, to its end.

        Raises:
            ActOnError: they cannot be used now.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (OSError, sqlite3.Error) as error:
            raise StoreFailed(f"The folder {self.files.folder} cannot be used: {error}.") from error

    async def close(self) -> None:
        """Close all, and remove what holds nothing."""
        with suppress(ActOnError):  # what was taken stays in the intake then; the sender knows it
            await self.see()
        await self.intake.close()
        try:
            await self._run(self._close_view)
        finally:
            self._thread.shutdown(wait=False)

    def _close_view(self) -> None:
        if self._view is not None and self._watch is not None and self.owner is not None:
            self._view.close()
            remove_empty_state(self.files, self.owner, self._watch)
