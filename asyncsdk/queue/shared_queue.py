"""Shared queue: several processes put rows into one journal, and one of them at a time sends them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError
from asyncsdk.http.call_count import CallCount
from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.engine import SendEngine
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.leadership import Leadership
from asyncsdk.queue.lifecycle import Phase, QueueState
from asyncsdk.queue.options import QueueOptions
from asyncsdk.queue.outcome_waits import OutcomeWaits
from asyncsdk.queue.private_queue import A_MOMENT
from asyncsdk.queue.results import COUNTED, PutOutcome, QueueReport
from asyncsdk.queue.row_persistence import RowPersistence
from asyncsdk.queue.shared_journal import JournalLead, SharedJournal
from asyncsdk.queue.term import Term
from asyncsdk.redaction import mask
from asyncsdk.shared_task import end_of
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import UploadCaller
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["SharedQueue"]

_log = logging.getLogger("asyncsdk")

FIRST_TRY: Final = 5.0
"""Seconds that opening a queue may take to get the lead, and take in what the journal holds."""

LAST_LOOKS: Final = 1.0
"""Seconds in which those who wait get the outcomes of what was sent last, when the process that sends closes."""


class SharedQueue:
    """Puts rows into a shared journal, and sends all that is in it while this process has the lead.

    Args:
        caller: the session.
        state: whether the queue is open.
        options: the options of the queue.
        journal: the journal.
    """

    def __init__(
        self, caller: UploadCaller, state: QueueState, options: QueueOptions, journal: SharedJournal
    ) -> None:
        self._caller = caller
        self._state = state
        self._options = options
        self._journal = journal
        self._counter = CallCount()
        self.columns: ColumnCache = ColumnCache(caller, self._counter, self._keep_columns, state)
        self._waits = OutcomeWaits(journal, options.timing.look_every)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._leadership = Leadership(journal, state, options.timing, self._engine, self._fail)
        self._look: asyncio.Task[None] | None = None
        self._is_open = False
        self._puts = 0

    @property
    def _term(self) -> Term | None:
        return self._leadership.term

    @property
    def keeps_rows(self) -> bool:
        """Whether rows that are not sent are kept: once the journal is open."""
        return self._is_open

    def __len__(self) -> int:
        """How many addresses wait or are on their way, as this process has seen it last."""
        return self._leadership.seen.rows if self._term is None else len(self._term.engine.backlog)

    async def start(self) -> None:
        """Open the journal, and send as soon as no other process does.

        Raises:
            ActOnError: the journal cannot be used.
        """
        await self._journal.open(self._state.list_id, self._options.capacity)
        try:
            columns = await self._journal.columns()
        except BaseException:
            await self._journal.close()
            raise
        self._is_open = True
        if columns is not None:
            self.columns.restore(columns)
        loop = asyncio.get_running_loop()
        self._look = look = loop.create_task(self.columns.prefetch(), name="asyncsdk queue look")
        self._leadership.start()
        try:
            await self._leadership.first_try(FIRST_TRY)
        except BaseException:
            await self._abandon_opening(look)
            raise

    async def _abandon_opening(self, look: asyncio.Task[None]) -> None:
        look.cancel()
        await asyncio.wait({look})
        await self._leadership.abandon()
        self._is_open, self._look = False, None
        await self._journal.close()

    # Rows go in.

    async def put(self, entry: Entry, *, wait: bool) -> PutOutcome | None:
        """Write a row into the journal, when there is room; with ``wait`` give its outcome.

        Raises:
            ActOnError: it was not taken; or, with ``wait``, something keeps all rows from being sent.
        """
        entry.put_at = clock.wall()
        while (ticket := await self._append(entry, wait)) is None:
            await asyncio.sleep(self._options.timing.look_every)
            self._state.check_open()
        self._puts += 1
        self._leadership.poke()
        return await self._waits.outcome(ticket) if wait else None

    async def _append(self, entry: Entry, wait: bool) -> int | None:
        """Append a row. A put that is cancelled meanwhile leaves it queued, and waits for nothing."""
        appending = asyncio.get_running_loop().create_task(
            self._journal.append(entry, awaited=wait), name="asyncsdk queue put"
        )
        self._tasks.add(appending)
        appending.add_done_callback(self._tasks.discard)
        try:
            await end_of(appending)
        except asyncio.CancelledError:
            appending.add_done_callback(partial(self._forget, wait))
            raise
        if appending.cancelled():  # by somebody else
            raise ActOnError(
                "The task that writes the row was cancelled: the row is not queued, or perhaps it is. To put it"
                " again does no harm."
            )
        return appending.result()

    def _forget(self, wait: bool, appending: asyncio.Task[int | None]) -> None:
        """Let nobody wait for the row of a put that was cancelled, nor asyncio log an error that nobody gets."""
        if appending.cancelled() or appending.exception() is not None:
            return
        if wait and (ticket := appending.result()) is not None:
            self._waits.forget([ticket])

    def _keep_columns(self, columns: ListColumns) -> None:
        async def keep() -> None:
            try:
                await self._journal.keep_columns(columns)
            except ActOnError as error:  # the next queue reads them by a call
                _log.warning(
                    "The columns cannot be written into the journal: %s",
                    mask(str(error)),
                    extra={"acton_event": "queue_columns_unwritten", "acton_error": type(error).__name__},
                )

        task = asyncio.get_running_loop().create_task(keep(), name="asyncsdk queue columns")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _engine(self, lead: JournalLead, before_sending: Callable[[], Awaitable[None]]) -> SendEngine:
        account = partial(self._caller.identity, CallOptions(counter=self._counter))
        persistence = RowPersistence(self._options.on_unsaved, account, lead)
        return SendEngine(
            self._caller, self._state, self._options, self.columns, self._counter, persistence, before_sending
        )

    def _fail(self, error: ActOnError) -> None:
        """Send no more, because a task of this queue has died."""
        self._state.fail(error)
        self._waits.fail(error)

    async def flush(self) -> None:
        """Ask the process that sends to send what waits, and wait until that is done or known to be in trouble.

        Raises:
            ActOnError: the journal cannot be reached now.
        """
        number = await self._journal.ask_for_flush()
        while True:
            self._leadership.poke()
            if (await self._leadership.look()).flushed >= number or self._state.failure:
                return
            await asyncio.sleep(self._options.timing.look_every)
            self._state.check_open()

    # The end.

    def refuse_puts(self) -> None:
        """Let the tasks of this queue see that it closes: they look at its state."""
        self._leadership.stop()

    async def drain(self) -> None:
        """Send what there is, if this process is the one that sends; another one goes on."""
        leading = self._leadership.task
        if leading is None or self._look is None:
            return
        self._look.cancel()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._state.deadline):
                    await asyncio.wait({leading, *self._tasks})
                    if self._term is not None:
                        await self._term.drain()
                    if self._term is None or self._term.is_lost:
                        await self._await_outcomes()
            if self._term is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LAST_LOOKS):
                        await self._waits.all_told()
        finally:
            leading.cancel()
            await asyncio.wait({leading, self._look})

    async def _await_outcomes(self) -> None:
        """Let those who still wait have the outcomes of their rows, which another process sends now."""
        if self._waits.pending:
            with suppress(ActOnError):
                await self._journal.ask_for_flush()
            await self._waits.all_told()

    async def release(self, error: Exception) -> None:
        """Close everything but the journal.

        Args:
            error: raised where somebody still waits for the outcome of a row.
        """
        with suppress(ActOnError, TimeoutError):
            async with asyncio.timeout(A_MOMENT):
                await self._leadership.look()
        self._state.phase = Phase.CLOSED
        self._waits.fail(error)
        await self._waits.finish(A_MOMENT)
        await self.columns.close()
        if self._term is not None:
            await self._term.engine.stop()
            await self._term.engine.persistence.unsaved.finish(max(A_MOMENT, self._state.deadline - loop_time()))

    def mark_reported(self) -> None:
        """Delete the rows that were given up from the journal, because a report has them now."""
        if self._term is not None:
            self._term.engine.persistence.unsaved.mark_reported()

    async def close(self) -> None:
        """Give the lead to another process, and close the journal."""
        try:
            if self._term is not None:
                await self._term.end()
            if self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            if self._is_open:
                await self._journal.close()

    def report(self) -> QueueReport:
        """What this process has put and has sent, and what the journal holds."""
        term = self._term
        ended = self._leadership.ended
        counts = ended if term is None else ended + term.engine.backlog.counts
        unsaved = None if term is None else term.engine.persistence.unsaved
        return QueueReport(
            **{**{name: counts[name] for name in COUNTED}, "puts": self._puts},
            waiting=len(self),
            oldest=self._leadership.seen.oldest if term is None else term.engine.oldest,
            trouble=self._told_trouble(),
            calls=self._counter.made,
            unsaved=() if unsaved is None else tuple(unsaved.rows),
            unsaved_more=0 if unsaved is None else unsaved.more,
        )

    def _told_trouble(self) -> ActOnError | None:
        leads, term = self._leadership, self._term
        known = self._state.failure if term is None else term.engine.trouble
        if known is None and term is None and (told := leads.trouble or leads.seen.trouble):
            return ActOnError(told)
        return known or self.columns.error
