"""Private queue: a queue whose rows this process alone keeps and sends, with a journal of its own or none."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from math import inf, nextafter
from typing import Final

from asyncsdk import clock
from asyncsdk.http.call_count import CallCount
from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.engine import SendEngine
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.lifecycle import Phase, QueueState
from asyncsdk.queue.options import QueueOptions
from asyncsdk.queue.results import COUNTED, PutOutcome, QueueReport, UnsavedRow
from asyncsdk.queue.row_persistence import RowPersistence
from asyncsdk.queue.storage import Storage
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import UploadCaller

__all__ = ["A_MOMENT", "PrivateQueue"]

_log = logging.getLogger("asyncsdk")

A_MOMENT: Final = 0.5
"""Seconds that ``on_unsaved`` has in any case when a queue closes."""


class PrivateQueue:
    """Keeps rows in memory, and in a journal if there is one, and sends them.

    Args:
        caller: the session.
        state: whether the queue is open.
        options: the options of the queue.
    """

    def __init__(self, caller: UploadCaller, state: QueueState, options: QueueOptions) -> None:
        self._state = state
        self._counter = counter = CallCount()
        self._persistence = persistence = RowPersistence(
            options.on_unsaved, partial(caller.identity, CallOptions(counter=counter))
        )
        self.columns: ColumnCache = ColumnCache(caller, counter, persistence.keep_columns, state)
        self._engine = engine = SendEngine(caller, state, options, self.columns, counter, persistence)
        self._storage = Storage(options, persistence, self.columns, engine.recovery)
        self._look: asyncio.Task[None] | None = None
        self._put_at = -inf

    @property
    def keeps_rows(self) -> bool:
        """Whether there is a journal."""
        return self._storage.journal is not None

    def __len__(self) -> int:
        """How many addresses wait or are on their way."""
        return len(self._engine.backlog)

    async def start(self) -> None:
        """Take in what earlier queues have left, and begin to send.

        Raises:
            ActOnError: the journal cannot be used.
        """
        await self._storage.open()
        self._engine.start()
        self._look = asyncio.get_running_loop().create_task(self.columns.prefetch(), name="asyncsdk queue look")

    async def put(self, entry: Entry, *, wait: bool) -> PutOutcome | None:
        """Take a row, when there is room; with ``wait`` give its outcome.

        Raises:
            ActOnError: it was not taken; or, with ``wait``, something keeps all rows from being sent.
        """
        backlog = self._engine.backlog
        if not backlog.coalesces(entry.key):
            await self._engine.gate.acquire()
        waiter: asyncio.Future[PutOutcome] | None = None
        if wait:
            waiter = asyncio.get_running_loop().create_future()
            entry.waiters.append(waiter)
        # Of two rows for an address the one that is taken last is the newer.
        entry.put_at = self._put_at = max(clock.wall(), nextafter(self._put_at, inf))
        if self._storage.journal is None:
            self._add_row(entry)
        else:
            await self._write_down(self._storage.journal, entry)
        if waiter is None:
            return None
        if self._state.failure is not None:  # while the row was written: this put has not got the error
            backlog.notify_all(self._state.failure)
        return await waiter

    async def _write_down(self, journal: QueueJournal, entry: Entry) -> None:
        gate = self._engine.gate
        gate.reserved += 1

        def accept(number: int | None) -> None:
            gate.reserved -= 1
            if number is None:
                gate.notify()
            else:
                entry.numbers.append(number)
                self._add_row(entry)

        await journal.append(entry, accept)

    def _add_row(self, entry: Entry) -> None:
        self._engine.backlog.counts["puts"] += 1
        self._engine.add_row(entry)

    async def flush(self) -> None:
        """Send what waits, whatever its age, and wait until that is done or known to be in trouble."""
        mark = self._engine.backlog.mark()
        if mark is not None:
            self._engine.planner.ask_for_flush()
            await mark.reached

    def refuse_puts(self) -> None:
        """Let puts that wait for room raise that the queue is closed."""
        self._engine.gate.wake_all()

    async def drain(self) -> None:
        """Send what there is, at most until the queue's deadline; then send no more."""
        if self._storage.journal is not None:
            await self._storage.journal.wait_written()
        if self._look is None:
            return
        self._look.cancel()
        try:
            self._state.drain()
            await self._engine.drain()
        finally:
            await self._engine.stop()
            await asyncio.wait({self._look})

    async def release(self, error: Exception) -> None:
        """Close everything but the journal.

        Args:
            error: raised where somebody still waits for the outcome of a row.
        """
        self._state.phase = Phase.CLOSED
        self._engine.backlog.notify_all(error)
        if not self.keeps_rows:
            self._leave_waiting_rows()
        await self.columns.close()
        await self._persistence.unsaved.finish(max(A_MOMENT, self._state.deadline - loop_time()))

    def mark_reported(self) -> None:
        """Delete the rows that were given up from the journal, because a report has them now."""
        if self.keeps_rows:
            self._persistence.unsaved.mark_reported()

    async def close(self) -> None:
        """Write what is to be written, and close the journal."""
        await self._storage.close()

    def _leave_waiting_rows(self) -> None:
        backlog = self._engine.backlog
        backlog.requeue(list(backlog.in_flight.values()))
        left = list(backlog)
        for entry in left:
            self._persistence.unsaved.add(
                UnsavedRow(entry.email, dict(entry.cells), "waiting", "the queue was closed")
            )
        if left:
            list_id = self._state.list_id
            _log.error(
                "The queue for list %s was closed with %d rows that are not saved.",
                list_id,
                len(left),
                extra={"acton_event": "queue_rows_unsaved", "acton_list": list_id, "acton_rows": len(left)},
            )

    def report(self) -> QueueReport:
        """What was done so far."""
        backlog, unsaved = self._engine.backlog, self._persistence.unsaved
        return QueueReport(
            **{name: backlog.counts[name] for name in COUNTED},
            waiting=len(backlog),
            oldest=self._engine.oldest,
            trouble=self._engine.trouble or self.columns.error,
            calls=self._counter.made,
            unsaved=tuple(unsaved.rows),
            unsaved_more=unsaved.more,
        )
