"""Stream journal: the journal of a queue in Redis, which processes on all machines share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError
from asyncsdk.fleet.queue_journal.answers import list_of, loose_text, understood
from asyncsdk.fleet.queue_journal.appender import Appender
from asyncsdk.fleet.queue_journal.codec import DAMAGES, decode_outcome, id_of, number_or_zero, text_of
from asyncsdk.fleet.queue_journal.keys import META, checked_queue
from asyncsdk.fleet.queue_journal.queue_view import age_of
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue, other_list
from asyncsdk.fleet.queue_journal.scripts import (
    ACKNOWLEDGE,
    ASK_FOR_FLUSH,
    CLAIM,
    KEEP_COLUMNS,
    LOOK,
    OTHER,
    STOP_WAITING,
)
from asyncsdk.fleet.queue_journal.stream_lead import StreamLead
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.journal_schema import columns_from_json, columns_to_json
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.shared_journal import JournalLook
from asyncsdk.redaction import message_text
from asyncsdk.redis.lease import Lease
from asyncsdk.redis.script import RedisClient, Script
from asyncsdk.redis.server_check import check_queue_server
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["StreamJournal"]

LEAD_SECONDS: Final = 5.0
"""Seconds after which another process sends, when the one that did is dead or stands still."""

AT_ONCE: Final = 500
"""Rows that one request is about."""

FORGOTTEN_SECONDS: Final = 10.0
"""Seconds after which a row that Redis does not know is taken for lost: who sends writes again what it has."""

_FORGOTTEN: Final = PutOutcome("unknown", "Redis has lost the row, or its outcome.")


class StreamJournal:
    """Journal of a queue in Redis; made by ``fleet.queue_journal``, for one queue.

    Rows stand there as readable text: whoever may read the keys ``asyncsdk:queue:*`` can read them.

    Args:
        redis: the client.
        place: where it is, for messages.
        name: the name of the queue, the same in all processes.

    Raises:
        InvalidArgument: the name cannot be part of a key.
    """

    def __init__(self, redis: RedisClient, place: str, name: str) -> None:
        self._queue = RedisQueue(redis, place, checked_queue(name))
        self._list_id = ""
        self._appender: Appender | None = None
        self._knows_sender = False
        """Whether Redis has told of a process that sends."""

        self._forgotten_at = inf
        """Since when it knows of none any more."""

        self._missing: dict[int, float] = {}
        """Since when Redis does not know a row that somebody waits for."""

    def __repr__(self) -> str:
        return f"<StreamJournal {self._queue.name} at {self._queue.place}>"

    async def open(self, list_id: str, capacity: int) -> None:
        """Open it, or make it.

        Args:
            list_id: the list that its rows are for.
            capacity: how many rows it takes.

        Raises:
            InvalidArgument: it is for another list.
            ActOnError: it is open: each queue has one of its own.
            FleetUnavailable: Redis does not answer.
            StoreFailed: Redis would lose rows, or holds something else under this name.
        """
        if self._appender is not None:
            raise ActOnError("This journal is a queue's already: call fleet.queue_journal(...) for each queue.")
        await check_queue_server(self._queue.redis, self._queue.place)
        await self._claimed(CLAIM, list_id)
        self._list_id = list_id
        self._appender = Appender(self._queue, list_id, capacity)

    async def close(self) -> None:
        """Write what is being written, and take no more."""
        appender, self._appender = self._appender, None
        if appender is not None:
            await appender.finish()

    async def columns(self) -> ListColumns | None:
        """The list's columns, as far as a process has read them.

        Raises:
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses.
        """
        kept = await self._queue.read("HGET", META, "columns")
        try:
            return None if kept is None else columns_from_json(text_of(kept), self._list_id)
        except DAMAGES:  # they are read by a call
            return None

    async def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list for all processes; raises what ``columns`` raises."""
        await self._claimed(KEEP_COLUMNS, self._list_id, columns_to_json(columns))

    async def append(self, entry: Entry, *, awaited: bool) -> int | None:
        """Write a row down; rows that are appended together are written together.

        Args:
            entry: the row.
            awaited: whether this process will ask for its outcome.

        Returns:
            Its ticket; None: there is no room.

        Raises:
            FleetUnavailable: Redis did not answer for 10 s; the row is not there, or perhaps it is.
            StoreFailed: Redis refuses, as its memory is full, or for another reason.
            InvalidArgument: the row is too long, or another list's queue has this name now.
            ActOnError: the journal is not open.
        """
        if self._appender is None:
            raise ActOnError("The journal of this queue is not open.")
        return await self._appender.append(entry, awaited=awaited)

    async def look(self, tickets: Sequence[int]) -> JournalLook:
        """Look at the journal as a whole, and at the outcomes of some rows; raises what ``columns`` raises."""
        outcomes: dict[int, PutOutcome | str] = {}
        missing: set[int] = set()
        told: Sequence[object] = ()
        for first in range(0, max(len(tickets), 1), AT_ONCE):
            some = tickets[first : first + AT_ONCE]
            _, told = await self._queue.run(LOOK, [id_of(ticket) for ticket in some])
            with understood(self._queue.place):
                for ticket, outcome in zip(some, list_of(told[-1]), strict=False):
                    if outcome is None:
                        missing.add(ticket)
                    elif outcome:
                        outcomes[ticket] = _outcome(outcome)
        if tickets:  # who looks at the journal as a whole waits for nothing
            outcomes.update(dict.fromkeys(self._forgotten(missing), _FORGOTTEN))
        with understood(self._queue.place):
            return _seen(told, outcomes)

    async def acknowledge(self, tickets: Sequence[int]) -> None:
        """Note that this process has told these outcomes to those who waited; raises what ``columns`` raises."""
        await self._about(ACKNOWLEDGE, tickets)

    async def stop_waiting(self, tickets: Sequence[int]) -> None:
        """Note that nobody waits for these rows any more: if they are given up, that is to be reported.

        Raises what ``columns`` raises.
        """
        await self._about(STOP_WAITING, tickets)

    async def ask_for_flush(self) -> int:
        """Ask the sender to send all that was appended before; gives the number of this flush.

        Raises what ``columns`` raises.
        """
        _, told = await self._queue.run(ASK_FOR_FLUSH, ())
        with understood(self._queue.place):
            (number,) = told
            if not isinstance(number, int):
                raise TypeError
            return number

    async def try_lead(self) -> StreamLead | None:
        """Take the lead if nobody has it; raises what ``columns`` raises."""
        lease = Lease(self._queue.redis, self._queue.keys.lead, LEAD_SECONDS)
        now = clock.awake_or_asleep()
        # Who sends may live, and writes what it knows into a Redis that was emptied: it comes first.
        waits = self._knows_sender and now < self._forgotten_at + LEAD_SECONDS
        taken = await self._queue.asked(lease.take(had_holder=waits))
        if not lease.is_forgotten:
            self._forgotten_at = inf
        elif self._forgotten_at == inf:
            self._forgotten_at = now
        self._knows_sender = True
        return StreamLead(self._queue, lease, self._list_id) if taken else None

    async def _claimed(self, script: Script, list_id: str, *more: str) -> None:
        ended, _ = await self._queue.run(script, (list_id, *more))
        if ended == OTHER:
            raise other_list(self._queue)

    async def _about(self, script: Script, tickets: Sequence[int]) -> None:
        for first in range(0, len(tickets), AT_ONCE):
            await self._queue.run(script, [id_of(ticket) for ticket in tickets[first : first + AT_ONCE]])

    def _forgotten(self, missing: set[int]) -> list[int]:
        """Those of the rows that Redis does not know which it has not known for long."""
        now = clock.monotonic()
        self._missing = {ticket: self._missing.get(ticket, now) for ticket in missing}
        return [ticket for ticket, since in self._missing.items() if now - since >= FORGOTTEN_SECONDS]


def _outcome(told: object) -> PutOutcome | str:
    try:
        return decode_outcome(told)
    except DAMAGES:
        return _FORGOTTEN


def _seen(told: Sequence[object], outcomes: Mapping[int, PutOutcome | str]) -> JournalLook:
    rows, first, kept, now, trouble, flushed, _ = told
    if not (isinstance(rows, int) and isinstance(now, int)):
        raise TypeError
    return JournalLook(
        rows, age_of(now, first, kept), message_text(loose_text(trouble)), number_or_zero(flushed), outcomes
    )
