"""What an earlier queue left in its journal, taken in again: each row where it was."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from math import inf

from attrs import frozen

from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.flight import Flight, flights_of
from asyncsdk.queue.journal import KeptRow, QueueJournal

__all__ = ["Left", "replayed"]


@frozen
class Left:
    """What is not simply waiting."""

    followed: list[Flight]
    """Files that Act-On has accepted, with their jobs."""

    lost: list[Flight]
    """Rows that were being sent: they go first, as they are, and nothing newer for their addresses before."""


def replayed(journal: QueueJournal, backlog: Backlog) -> Left:
    """Take in what is left."""
    kept = journal.kept()
    backlog.tally["replayed"] += len(kept)
    for until, keys in journal.holds().items():
        backlog.hold(keys, until)
    jobs: dict[str, Flight] = {}
    lost: list[Entry] = []
    until = -inf
    for row in _sent(kept):
        entry = _entry(row)
        if row.until is not None:
            until = max(until, row.until)
        if not backlog.resume(entry):
            continue
        if row.job_id is None:
            lost.append(entry)
        else:
            flight = jobs.setdefault(row.job_id, Flight([], True, job_id=row.job_id))
            flight.entries.append(entry)
            flight.lands_until = max(flight.lands_until, -inf if row.until is None else row.until)
    for row in kept:
        if not _was_sent(row):
            backlog.add(_entry(row))
    for flight in jobs.values():
        flight.touched = flights_of(flight.entries)[0].touched
    flights = flights_of(lost)
    for flight in flights:
        flight.lands_until = until
    return Left(list(jobs.values()), flights)


def _was_sent(row: KeptRow) -> bool:
    return row.job_id is not None or row.until is not None


def _sent(kept: Iterable[KeptRow]) -> Iterable[KeptRow]:
    return (row for row in kept if _was_sent(row))


def _entry(row: KeptRow) -> Entry:
    return Entry(row.email, row.cells, asyncio.get_running_loop().time(), [row.number])
