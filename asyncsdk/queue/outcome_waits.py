"""Outcome waits: puts of this process that wait for the outcome of a row which perhaps another process sends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from asyncsdk.errors import ActOnError
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.shared_journal import JournalLook, SharedJournal

__all__ = ["OutcomeWaits"]


class OutcomeWaits:
    """Looks for outcomes while somebody waits for one.

    Args:
        journal: tells the outcomes.
        every: seconds between two looks.
    """

    def __init__(self, journal: SharedJournal, every: float) -> None:
        self._journal = journal
        self._every = every
        self._waiting: dict[int, asyncio.Future[PutOutcome]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._notes: set[asyncio.Task[None]] = set()

    async def outcome(self, ticket: int) -> PutOutcome:
        """Wait for the outcome of a row.

        Raises:
            ActOnError: something keeps all rows from being sent; this one stays queued.
        """
        waiter: asyncio.Future[PutOutcome] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = waiter
        self._start_looking()
        try:
            return await waiter
        finally:
            if self._waiting.pop(ticket, None) is not None:  # it was cancelled
                self.forget([ticket])

    def forget(self, tickets: Sequence[int]) -> None:
        """Note soon that nobody waits for these rows any more: what becomes of them is reported."""
        if tickets:
            self._note(self._stop_waiting(tickets))

    def fail(self, error: Exception) -> None:
        """Give an error to all who wait."""
        waiting, self._waiting = self._waiting, {}
        for waiter in waiting.values():
            if not waiter.done():
                waiter.set_exception(error)
                waiter.exception()  # a put that is cancelled in this moment will not ask for it
        self.forget(list(waiting))

    @property
    def pending(self) -> bool:
        """Whether somebody waits."""
        return self._looking is not None

    async def all_told(self) -> None:
        """Wait until nobody waits any more."""
        while self._looking is not None:
            await asyncio.wait({self._looking})

    async def finish(self, seconds: float) -> None:
        """Look no more, and write down what was told, as far as that can be done in so many seconds."""
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()
            await asyncio.wait({looking})
        if self._notes:
            await asyncio.wait(self._notes, timeout=seconds)
        for note in list(self._notes):
            note.cancel()
        if self._notes:
            await asyncio.wait(self._notes)

    def _start_looking(self) -> None:
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look_on(), name="asyncsdk queue outcomes")
            self._looking.add_done_callback(self._looked)

    def _looked(self, looking: asyncio.Task[None]) -> None:
        """Look again where somebody still waits: the task was cancelled, and not by ``finish``."""
        if self._looking is looking:
            self._looking = None
            if self._waiting:
                self._start_looking()

    async def _look_on(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._every)
            with suppress(ActOnError):  # it cannot be reached now
                self._tell(await self._journal.look(list(self._waiting)))

    def _tell(self, look: JournalLook) -> None:
        told: list[int] = []
        for ticket, outcome in look.outcomes.items():
            waiter = self._waiting.get(ticket)
            if waiter is not None and not waiter.done():
                if isinstance(outcome, PutOutcome):
                    waiter.set_result(outcome)
                else:
                    waiter.set_exception(ActOnError(outcome))
                    waiter.exception()  # a put that is cancelled in this moment will not ask for it
                del self._waiting[ticket]
                told.append(ticket)
        if told:
            self._note(self._acknowledge(told))
        if look.trouble:
            self.fail(ActOnError(look.trouble))

    def _note(self, noting: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(noting, name="asyncsdk queue outcomes")
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _acknowledge(self, tickets: Sequence[int]) -> None:
        with suppress(ActOnError):  # if it was given up, it is told once more
            await self._journal.acknowledge(tickets)

    async def _stop_waiting(self, tickets: Sequence[int]) -> None:
        with suppress(ActOnError):  # it is taken for one whose process has died
            await self._journal.stop_waiting(tickets)
