"""Leadership: gets the lead of a shared journal, has it for a term, and tries again when it was lost."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

from asyncsdk.errors import ActOnError
from asyncsdk.queue.completion import queue_error
from asyncsdk.queue.engine import SendEngine
from asyncsdk.queue.lifecycle import Phase, QueueState
from asyncsdk.queue.options import QueueTiming
from asyncsdk.queue.shared_journal import JournalLead, JournalLook, SharedJournal
from asyncsdk.queue.term import Term
from asyncsdk.redaction import mask

__all__ = ["Leadership", "MakeEngine"]

_log = logging.getLogger("asyncsdk")

MakeEngine: TypeAlias = Callable[[JournalLead, Callable[[], Awaitable[None]]], SendEngine]
"""Makes the engine of a term; what it is given second is awaited before something is sent."""


class Leadership:
    """One term after the other, from the opening of a queue until it closes.

    Args:
        journal: the journal.
        state: whether the queue is open.
        timing: how often the lead is tried for.
        make_engine: makes what sends.
        failed: called with the error that ends it.
    """

    def __init__(
        self,
        journal: SharedJournal,
        state: QueueState,
        timing: QueueTiming,
        make_engine: MakeEngine,
        failed: Callable[[ActOnError], None],
    ) -> None:
        self._journal = journal
        self._state = state
        self._timing = timing
        self._make_engine = make_engine
        self._failed = failed
        self._closing = asyncio.Event()
        self._tried = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.term: Term | None = None
        """The term of this process; None: another process sends, or nobody."""

        self.ended: Counter[str] = Counter()
        """The counts of the terms that are over."""

        self.seen: JournalLook = JournalLook(rows=0, oldest=0.0, trouble="", flushed=0, outcomes={})
        """What was seen of the journal last."""

        self.trouble: str = ""
        """Why the journal cannot be used at the moment."""

    def start(self) -> None:
        """Begin to try."""
        self.task = asyncio.get_running_loop().create_task(self._run(), name="asyncsdk queue lead")
        self.task.add_done_callback(self._ended)

    async def first_try(self, seconds: float) -> None:
        """Wait until the lead was tried for once, at most for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._tried.wait()

    def poke(self) -> None:
        """Let the term look at once: there is something new."""
        if self.term is not None:
            self.term.poke.set()

    def stop(self) -> None:
        """Begin no other term: the queue closes."""
        self._closing.set()
        self.poke()

    async def abandon(self) -> None:
        """End everything, so that it can be started again."""
        task, self.task = self.task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        await self.end_term()
        self._tried.clear()

    async def end_term(self) -> None:
        """Send no more, and give the lead to another process."""
        term, self.term = self.term, None
        if term is not None:
            self.ended += term.engine.backlog.counts
            await term.end()

    async def look(self) -> JournalLook:
        """Look at the journal.

        Raises:
            ActOnError: it cannot be reached now.
        """
        self.seen = await self._journal.look(())
        return self.seen

    @property
    def _is_closing(self) -> bool:
        """Whether the queue closes, by the same sign as for the term: it sends what is left."""
        return self._state.phase >= Phase.CLOSING

    async def _run(self) -> None:
        await self.end_term()  # that of a task that was cancelled
        while not (self._is_closing or self._state.failure):
            term = await self._begin_term()
            self._tried.set()
            if term is None:
                await self._pause()
                continue
            await term.run()
            if term.is_lost:
                _log.warning(
                    "Another process sends the queue for list %s now: this one stood still, or was cut off.",
                    self._state.list_id,
                    extra={"acton_event": "queue_lead_lost", "acton_list": self._state.list_id},
                )
            if term.is_lost or not self._is_closing:
                await self.end_term()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tried.set()
        if task.cancelled():
            if task is self.task and not self._is_closing:  # by somebody else
                self.start()
        elif (error := task.exception()) is not None:
            self._failed(queue_error(error))

    async def _begin_term(self) -> Term | None:
        try:
            await self.look()
            lead = await self._journal.try_lead()
        except ActOnError as error:
            self._complain(error)
            return None
        if lead is None:
            return None
        term = self.term = Term(lead, self._make_engine, self._state, self._timing.look_every)
        try:
            await term.begin()
        except ActOnError as error:
            self._complain(error)
            await self.end_term()
            return None
        except BaseException:
            await self.end_term()
            raise
        self.trouble = ""
        _log.info(
            "This process sends the rows of the queue for list %s from now on.",
            self._state.list_id,
            extra={"acton_event": "queue_lead_taken", "acton_list": self._state.list_id},
        )
        return term

    async def _pause(self) -> None:
        """Wait before the next try; not all processes at the same time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.lead_every * random.uniform(0.7, 1.3)):
                await self._closing.wait()

    def _complain(self, error: ActOnError) -> None:
        why = f"{type(error).__name__}: {mask(str(error))}"
        if why != self.trouble:
            _log.warning(
                "The journal of the queue for list %s cannot be used now: %s",
                self._state.list_id,
                why,
                extra={"acton_event": "queue_journal_away", "acton_list": self._state.list_id},
            )
        self.trouble = why
