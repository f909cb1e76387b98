"""What a queue is made of, put together, and the one task that sends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from os import PathLike
from typing import Final

from asyncsdk.http.call_count import CallCount
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.backoff import Backoff
from asyncsdk.queue.batch import Batches
from asyncsdk.queue.calls import UploadCalls
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.completion import BatchCompletion, unexpected
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.loops import loop_time
from asyncsdk.queue.pacing import QuotaPacer
from asyncsdk.queue.results import COUNTED, QueueReport, UnsavedRow
from asyncsdk.queue.scheduler import SendScheduler, Triggers
from asyncsdk.queue.sender import BatchSender
from asyncsdk.queue.storage import Storage
from asyncsdk.queue.unsaved import Unsaved
from asyncsdk.transport.options import CallOptions
from asyncsdk.uploads.caller import Caller
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["Engine"]

_log = logging.getLogger("asyncsdk")

A_MOMENT: Final = 0.5
"""Seconds that whoever is handed rows has in any case when a queue closes."""


class Engine:
    """The parts of a queue.

    Args:
        link: the session.
        list_id: the list.
        triggers: when to send.
        quota_share: the share of the calls left that may be spent on a day.
        journal: where rows are kept.
        on_unsaved: told of rows that are given up.
        changed: told when there may be room for rows, or when all has ended.
    """

    def __init__(
        self,
        link: Caller,
        list_id: str,
        triggers: Triggers,
        quota_share: float,
        journal: str | PathLike[str] | None,
        on_unsaved: Callable[[UnsavedRow], object] | None,
        changed: Callable[[], None],
    ) -> None:
        self._list_id = list_id
        self._changed = changed
        self._count = count = CallCount()
        self.columns = Columns(link, list_id, count, self._seen)
        self.keeper = RowPersistence(
            Unsaved(on_unsaved, self._told), partial(link.identity, CallOptions(counter=count))
        )
        self.backlog = Backlog()
        flights, self._backoff = Batches(), Backoff()
        self.landing = BatchCompletion(list_id, self.backlog, self._backoff, self.keeper, self._flow_changed)
        pace = QuotaPacer(quota_share, link.usage, count)
        self.flushing = SendScheduler(
            self.backlog, flights, self._backoff, self.landing, triggers, pace, self._look
        )
        self._storage = Storage(journal, list_id, self.keeper, self.backlog, self.columns, self.flushing.bring)
        self._carrying = BatchSender(
            list_id,
            UploadCalls(link, list_id, count),
            self.columns,
            flights,
            self._backoff,
            self.keeper,
            self.landing,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take in what earlier queues have left, and begin to send.

        Raises:
            ActOnError: the journal cannot be used.
        """
        await self._storage.open()
        loop = asyncio.get_running_loop()
        sender = loop.create_task(self.flushing.run(self._carrying), name="asyncsdk queue")
        sender.add_done_callback(self._sender_ended)
        self._tasks = [sender, loop.create_task(self.columns.look(), name="asyncsdk queue look")]

    def _sender_ended(self, task: asyncio.Task[None]) -> None:
        error: BaseException | None = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None and not self.landing.closing:
            self.landing.end(unexpected(error))
        elif isinstance(error, Exception):
            _log.error("%s", unexpected(error))

    def take(self, entry: Entry) -> None:
        """Queue a row, which is on disk if there is a journal."""
        self.backlog.tally["puts"] += 1
        present = self.backlog.add(entry)
        if present is not entry:
            self.keeper.folded(present)
            self._changed()
        self.flushing.added()

    async def finish(self, ends_at: float) -> None:
        """Send what there is, at most until then, by the loop's clock; then send no more."""
        if not self._tasks:
            return
        sender, look = self._tasks
        look.cancel()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(ends_at):
                    await self._storage.look_before_closing()
            self.landing.closing = True
            self.flushing.finish(ends_at)
            await asyncio.wait({sender}, timeout=max(0.0, ends_at - loop_time()))
        finally:
            sender.cancel()
            await asyncio.wait({sender, look})

    async def let_go(self, error: Exception, ends_at: float, handed_out: Callable[[], bool]) -> None:
        """Close everything.

        Args:
            error: what those are told who still wait for the outcome of a row.
            ends_at: how long rows that are not saved may be handed over.
            handed_out: whether somebody gets those that nobody was told of.
        """
        unsaved = self.keeper.unsaved
        self.backlog.tell_all(error)
        if self.keeper.journal is None:
            self._leave_waiting_rows()
        try:
            await self.columns.close()
            await unsaved.all_handed_over(max(A_MOMENT, ends_at - loop_time()))
            if self.keeper.journal is not None and handed_out():
                unsaved.handed_out()
        finally:
            await self._storage.close()

    def _leave_waiting_rows(self) -> None:
        self.backlog.give_back(list(self.backlog.in_flight.values()))
        left = list(self.backlog)
        for entry in left:
            self.keeper.unsaved.leave(UnsavedRow(entry.email, dict(entry.cells), "waiting", "the queue was closed"))
        if left:
            _log.error(
                "The queue for list %s was closed with %d rows that are not saved.", self._list_id, len(left)
            )

    def report(self, now: float) -> QueueReport:
        """What was done so far, at this time of the loop's clock."""
        return QueueReport(
            **{name: self.backlog.tally[name] for name in COUNTED},
            waiting=len(self.backlog),
            oldest=max((now - entry.since for entry in self.backlog), default=0.0),
            trouble=self.landing.ended_by or self._backoff.error or self.columns.error,
            calls=self._count.made,
            unsaved=tuple(self.keeper.unsaved.rows),
            unsaved_more=self.keeper.unsaved.more,
        )

    async def _look(self) -> None:
        await self._storage.look_before_sending()

    def _seen(self, shape: ListColumns) -> None:
        self._storage.keep_shape(shape)

    def _told(self, numbers: list[int]) -> None:
        if self.keeper.journal is not None:
            self.keeper.journal.told(numbers)

    def _flow_changed(self) -> None:
        self.flushing.changed()
        self._changed()
