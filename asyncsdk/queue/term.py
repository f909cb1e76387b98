"""Term: the time for which one process sends the rows of a shared journal, from getting the lead to losing it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from math import inf
from typing import Final

from asyncsdk.errors import ActOnError
from asyncsdk.queue.engine import SendEngine
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.lifecycle import Phase, QueueState
from asyncsdk.queue.pacing import Pace
from asyncsdk.queue.recovery import entry_from
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.queue.shared_journal import JournalLead, JournalNews
from asyncsdk.redaction import mask

__all__ = ["Term"]

_log = logging.getLogger("asyncsdk")

FRESH: Final = 0.1
"""Seconds for which what was read last is all that there is: rows are sent without another look."""

SAME_FLUSH: Final = 0.5
"""Seconds by which two readings of when a flush began may differ, by clocks that are set a little."""


class Term:
    """Feeds a send engine with what comes into the journal, as long as this process has the lead.

    Args:
        lead: the right to send.
        make_engine: makes the engine; its argument is awaited before something is sent.
        state: whether the queue is open.
        look_every: seconds between two looks into the journal.
    """

    def __init__(
        self,
        lead: JournalLead,
        make_engine: Callable[[JournalLead, Callable[[], Awaitable[None]]], SendEngine],
        state: QueueState,
        look_every: float,
    ) -> None:
        self._lead = lead
        self.engine: SendEngine = make_engine(lead, self._look_before_sending)
        self._state = state
        self._look_every = look_every
        self._looked_at = -inf
        self._latest = -inf
        """When the last row was put that was taken in, by the time of day."""

        self._look_lock = asyncio.Lock()
        self._trouble = ""
        self._flush_asked = 0
        self._flushed = 0
        self._flushing: set[asyncio.Task[None]] = set()
        self._watch: asyncio.Task[None] | None = None
        self._told: tuple[str, int, Pace | None] | None = None
        self.poke: asyncio.Event = asyncio.Event()
        """Set when there is something new: a row of this process, or that the queue closes."""

    async def begin(self) -> None:
        """Take in what the journal holds, and begin to send.

        Raises:
            ActOnError: it cannot be read.
        """
        contents = await self._lead.contents()
        self._restore(contents.rows, contents.holds, contents.unsaved)
        self._latest = max((entry.put_at for entry in self.engine.backlog), default=-inf)
        if contents.pace is not None:
            self.engine.pacer.resume(contents.pace)
        await self._look()
        self.engine.start()
        self._watch = asyncio.get_running_loop().create_task(self._watch_lead(), name="asyncsdk queue lead")

    async def run(self) -> None:
        """Take in what comes, until the lead is lost, the queue closes, or it can send no more."""
        while not (self._lead.lost.is_set() or self._state.failure or self._state.phase >= Phase.CLOSING):
            self.poke.clear()
            await self._look()
            self._tell()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_every):
                    await self.poke.wait()

    @property
    def is_lost(self) -> bool:
        """Whether another process has the lead."""
        return self._lead.lost.is_set()

    async def drain(self) -> None:
        """Take in what came last, and send all there is until the queue's deadline, or until the lead is lost."""
        await self._look()
        self._state.drain()
        await self.engine.drain()

    async def end(self) -> None:
        """Send no more, and give the lead to another process."""
        if self._watch is not None:
            self._watch.cancel()
        try:
            await self.engine.stop()
        finally:
            for task in self._flushing:
                task.cancel()
            self._tell()
            await self._lead.release()

    async def _watch_lead(self) -> None:
        """Stop sending in the moment in which the lead is lost."""
        await self._lead.lost.wait()
        await self.engine.stop()
        self.poke.set()

    async def _look_before_sending(self) -> None:
        if loop_time() - self._looked_at > FRESH:
            await self._look()

    async def _look(self) -> None:
        """Take in what has come; what prevents it is logged, and the next look gives it."""
        async with self._look_lock:
            try:
                news = await self._lead.news()
            except ActOnError as error:
                self._complain(f"{type(error).__name__}: {mask(str(error))}")
            else:
                self._complain("")
                self._looked_at = loop_time()
                self._take(news)

    def _complain(self, why: str) -> None:
        if why and why != self._trouble:
            _log.warning(
                "The journal of the queue for list %s cannot be read now: %s",
                self._state.list_id,
                why,
                extra={"acton_event": "queue_journal_away", "acton_list": self._state.list_id},
            )
        self._trouble = why

    def _restore(
        self,
        rows: Sequence[JournalRow],
        holds: Mapping[float, Sequence[str]],
        unsaved: Sequence[tuple[int, UnsavedRow]],
    ) -> None:
        for entry, until in self.engine.recovery.restore(rows, holds, unsaved):
            self.engine.persistence.mark_unsent([entry])
            self.engine.persistence.keep_hold([entry.key], until)

    def _take(self, news: JournalNews) -> None:
        sent = [row for row in news.rows if row.was_sent]
        self._restore(sent, news.holds, news.unsaved)
        self.engine.backlog.counts["replayed"] += len(news.rows) - len(sent)
        for row in news.rows:
            if not row.was_sent:
                entry = entry_from(row, self._latest)
                self._latest = max(self._latest, entry.put_at)
                self.engine.add_row(entry)
        if news.flush_asked > self._flush_asked:
            self._flush_asked = news.flush_asked
            self._flush(news.flush_asked)

    def _flush(self, number: int) -> None:
        """Send what waits now; then everybody can see that this flush is done."""
        mark = self.engine.backlog.mark()
        if mark is None:
            self._flushed = max(self._flushed, number)
            return
        self.engine.planner.ask_for_flush()

        async def wait() -> None:
            await mark.reached
            self._flushed = max(self._flushed, number)
            self.poke.set()

        task = asyncio.get_running_loop().create_task(wait(), name="asyncsdk queue flush")
        self._flushing.add(task)
        task.add_done_callback(self._flushing.discard)

    def _tell(self) -> None:
        """Let all processes see what has changed: at first, that the trouble of the last term is over."""
        error = self.engine.trouble_of_all
        trouble = "" if error is None else f"{type(error).__name__}: {mask(str(error))}"
        told = (trouble, self._flushed, self._pace())
        if told != self._told:
            self._told = told
            self._lead.tell(*told)

    def _pace(self) -> Pace | None:
        """The pace of flushes, unchanged while it is that of the same flush and no call was made."""
        pace, told = self.engine.pacer.pace, None if self._told is None else self._told[2]
        if pace is None or told is None or pace.calls != told.calls or abs(pace.began - told.began) > SAME_FLUSH:
            return pace
        return told
