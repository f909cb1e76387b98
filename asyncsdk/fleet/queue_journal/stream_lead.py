"""Lead of a queue whose journal is in Redis: the sender reads rows, and writes what becomes of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from math import inf, isfinite
from typing import Final

from asyncsdk import clock
from asyncsdk.fleet.queue_journal.change_writer import ChangeWriter
from asyncsdk.fleet.queue_journal.changes import (
    Command,
    delete_fields,
    deletion,
    deletion_of_unsaved,
    keep_rows,
    publish,
    put_fields,
)
from asyncsdk.fleet.queue_journal.codec import (
    TermClock,
    encode_mark,
    encode_outcome,
    encode_row,
    encode_unsaved,
    id_of,
    number_or_zero,
)
from asyncsdk.fleet.queue_journal.keys import HELD, MARKS, META, UNSAVED
from asyncsdk.fleet.queue_journal.news_reader import NewsReader
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue, lead_lost
from asyncsdk.fleet.queue_journal.sender_copy import SenderCopy
from asyncsdk.fleet.queue_journal.term_start import read_contents
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.journal import COMPACT
from asyncsdk.queue.journal_schema import JournalRow, columns_to_json
from asyncsdk.queue.pacing import Pace
from asyncsdk.queue.results import PutOutcome, UnsavedRow
from asyncsdk.queue.shared_journal import JournalContents, JournalNews, LeadLost
from asyncsdk.redis.lease import Lease
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["StreamLead"]

RELEASE_SECONDS: Final = 5.0
"""Seconds that the last changes may take before another process gets the lead."""

SWEEP_SECONDS: Final = 10.0
"""Seconds between two looks for addresses that are held no longer."""


class StreamLead:
    """The right to send a queue's rows, while the lease is this process's.

    Args:
        queue: where the rows are.
        lease: the lead, which was taken.
        list_id: the list that the rows are for.
    """

    def __init__(self, queue: RedisQueue, lease: Lease, list_id: str) -> None:
        self._queue = queue
        self._lease = lease
        self._list_id = list_id
        self._copy = SenderCopy()
        self._time = TermClock(0.0)
        self._merged: dict[int, tuple[int, ...]] = {}
        """The rows that somebody waits for, by the number of the row that they were merged into."""

        self._news = NewsReader(queue, lease, self._copy)
        self._writer = ChangeWriter(queue, lease, self._copy, self._news.begin_again)
        self._swept_at = -inf

    @property
    def lost(self) -> asyncio.Event:
        """Set when another process has the lead: nothing is written any more."""
        return self._lease.lost

    def check(self) -> None:
        """Make sure, by this process's own clock, that nobody else can have the lead; from any thread.

        Raises:
            LeadLost: somebody may have it, as this process stood still, or Redis does not answer it.
        """
        if not self._lease.is_sure:
            raise LeadLost(
                "Another process may send the rows of this queue now, as this one stood still, or could not reach"
                " Redis. Nothing was sent."
            )

    async def contents(self) -> JournalContents:
        """Read what the journal holds.

        Raises:
            LeadLost: another process has the lead.
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses.
        """
        begun = await read_contents(self._queue, self._lease, self._list_id, self._copy)
        self._time, self._merged = begun.time, dict(begun.merged)
        self._news.begin(begun.time, begun.last_id, begun.due)
        return begun.contents

    async def news(self) -> JournalNews:
        """Read what has come since; raises what ``contents`` raises."""
        if (news := await self._news.read()) is None:  # Redis was emptied
            await self._writer.write_awaited([])  # all that is known is written again before that
            news = await self._news.read()
        if news is None or self.lost.is_set():
            raise lead_lost()
        return news

    def claim_for(self, owner: str) -> bool:
        """Whether its rows are for this account; the first one that asks makes the journal its own."""
        known = self._copy[META].get("owner")
        if known is None:
            self._write(put_fields(META, {"owner": owner}))
        return known in {None, owner}

    def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list, so that the next queue can take rows before it reads them."""
        self._write(put_fields(META, {"columns": columns_to_json(columns)}))

    def mark_sending(self, numbers: Sequence[int], until: float) -> asyncio.Future[None]:
        """Mark rows that are about to be sent, and may arrive until then; done when Redis has it."""
        return self._writer.write_awaited(self._marks(numbers, None, until))

    def mark_accepted(self, numbers: Sequence[int], job_id: str, until: float) -> None:
        """Mark rows of a file that Act-On has accepted; an earlier copy may arrive until then."""
        self._write(self._marks(numbers, job_id, until))

    def mark_unsent(self, numbers: Sequence[int]) -> None:
        """Mark rows that are no longer on their way."""
        self._write(delete_fields(MARKS, _ids(numbers)))

    def hold(self, keys: Sequence[str], until: float) -> None:
        """Hold addresses: nothing is sent for them until then."""
        held = self._copy[HELD]
        if isfinite(until):
            micros, names = self._time.micros(until), (json.dumps(key) for key in keys)
            fields = {name: str(micros) for name in names if int(held.get(name, 0)) < micros}
            self._write(put_fields(HELD, fields))
        if clock.monotonic() >= self._swept_at + SWEEP_SECONDS:
            self._swept_at, now = clock.monotonic(), self._time.micros(clock.wall())
            self._write(delete_fields(HELD, [name for name, end in held.items() if int(end) <= now]))

    def compact(self, entry: Entry) -> list[int]:
        """Merge the rows of one address, if they are many; gives the numbers that are left."""
        if len(entry.numbers) < COMPACT:
            return entry.numbers
        *others, last = entry.numbers
        row = JournalRow(
            last, entry.email, dict(entry.cells), put_at=entry.put_at, times=dict(entry.times), awaited=False
        )
        tickets = self._tickets(entry)
        kept = encode_row(row, tickets, self._time)
        self._write([*keep_rows({id_of(last): kept}), *deletion(_ids(others))])
        for number in others:
            self._merged.pop(number, None)
        self._merged[last] = tickets
        return [last]

    def saved(self, entry: Entry, outcome: PutOutcome) -> None:
        """Delete the rows of an entry that the list holds; those who wait for one of them get the outcome."""
        told = publish(_ids(self._tickets(entry)), encode_outcome(outcome), "")
        self._write([*told, *deletion(_ids(entry.numbers))])
        self._forget_merged(entry.numbers)

    def delete(self, numbers: Sequence[int]) -> None:
        """Delete rows whose outcome is told."""
        self._write(deletion(_ids(numbers)))
        self._forget_merged(numbers)

    def give_up(self, entry: Entry, row: UnsavedRow) -> int:
        """Replace the rows of an entry that is not sent again by one unsaved row; gives its number."""
        number = entry.numbers[-1]
        unsaved, waiting = id_of(number), _ids(self._tickets(entry))
        outcome = PutOutcome("unknown" if row.fate == "waiting" else row.fate, row.reason)
        told = publish(waiting, encode_outcome(outcome), unsaved) if waiting else []
        written = put_fields(UNSAVED, {unsaved: encode_unsaved(row)})
        self._write([*written, *told, *deletion(_ids(entry.numbers))])
        if waiting:  # others delete it
            self._copy[UNSAVED].pop(unsaved, None)
        self._forget_merged(entry.numbers)
        return number

    def delete_unsaved(self, numbers: Sequence[int]) -> None:
        """Delete rows that were given up and that somebody has been given."""
        self._write(deletion_of_unsaved(_ids(numbers)))

    def notify(self, numbers: Sequence[int], told: PutOutcome | str) -> None:
        """Let those who wait for these rows have this, and wait no more; the rows stay."""
        tickets = {*numbers, *(ticket for number in numbers for ticket in self._merged.get(number, ()))}
        self._write(publish(_ids(sorted(tickets)), encode_outcome(told), ""))

    def tell(self, trouble: str, flushed: int, pace: Pace | None) -> None:
        """Let all processes see what keeps rows from being saved, which flush is done, and the pace of flushes."""
        done = max(flushed, number_or_zero(self._copy[META].get("flushed")))
        paced = {} if pace is None else {"pace": str(pace)}
        self._write(put_fields(META, {"trouble": trouble, "flushed": str(done), **paced}))

    async def release(self) -> None:
        """Complete all writes as far as that can be done, and let another process have the lead at once."""
        try:
            await self._writer.finish(RELEASE_SECONDS)
        finally:
            await self._lease.give_back()

    def _write(self, commands: Sequence[Command]) -> None:
        if commands:
            self._writer.write(commands)

    def _marks(self, numbers: Sequence[int], job_id: str | None, until: float) -> list[Command]:
        return put_fields(MARKS, dict.fromkeys(_ids(numbers), encode_mark((job_id, until), self._time)))

    def _tickets(self, entry: Entry) -> tuple[int, ...]:
        """The rows that somebody waits for, those among them that were merged."""
        if not entry.awaited:
            return ()
        merged = (ticket for number in entry.numbers for ticket in self._merged.get(number, ()))
        return tuple(sorted({*entry.awaited, *merged}))

    def _forget_merged(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._merged.pop(number, None)


def _ids(numbers: Sequence[int]) -> list[str]:
    return [id_of(number) for number in numbers]
