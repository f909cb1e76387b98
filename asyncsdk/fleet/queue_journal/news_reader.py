"""News reader: reads the rows that came since the last reading, each once, and what else the sender is to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from asyncsdk.fleet.queue_journal.answers import entry_of, list_of, loose_text, understood
from asyncsdk.fleet.queue_journal.codec import (
    TermClock,
    decode_unsaved,
    encode_row,
    number_of,
    number_or_zero,
    row_of_put,
)
from asyncsdk.fleet.queue_journal.damages import Damages
from asyncsdk.fleet.queue_journal.keys import KEPT
from asyncsdk.fleet.queue_journal.reading import ROWS_AT_ONCE
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue, lead_lost
from asyncsdk.fleet.queue_journal.scripts import EMPTIED, LOST, NEWS
from asyncsdk.fleet.queue_journal.sender_copy import SenderCopy
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.queue.shared_journal import JournalNews
from asyncsdk.redis.lease import Lease

__all__ = ["NewsReader"]

MOST_PIECES: Final = 50
"""Answers that one reading asks for; what comes after is read by the next."""

KEPT_MS: Final = 600_000
"""Milliseconds for which an outcome is kept that nobody takes."""


class NewsReader:
    """Reads news.

    Args:
        queue: where the rows are.
        lease: the lead.
        copy: takes the rows that were read.
    """

    def __init__(self, queue: RedisQueue, lease: Lease, copy: SenderCopy) -> None:
        self._queue = queue
        self._lease = lease
        self._copy = copy
        self._time = TermClock(0.0)
        self._damages = Damages(queue)
        self._begin = "-"
        self._flush = 0
        self._rows: list[JournalRow] = []
        """What was read and not given yet: a reading may end in the middle."""

        self._unsaved: dict[int, UnsavedRow] = {}
        self._told: Sequence[str] = ()
        """Ids of the given-up rows that were given: Redis is told with the next reading."""

    def begin(self, time: TermClock, last_id: str, told: Sequence[str]) -> None:
        """Begin behind the rows that were read at the start.

        Args:
            time: the clock of this term.
            last_id: the last of these rows; empty: there is none.
            told: ids of given-up rows that were given at the start, although somebody had waited for them.
        """
        self._time, self._told = time, told
        self._begin = f"({last_id}" if last_id else "-"

    def begin_again(self) -> None:
        """Read all rows that Redis holds now, as it was emptied; those that are known are not given again."""
        self._begin = "-"

    async def read(self) -> JournalNews | None:
        """Read what has come; None: Redis was emptied.

        Raises:
            LeadLost: another process has the lead.
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses.
        """
        for _ in range(MOST_PIECES):
            ended, told = await self._queue.run(
                NEWS, (self._lease.name, self._begin, ROWS_AT_ONCE, KEPT_MS, *self._told)
            )
            if ended == LOST:
                self._lease.lost.set()
                raise lead_lost()
            if ended == EMPTIED:
                return None
            self._told = ()
            with understood(self._queue.place):
                asked, is_full = self._take(told)
            if not is_full:  # all that was put before the flush was asked for is read now
                self._flush = asked
                break
        self._damages.log()
        return self._given()

    def _given(self) -> JournalNews:
        rows, self._rows = self._rows, []
        unsaved, self._unsaved = self._unsaved, {}
        return JournalNews(rows, self._flush, list(unsaved.items()))

    def _take(self, told: Sequence[object]) -> tuple[int, bool]:
        """Take one answer; gives the newest flush that was asked for, and whether there may be more rows."""
        flush, rows, unsaved = told
        entries = [entry_of(each) for each in list_of(rows)]
        for row_id, text in entries:
            self._begin = f"({row_id}"
            row = self._damages.tried(row_of_put, row_id, text, self._time)
            if row is not None and row_id not in self._copy[KEPT]:
                tickets = (row.number,) if row.awaited else ()
                self._copy[KEPT][row_id] = encode_row(row, tickets, self._time)
                self._rows.append(row)
        for due_id, kept in map(list_of, list_of(unsaved)):
            given_up = self._damages.tried(decode_unsaved, kept) if kept else None
            if given_up is not None:
                self._unsaved[number_of(due_id)] = given_up
            self._told = [*self._told, loose_text(due_id)]
        return number_or_zero(flush), len(entries) == ROWS_AT_ONCE
