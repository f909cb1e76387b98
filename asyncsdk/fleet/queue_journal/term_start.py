"""Start of a term: the process that got the lead reads all that the queue has in Redis."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen

from asyncsdk import clock
from asyncsdk.fleet.queue_journal.answers import list_of, loose_text, understood
from asyncsdk.fleet.queue_journal.codec import (
    DAMAGES,
    Mark,
    TermClock,
    decode_mark,
    decode_row,
    decode_unsaved,
    encode_row,
    id_of,
    number_of,
    number_or_zero,
    row_of_put,
    text_of,
    whole_number,
)
from asyncsdk.fleet.queue_journal.damages import Damages
from asyncsdk.fleet.queue_journal.keys import HELD, KEPT, MARKS, META, UNSAVED
from asyncsdk.fleet.queue_journal.reading import due_times, fields_of, put_rows, waited_for
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue, lead_lost
from asyncsdk.fleet.queue_journal.scripts import BEGIN_TERM, LOST
from asyncsdk.fleet.queue_journal.sender_copy import SenderCopy
from asyncsdk.queue.batch import HOLD
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.pacing import pace_from_text
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.queue.shared_journal import JournalContents
from asyncsdk.redis.lease import Lease

__all__ = ["Begun", "read_contents"]

_META: Final = ("version", "list", "owner", "columns", "flush", "flushed", "pace")


@frozen
class Begun:
    """What a sender begins with."""

    contents: JournalContents
    time: TermClock
    last_id: str
    """Behind this row the new ones begin; empty: there is none."""

    due: Sequence[str]
    """Ids of given-up rows among the contents that somebody had waited for."""

    merged: Mapping[int, tuple[int, ...]] = field(repr=False)
    """The rows that somebody waits for, by the number of the row that they were merged into."""


@frozen
class _Rows:
    """The rows, by their numbers, and those that somebody waits for."""

    found: dict[int, JournalRow] = field(factory=dict[int, JournalRow])
    tickets: dict[int, tuple[int, ...]] = field(factory=dict[int, tuple[int, ...]])


async def read_contents(queue: RedisQueue, lease: Lease, list_id: str, copy: SenderCopy) -> Begun:
    """Begin a term, and read what the journal holds; what is damaged is left there, and the log says so.

    Args:
        queue: where the rows are.
        lease: the lead.
        list_id: the list that the rows are for.
        copy: takes what is known to be in Redis.

    Raises:
        LeadLost: another process has the lead.
        FleetUnavailable: Redis does not answer.
        StoreFailed: it refuses.
    """
    time, now = await _begin(queue, lease, list_id, copy)
    damages, rows, last_id = Damages(queue), _Rows(), ""
    async for row_id, text in put_rows(queue):
        last_id = row_id
        if (row := damages.tried(row_of_put, row_id, text, time)) is not None:
            rows.found[row.number] = row
            rows.tickets[row.number] = (row.number,) if row.awaited else ()
    merged = await _add_kept(queue, rows, time, damages)
    await _add_waits(queue, rows)
    await _add_marks(queue, rows, time, copy)
    ordered = sorted(rows.found.values(), key=lambda row: row.number)
    for row in ordered:
        copy[KEPT][id_of(row.number)] = encode_row(row, rows.tickets[row.number], time)
    holds = await _holds(queue, time, copy, damages)
    due = await due_times(queue)
    unsaved = [
        (number_of(row_id), row)
        for row_id, row in (await _unsaved(queue, copy, damages)).items()
        if due.get(row_id, 0.0) <= now
    ]
    damages.log()
    pace = pace_from_text(copy[META].get("pace"))
    contents = JournalContents(ordered, holds, sorted(unsaved, key=lambda each: each[0]), pace)
    told = [row_id for row_id, at in due.items() if at <= now]
    return Begun(contents, time, last_id, told, {number: rows.tickets[number] for number in merged})


async def _begin(queue: RedisQueue, lease: Lease, list_id: str, copy: SenderCopy) -> tuple[TermClock, float]:
    """Begin the term; gives its clock, and the time of Redis in ms."""
    asked_at = clock.wall()  # before the answer: no row is to be of the future
    ended, told = await queue.run(BEGIN_TERM, (lease.name,))
    if ended == LOST:
        lease.lost.set()
        raise lead_lost()
    with understood(queue.place):
        kept, time = map(list_of, told)
        seconds = whole_number(time[0]) + whole_number(time[1]) / 1e6
        for name, value in zip(_META, kept, strict=True):
            if value is not None:
                copy[META][name] = loose_text(value)
    copy[META].update(version="1", list=list_id)
    copy[META]["flushed"] = str(number_or_zero(copy[META].get("flushed")))
    return TermClock(asked_at - seconds), seconds * 1_000


async def _add_kept(queue: RedisQueue, rows: _Rows, time: TermClock, damages: Damages) -> list[int]:
    """Add the rows that a sender has written again; gives their numbers."""
    merged: list[int] = []
    for row_id, text in (await fields_of(queue, KEPT)).items():
        if (decoded := damages.tried(decode_row, row_id, text, time)) is not None:
            row, tickets = decoded
            rows.found[row.number], rows.tickets[row.number] = row, tickets
            merged.append(row.number)
    return merged


async def _add_waits(queue: RedisQueue, rows: _Rows) -> None:
    """Note who still waits for which rows."""
    all_tickets = [id_of(ticket) for tickets in rows.tickets.values() for ticket in tickets]
    waiting = {number_of(each) for each in await waited_for(queue, all_tickets)}
    for number, row in rows.found.items():
        left = tuple(ticket for ticket in rows.tickets[number] if ticket in waiting)
        rows.tickets[number] = left
        rows.found[number] = evolve(row, awaited=bool(left))


async def _add_marks(queue: RedisQueue, rows: _Rows, time: TermClock, copy: SenderCopy) -> None:
    """Note which rows are on their way; one whose mark is damaged may arrive for as long as any."""
    latest = clock.wall() + HOLD
    for row_id, text in (await fields_of(queue, MARKS)).items():
        number = _number(row_id)
        if number is None or number not in rows.found:
            continue
        job, until = _mark(text, time) or (None, latest)
        until = None if until is None else min(until, latest)
        rows.found[number] = evolve(rows.found[number], job_id=job, until=until)
        copy[MARKS][row_id] = loose_text(text)


async def _holds(queue: RedisQueue, time: TermClock, copy: SenderCopy, damages: Damages) -> dict[float, list[str]]:
    """The addresses for which nothing is to be sent, by the time of day until when."""
    found: dict[float, list[str]] = {}
    now = clock.wall()
    for key, text in (await fields_of(queue, HELD)).items():
        decoded = damages.tried(_hold, key, text, time)
        if decoded is not None:
            address, until = decoded
            copy[HELD][key] = text_of(text)
            if until > now:
                found.setdefault(min(until, now + HOLD), []).append(address)
    return found


async def _unsaved(queue: RedisQueue, copy: SenderCopy, damages: Damages) -> dict[str, UnsavedRow]:
    """The rows that were given up, by their ids."""
    found: dict[str, UnsavedRow] = {}
    for row_id, text in (await fields_of(queue, UNSAVED)).items():
        row = damages.tried(decode_unsaved, text)
        if row is not None and _number(row_id) is not None:
            found[row_id], copy[UNSAVED][row_id] = row, text_of(text)
    return found


def _number(row_id: str) -> int | None:
    try:
        return number_of(row_id)
    except DAMAGES:
        return None


def _mark(text: object, time: TermClock) -> Mark | None:
    try:
        return decode_mark(text, time)
    except DAMAGES:
        return None


def _hold(key: str, text: object, time: TermClock) -> tuple[str, float]:
    address: object = json.loads(key)
    if not isinstance(address, str):
        raise TypeError
    return address, time.wall(whole_number(text))
