"""Crash recovery: puts the rows of journals back to where an earlier queue had them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import TypeAlias

from attrs import field, frozen

from asyncsdk import clock
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.batch import Batch, Batches, batches_of
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.lifecycle import QueueState
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.queue.unsaved_rows import UnsavedRows

__all__ = ["Recovery", "entry_from"]

_SentIn: TypeAlias = tuple[str | None, float | None]
"""Key of rows that were sent together: their job, and until when they may arrive."""


@frozen
class _Recovered:
    """The rows that were sent, or may have been."""

    followed: list[Batch] = field(factory=list[Batch])
    """Files that Act-On has accepted, with their jobs."""

    lost: list[Batch] = field(factory=list[Batch])
    """Rows that were being sent: they go first, as they are, and nothing newer for their addresses before."""

    again: list[tuple[Entry, float]] = field(factory=list[tuple[Entry, float]])
    """Rows that wait, and until when: each may still arrive, and so may another row for its address."""


class Recovery:
    """Restores the rows that earlier queues have left in journals.

    Args:
        backlog: where those go that wait; it may hold other rows.
        batches: where those go that are on their way.
        unsaved: takes those that were given up.
        state: told that there is something to send.
    """

    def __init__(self, backlog: Backlog, batches: Batches, unsaved: UnsavedRows, state: QueueState) -> None:
        self._backlog = backlog
        self._batches = batches
        self._unsaved = unsaved
        self._state = state

    def restore(
        self,
        rows: Sequence[JournalRow],
        holds: Mapping[float, Sequence[str]],
        unsaved: Sequence[tuple[int, UnsavedRow]],
    ) -> list[tuple[Entry, float]]:
        """Take in what is left; gives the rows that wait, and until when, because two may still arrive.

        Args:
            rows: what is to be sent, the oldest first.
            holds: the addresses for which nothing is to be sent, by the time of day until when.
            unsaved: the rows that were given up and that nobody was given, with their numbers.
        """
        has_others = len(self._backlog) > 0
        self._backlog.counts["replayed"] += len(rows)
        for until, keys in holds.items():
            self._backlog.hold(list(keys), until)
        left = self._resumed([row for row in rows if row.was_sent])
        for row in rows:
            if not row.was_sent:
                self._backlog.add(entry_from(row))
        if has_others:
            self._backlog.sort()
        for number, given_up in unsaved:
            self._unsaved.add(given_up, number)
        self._batches.recover(left.followed, left.lost, loop_time())
        self._state.changed.set()
        return left.again

    def count_superseded(self, rows: int) -> None:
        """Count rows that were left out, because the list holds newer values."""
        self._backlog.counts["replayed"] += rows
        self._backlog.counts["coalesced"] += rows

    def _resumed(self, rows: Sequence[JournalRow]) -> _Recovered:
        """Take in rows that are on their way, or may be."""
        left = _Recovered()
        taken: dict[str, tuple[_SentIn, Entry]] = {}
        jobs: dict[str, Batch] = {}
        lost: list[Entry] = []
        for row in rows:
            entry, way = entry_from(row), (row.job_id, row.until)
            its_way, its_entry = taken.get(entry.key, (None, entry))
            if its_way == way:
                its_entry.merge(entry)
                self._backlog.counts["coalesced"] += 1
            elif not self._backlog.resume(entry):
                until = row.until
                if until is None:
                    until = self._batches.arrival_deadline(Batch([], is_file=True), clock.wall())
                self._backlog.add_unresolved(entry, until)
                left.again.append((entry, until))
            else:
                taken[entry.key] = way, entry
                if row.job_id is None:
                    lost.append(entry)
                else:
                    batch = jobs.setdefault(row.job_id, Batch([], is_file=True, job_id=row.job_id))
                    batch.entries.append(entry)
                    batch.may_arrive_until = max(batch.may_arrive_until, -inf if row.until is None else row.until)
        for batch in jobs.values():
            batch.touched = batches_of(batch.entries)[0].touched
        left.followed.extend(jobs.values())
        left.lost.extend(batches_of(lost))
        for batch in left.lost:
            batch.may_arrive_until = max(row.until for row in rows if row.until is not None and row.job_id is None)
        return left


def entry_from(row: JournalRow, latest: float = -inf) -> Entry:
    """A row as an entry; a time in the future, from a clock that was ahead, counts as now.

    Args:
        row: the row.
        latest: when the last row before it was put. Where the clock was set back since, that is the future, too,
            and this row is the newer one all the same.
    """
    now, loop_now = clock.wall(), loop_time()
    bound = max(now, latest)
    put_at = min(row.put_at, bound)
    since = loop_now - max(0.0, now - put_at) if row.put_at else loop_now
    times = {heading: min(time, bound) for heading, time in row.times.items()}
    awaited = [row.number] if row.awaited else []
    return Entry(row.email, dict(row.cells), since, put_at, times, [row.number], awaited)
