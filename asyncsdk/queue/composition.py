"""Composition of a queue: its parts, made in the order in which they depend on each other, and its tasks."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import Final

from asyncsdk.http.call_count import CallCount
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.backoff import Backoff
from asyncsdk.queue.batch import Batches
from asyncsdk.queue.capacity import CapacityGate
from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.completion import BatchCompletion, queue_error
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.failures import FailureHandler
from asyncsdk.queue.job_follower import JobFollower
from asyncsdk.queue.lifecycle import Phase, QueueState
from asyncsdk.queue.options import QueueOptions
from asyncsdk.queue.pacing import QuotaPacer
from asyncsdk.queue.planner import SendPlanner
from asyncsdk.queue.recovery import Recovery
from asyncsdk.queue.results import COUNTED, QueueReport, UnsavedRow
from asyncsdk.queue.row_persistence import RowPersistence
from asyncsdk.queue.scheduler import SendScheduler
from asyncsdk.queue.sender import BatchSender
from asyncsdk.queue.storage import Storage
from asyncsdk.queue.upload_calls import UploadCalls
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import UploadCaller

__all__ = ["QueueRunner"]

_log = logging.getLogger("asyncsdk")

A_MOMENT: Final = 0.5
"""Seconds that ``on_unsaved`` has in any case when a queue closes."""


class QueueRunner:
    """The parts of a queue, and the tasks in which they work.

    Args:
        caller: the session.
        state: whether the queue is open.
        options: the options of the queue.
    """

    def __init__(self, caller: UploadCaller, state: QueueState, options: QueueOptions) -> None:
        self._state = state
        self._counter = counter = CallCount()
        # The rows, where they are kept, and what is known of their list.
        self.backlog: Backlog = Backlog()
        self.gate: CapacityGate = CapacityGate(options.capacity, self.backlog, state)
        self.persistence: RowPersistence = RowPersistence(
            options.on_unsaved, partial(caller.identity, CallOptions(counter=counter))
        )
        self.columns: ColumnCache = ColumnCache(caller, counter, self.persistence, state)
        # The batches in which they are sent, and what earlier queues have left.
        batches, self._backoff = Batches(options.timing.hold), Backoff()
        recovery = Recovery(self.backlog, batches, self.persistence.unsaved, state)
        self._storage = Storage(options, self.persistence, self.columns, recovery)
        # How a batch is sent, and how that ends.
        calls = UploadCalls(caller, counter, self.columns)
        self._completion = completion = BatchCompletion(
            self.backlog, self._backoff, self.persistence, self.gate, state
        )
        failures = FailureHandler(self.columns, batches, self.persistence, completion)
        follower = JobFollower(options.list_id, calls, self.persistence, completion)
        sender = BatchSender(calls, follower, failures, batches, self.persistence, completion)
        # What is sent when.
        pacer = QuotaPacer(options.quota_share, caller.usage, counter)
        self.planner: SendPlanner = SendPlanner(
            options.triggers, self.backlog, batches, self._backoff, pacer, state
        )
        self._scheduler = SendScheduler(self.planner, self.backlog, batches, sender, self._storage, state)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take in what earlier queues have left, and begin to send.

        Raises:
            ActOnError: the journal cannot be used.
        """
        await self._storage.open()
        loop = asyncio.get_running_loop()
        sender = loop.create_task(self._scheduler.run(), name="asyncsdk queue")
        sender.add_done_callback(self._sender_ended)
        self._tasks = [sender, loop.create_task(self.columns.prefetch(), name="asyncsdk queue look")]

    def _sender_ended(self, task: asyncio.Task[None]) -> None:
        error: BaseException | None = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None and not self._state.draining:
            self._completion.fail(queue_error(error))
        elif isinstance(error, Exception):
            _log.error("%s", queue_error(error))

    def add_row(self, entry: Entry) -> None:
        """Queue a row, which is on disk if there is a journal."""
        self.backlog.counts["puts"] += 1
        present = self.backlog.add(entry)
        if present is not entry:
            self.persistence.compact(present)
            self.gate.notify()
        self.planner.row_added()

    async def drain(self) -> None:
        """Send what there is, at most until the queue's deadline; then send no more."""
        if not self._tasks:
            return
        sender, look = self._tasks
        look.cancel()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._state.deadline):
                    await self._storage.adopt_before_closing()
            self._state.drain()
            await asyncio.wait({sender}, timeout=max(0.0, self._state.deadline - loop_time()))
        finally:
            sender.cancel()
            await asyncio.wait({sender, look})

    async def release(self, error: Exception) -> None:
        """Close everything but the journal.

        Args:
            error: raised where somebody still waits for the outcome of a row.
        """
        self._state.phase = Phase.CLOSED
        self.backlog.notify_all(error)
        if self.persistence.journal is None:
            self._leave_waiting_rows()
        await self.columns.close()
        await self.persistence.unsaved.finish(max(A_MOMENT, self._state.deadline - loop_time()))

    async def close_storage(self) -> None:
        """Write what is to be written, and close the journal."""
        await self._storage.close()

    def _leave_waiting_rows(self) -> None:
        self.backlog.requeue(list(self.backlog.in_flight.values()))
        left = list(self.backlog)
        for entry in left:
            self.persistence.unsaved.add(
                UnsavedRow(entry.email, dict(entry.cells), "waiting", "the queue was closed")
            )
        if left:
            list_id = self._state.list_id
            _log.error("The queue for list %s was closed with %d rows that are not saved.", list_id, len(left))

    def report(self) -> QueueReport:
        """What was done so far."""
        now = self._state.time()
        return QueueReport(
            **{name: self.backlog.counts[name] for name in COUNTED},
            waiting=len(self.backlog),
            oldest=max((now - entry.since for entry in self.backlog), default=0.0),
            trouble=self._state.failure or self._backoff.error or self.columns.error,
            calls=self._counter.made,
            unsaved=tuple(self.persistence.unsaved.rows),
            unsaved_more=self.persistence.unsaved.more,
        )
