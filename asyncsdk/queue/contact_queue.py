"""Contact queue: what a program opens, puts contacts into, and closes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from os import PathLike
from types import TracebackType
from typing import Any, Literal, Self, overload

from asyncsdk.queue.entry import Entry
from asyncsdk.queue.folder.folder_journal import FolderJournal
from asyncsdk.queue.journal_folder import is_folder
from asyncsdk.queue.lifecycle import Phase, QueueState
from asyncsdk.queue.options import QueueOptions, QueueTiming
from asyncsdk.queue.private_queue import PrivateQueue
from asyncsdk.queue.queue_backend import QueueBackend
from asyncsdk.queue.results import PutOutcome, QueueClosed, QueueReport, RowsUnsaved, UnsavedRow
from asyncsdk.queue.shared_journal import SharedJournal
from asyncsdk.queue.shared_queue import SharedQueue
from asyncsdk.queue.signals import DRAIN_HANDLERS
from asyncsdk.transport.call_options import DEFAULT_OPTIONS
from asyncsdk.uploads.caller import UploadCaller

__all__ = ["ContactQueue"]

_log = logging.getLogger("asyncsdk")


class ContactQueue:
    """A queue of contacts for one list; made by ``acton.contacts.queue``, which says what its arguments mean.

    ``async with queue``, or ``await queue.open()`` and ``await queue.close()``. It may be used from any number of
    tasks at once.
    """

    def __init__(
        self,
        caller: UploadCaller,
        check_session: Callable[[], object],
        list_id: str,
        *,
        max_size: int = 1000,
        max_age: float = 10.0,
        capacity: int = 10_000,
        quota_share: float = 0.5,
        drain_within: float | None = None,
        journal: str | PathLike[str] | SharedJournal | None = None,
        on_unsaved: Callable[[UnsavedRow], object] | None = None,
        timing: QueueTiming | None = None,
    ) -> None:
        options = QueueOptions(
            list_id,
            max_size,
            caller.pauses.seconds(max_age),
            capacity,
            quota_share,
            drain_within,
            journal,
            on_unsaved,
            (QueueTiming() if timing is None else timing).shortened(caller.pauses),
        )
        self._drain_seconds = options.drain_seconds
        self._state = QueueState(list_id, check_session)
        self._backend = _backend(caller, self._state, options)
        self._opening_ended = asyncio.Event()
        self._opening_ended.set()
        self._closing: asyncio.Task[None] | None = None
        self._handing_out = 0

    def __repr__(self) -> str:
        return f"<ContactQueue {self._state.list_id} {self._state}, {len(self)} rows>"

    def __len__(self) -> int:
        """How many addresses wait or are on their way."""
        return len(self._backend)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            await self.close()
            return
        report = await self._end(hand_out=False)
        if report.unsaved or report.unsaved_more:
            error.add_note(str(RowsUnsaved(report)))

    async def open(self) -> None:
        """Read the journal, if there is one, and begin to send what an earlier queue left there.

        Raises:
            InvalidArgument: the file is not a journal, is of another list, or is in use.
            QueueClosed: the queue was opened before, or is closed meanwhile.
            SessionNotOpen, SessionClosed: the session is not open.
        """
        self._state.begin_to_open()
        self._opening_ended.clear()
        try:
            await self._backend.start()
            self._state.opened()
        except BaseException:
            self._state.opening_failed()
            raise
        finally:
            self._opening_ended.set()

    @overload
    async def put(
        self, email: str, data: Mapping[str, Any] | None = None, *, wait: Literal[False] = False
    ) -> None: ...
    @overload
    async def put(
        self, email: str, data: Mapping[str, Any] | None = None, *, wait: Literal[True]
    ) -> PutOutcome: ...
    async def put(
        self, email: str, data: Mapping[str, Any] | None = None, *, wait: bool = False
    ) -> PutOutcome | None:
        """Take a contact, to be added to the list or updated there soon.

        It returns at once while there is room, and else when there is. Rows with the same address that have not
        been sent yet become one: of each column the last value counts. The first put of a queue reads the list's
        columns. A put that is cancelled while it waits for room has done nothing; after that the row stays queued.

        Args:
            email: the address.
            data: values by column heading or system type; None, NaN and an empty text keep what the list holds,
                ``asyncsdk.CLEAR`` erases it. ``docs/bulk.md`` tells what is written for each type.
            wait: wait until the row's outcome is known, and give it.

        Raises:
            InvalidArgument: the address is impossible, a column unknown or a value of no use; nothing was queued.
            QueueClosed: the queue is closed, or not open yet; or it was closed while this put waited.
            ActOnError: the columns cannot be read, and nothing was queued; or, with ``wait``, something keeps all
                rows from being sent: this one stays queued, and is sent when it has passed.
        """
        self._state.check_open()
        address, cells = await self._backend.columns.check_row(email, {} if data is None else data)
        self._state.check_open()
        return await self._backend.put(Entry(address, cells, asyncio.get_running_loop().time()), wait=wait)

    async def flush(self) -> QueueReport:
        """Send what waits now, whatever its age; the calls count for the pace all the same.

        It returns when all that was put before has ended, or is known to be in trouble: the report tells. Rows that
        wait for an older value of their address are not waited for.

        Raises:
            QueueClosed: the queue is closed, or not open yet.
        """
        self._state.check_open()
        await self._backend.flush()
        return self.report()

    async def close(self) -> QueueReport:
        """Take no more rows, send what there is within ``drain_within`` seconds, and tell what was done.

        What could not be sent stays in the journal, if there is one. Closing twice is harmless, and a close that is
        cancelled goes on.

        Raises:
            RowsUnsaved: rows were not saved that no journal keeps and that nobody was given.
        """
        report = await self._end(hand_out=True)
        if report.unsaved or report.unsaved_more:
            raise RowsUnsaved(report)
        return report

    async def _end(self, *, hand_out: bool) -> QueueReport:
        """Close; ``hand_out`` says whether the caller is given the rows that were not saved."""
        if self._closing is None:
            self._state.close(self._drain_seconds)
            self._closing = asyncio.get_running_loop().create_task(self._close(), name="asyncsdk queue close")
        self._handing_out += hand_out
        try:
            await asyncio.wait({self._closing})
        finally:
            self._handing_out -= hand_out
        if not self._closing.cancelled():
            self._closing.result()
        return self.report()

    def report(self) -> QueueReport:
        """What was done so far."""
        if self._state.phase < Phase.CLOSING:
            self._state.check_loop()
        return self._backend.report()

    def drain_on_sigterm(self) -> None:
        """On SIGTERM close the queue first, and then let the signal do what it did before.

        For programs without a framework: one that has a shutdown hook calls ``close`` there. A second SIGTERM is
        not kept waiting. The previous handler is put back when the queue is closed.

        Raises:
            ActOnError: this is not the main thread.
            QueueClosed: the queue is not open.
        """
        self._state.check_open()
        DRAIN_HANDLERS.add(self._close_on_sigterm)

    async def _close_on_sigterm(self) -> None:
        report = await self._end(hand_out=False)
        if report.unsaved or report.unsaved_more:
            _log.error(
                "%s",
                RowsUnsaved(report),
                extra={
                    "acton_event": "queue_rows_unsaved",
                    "acton_list": self._state.list_id,
                    "acton_rows": len(report.unsaved) + report.unsaved_more,
                },
            )

    async def _close(self) -> None:
        self._backend.refuse_puts()
        try:
            await self._opening_ended.wait()
            await self._backend.drain()
        finally:  # also when the event loop ends, and cancels this task
            try:
                await self._release()
            finally:
                DRAIN_HANDLERS.remove(self._close_on_sigterm)

    async def _release(self) -> None:
        where = (
            "The journal keeps it for the next queue."
            if self._backend.keeps_rows
            else "It is among the rows that are not saved."
        )
        told = QueueClosed(f"The queue was closed before it was known that this row is saved. {where}")
        try:
            await self._backend.release(told)
            if self._handing_out:
                self._backend.mark_reported()
        finally:
            await self._backend.close()


def _backend(caller: UploadCaller, state: QueueState, options: QueueOptions) -> QueueBackend:
    """The parts behind a queue: its rows are this process's alone, or shared with others."""
    if isinstance(options.journal, SharedJournal):
        return SharedQueue(caller, state, options, options.journal)
    if options.journal is not None and is_folder(options.journal):
        account = partial(caller.identity, DEFAULT_OPTIONS)
        return SharedQueue(
            caller, state, options, FolderJournal(options.journal, account, options.timing.adopt_every)
        )
    return PrivateQueue(caller, state, options)
