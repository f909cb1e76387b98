"""When a queue sends: by size, by age, as the day's calls allow, and after trouble."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf
from typing import Final

from attrs import frozen

from asyncsdk.errors import (
    ActOnError,
    AuthenticationFailed,
    DecodeError,
    JobDetached,
    PermissionDenied,
    QuotaExhausted,
    ReplyLost,
    ServerError,
    SessionClosed,
)
from asyncsdk.masking import mask
from asyncsdk.message import CallCount
from asyncsdk.queue.outcome import PutOutcome
from asyncsdk.queue.pace import Pace
from asyncsdk.queue.rows import Backlog, Entry
from asyncsdk.queue.sending import Sending

__all__ = ["Flushing", "Triggers"]

_log = logging.getLogger("asyncsdk")

ATTEMPTS: Final = 3
"""How often a row is sent that Act-On does not save, though nothing is wrong with it."""

FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 300.0
LOOK_AGAIN: Final = 60.0
"""Seconds after which it is looked again how many calls are left."""

_LOST: Final = (ReplyLost, ServerError, DecodeError)
_LASTING: Final = (AuthenticationFailed, PermissionDenied, QuotaExhausted)
"""What will not pass while a queue closes."""

_ENDS: Final = (SessionClosed, JobDetached)


@frozen
class Triggers:
    """What makes a queue send."""

    size: int
    """So many rows wait."""

    age: float
    """The oldest has waited so many seconds."""


class Flushing:
    """The one task that sends, from the queue's opening to its end.

    Args:
        list_id: the list, for log lines.
        backlog: the rows.
        triggers: when to send.
        pace: how often.
        count: counts the calls.
        give_up: told of a row that is not saved, why, and whether anybody heard of it.
        forget: told of a row of which it is known what became of it.
    """

    def __init__(
        self,
        list_id: str,
        backlog: Backlog,
        triggers: Triggers,
        pace: Pace,
        count: CallCount,
        give_up: Callable[[Entry, PutOutcome, bool], None],
        forget: Callable[[Entry], None],
    ) -> None:
        self._list_id = list_id
        self._backlog = backlog
        self._triggers = triggers
        self._pace = pace
        self._count = count
        self._give_up = give_up
        self._forget = forget
        self._changed = asyncio.Event()
        self._closing = False
        self._pause_until = -inf
        self._troubles = 0
        self.ended_by: ActOnError | None = None
        """Why nothing will be sent any more."""

    def added(self) -> None:
        """A row was added."""
        waiting = len(self._backlog.waiting)
        if waiting == 1 or waiting >= self._triggers.size:
            self._changed.set()

    def finish(self) -> None:
        """Send what there is without waiting for more, then end."""
        self._closing = True
        self._changed.set()

    async def run(self, sending: Sending, begun: dict[str, list[Entry]]) -> None:
        """Send until the queue is closed.

        Args:
            sending: how.
            begun: the jobs that an earlier queue has begun, and what is in them.
        """
        for job_id, entries in begun.items():
            await self._attempt(entries, sending.see_through(job_id, entries))
        while self.ended_by is None:
            await self._until_due()
            if not self._backlog.waiting:
                return
            entries = self._backlog.take()
            await self._attempt(entries, sending.send(entries))

    def settle(self, entry: Entry, outcome: PutOutcome) -> None:
        """An entry has ended, or is to be sent again."""
        if not outcome.saved and outcome.fate != "rejected":
            entry.attempts += 1
            if entry.attempts < ATTEMPTS:
                return
        told = entry.tell(outcome)
        self._backlog.ended(entry, outcome.fate)
        if outcome.saved:
            self._troubles = 0
        else:
            _log.warning("A row for list %s was not saved: %s, %s", self._list_id, outcome.fate, outcome.reason)
            self._give_up(entry, outcome, told)
        self._forget(entry)

    async def _until_due(self) -> None:
        """Return when something is to be sent, or when the queue closes and nothing is."""
        now = asyncio.get_running_loop().time
        while (due := self._due(now())) > now():
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(
                    None if due == inf and not self._backlog.waiting else self._until(due)
                ):
                    await self._changed.wait()

    def _until(self, due: float) -> float:
        return min(due, asyncio.get_running_loop().time() + LOOK_AGAIN)

    def _due(self, now: float) -> float:
        waiting = self._backlog.waiting
        if self._closing:
            return self._pause_until if waiting else now
        if not waiting:
            return inf
        oldest = next(iter(waiting.values()))
        ripe = now if len(waiting) >= self._triggers.size else oldest.since + self._triggers.age
        return max(ripe, self._pause_until, self._pace.next_flush())

    async def _attempt(self, entries: list[Entry], attempt: Awaitable[None]) -> None:
        """Send once; what is not settled then waits again."""
        began, before = asyncio.get_running_loop().time(), self._count.made
        try:
            await attempt
        except Exception as error:
            self._in_trouble(error, self._unsettled(entries))
        else:
            if self._unsettled(entries):
                self._pause()
        finally:
            self._backlog.give_back(entries)
            self._pace.spent(began, self._count.made - before)

    def _unsettled(self, entries: list[Entry]) -> list[Entry]:
        return [entry for entry in entries if self._backlog.in_flight.get(entry.key) is entry]

    def _in_trouble(self, error: Exception, left: list[Entry]) -> None:
        """Something that other rows would meet, too: everybody who waits is told, and the rows wait on."""
        self._pause(error.resets_in if isinstance(error, QuotaExhausted) else 0.0)
        _log.warning(
            "%d rows for list %s wait on: %s: %s", len(left), self._list_id, type(error).__name__, mask(str(error))
        )
        told: PutOutcome | Exception = PutOutcome("unknown", str(error)) if isinstance(error, _LOST) else error
        for entry in left:
            entry.tell(told)
        if isinstance(error, _ENDS) or (self._closing and isinstance(error, _LASTING)):
            self.ended_by = error
            self._backlog.tell_all(error)
            self._backlog.wake_all()

    def _pause(self, at_least: float = 0.0) -> None:
        pause = max(at_least, FIRST_PAUSE * 2.0 ** min(self._troubles, 10))
        self._troubles += 1
        self._pause_until = asyncio.get_running_loop().time() + min(pause, LONGEST_PAUSE)
