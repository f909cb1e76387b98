"""Shared journal in memory, for queues of one process that stand for several: no law of theirs needs a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import inf, isfinite
from typing import Any

from attrs import define, evolve, field

from asyncsdk import clock
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.journal_schema import JournalRow, cells_from_json, cells_to_json
from asyncsdk.queue.pacing import Pace
from asyncsdk.queue.results import PutOutcome, UnsavedRow
from asyncsdk.queue.shared_journal import JournalContents, JournalLook, JournalNews, LeadLost
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["JournalHub", "MemoryJournal", "MemoryLead"]


@define
class JournalHub:
    """What all processes share."""

    rows: dict[int, JournalRow] = field(factory=dict)
    holds: dict[str, float] = field(factory=dict)
    unsaved: dict[int, UnsavedRow] = field(factory=dict)
    outcomes: dict[int, PutOutcome | str] = field(factory=dict)
    columns: ListColumns | None = None
    owner: str | None = None
    last: int = 0
    flush_asked: int = 0
    told: tuple[str, int] = ("", 0)
    pace: Pace | None = None
    lead: MemoryLead | None = None
    marks: list[str] = field(factory=list)
    away: Exception | None = None
    """What every access raises, while the journal cannot be reached."""
    slowness: float = 0.0
    """Seconds that a row takes to be written."""

    def reach(self) -> None:
        """Raise while the journal cannot be reached."""
        if self.away is not None:
            raise self.away

    def depose(self) -> None:
        """Take the lead from whoever has it, as if it had stood still for too long."""
        if self.lead is not None:
            self.lead.lost.set()
            self.lead = None


class MemoryJournal:
    """The journal, as one process has it open."""

    def __init__(self, hub: JournalHub) -> None:
        self._hub = hub
        self._capacity = 0

    async def open(self, list_id: str, capacity: int) -> None:
        """As the protocol says."""
        self._hub.reach()
        self._capacity = capacity

    async def close(self) -> None:
        """As the protocol says."""

    async def columns(self) -> ListColumns | None:
        """As the protocol says."""
        return self._hub.columns

    async def keep_columns(self, columns: ListColumns) -> None:
        """As the protocol says."""
        self._hub.columns = columns

    async def append(self, entry: Entry, *, awaited: bool) -> int | None:
        """As the protocol says."""
        await asyncio.sleep(self._hub.slowness)
        self._hub.reach()
        if len(self._hub.rows) >= self._capacity:
            return None
        self._hub.last = number = self._hub.last + 1
        cells = cells_from_json(cells_to_json(entry.cells))
        self._hub.rows[number] = JournalRow(number, entry.email, cells, put_at=entry.put_at, awaited=awaited)
        return number

    async def look(self, tickets: Sequence[int]) -> JournalLook:
        """As the protocol says."""
        self._hub.reach()
        trouble, flushed = self._hub.told
        oldest = min((row.put_at for row in self._hub.rows.values()), default=inf)
        found = {each: self._hub.outcomes[each] for each in tickets if each in self._hub.outcomes}
        age = max(0.0, clock.wall() - oldest) if isfinite(oldest) else 0.0
        return JournalLook(len(self._hub.rows), age, trouble, flushed, found)

    async def acknowledge(self, tickets: Sequence[int]) -> None:
        """As the protocol says."""
        for each in tickets:
            self._hub.outcomes.pop(each, None)
            self._hub.unsaved.pop(each, None)

    async def stop_waiting(self, tickets: Sequence[int]) -> None:
        """As the protocol says."""
        for each in tickets:
            if each in self._hub.rows:
                self._hub.rows[each] = evolve(self._hub.rows[each], awaited=False)

    async def ask_for_flush(self) -> int:
        """As the protocol says."""
        self._hub.reach()
        self._hub.flush_asked += 1
        return self._hub.flush_asked

    async def try_lead(self) -> MemoryLead | None:
        """As the protocol says."""
        self._hub.reach()
        if self._hub.lead is not None:
            return None
        self._hub.lead = MemoryLead(self._hub)
        return self._hub.lead


class MemoryLead:
    """The right to send."""

    def __init__(self, hub: JournalHub) -> None:
        self._hub = hub
        self._read = 0
        self.lost = asyncio.Event()

    def check(self) -> None:
        """As the protocol says."""
        if self.lost.is_set():
            raise LeadLost("Another process sends.")

    async def contents(self) -> JournalContents:
        """As the protocol says."""
        self._read = self._hub.last
        holds: dict[float, list[str]] = {}
        for key, until in self._hub.holds.items():
            holds.setdefault(until, []).append(key)
        return JournalContents(
            list(self._hub.rows.values()), holds, list(self._hub.unsaved.items()), self._hub.pace
        )

    async def news(self) -> JournalNews:
        """As the protocol says."""
        self._hub.reach()
        rows = [row for number, row in self._hub.rows.items() if number > self._read]
        self._read = self._hub.last
        return JournalNews(rows, self._hub.flush_asked)

    def notify(self, numbers: Sequence[int], told: PutOutcome | str) -> None:
        """As the protocol says."""
        if not self.lost.is_set():
            waited = [each for each in numbers if each in self._hub.rows and self._hub.rows[each].awaited]
            self._hub.outcomes.update(dict.fromkeys(waited, told))
            for each in waited:
                self._hub.rows[each] = evolve(self._hub.rows[each], awaited=False)

    def tell(self, trouble: str, flushed: int, pace: Pace | None) -> None:
        """As the protocol says."""
        if not self.lost.is_set():
            self._hub.told = (trouble, flushed)
            self._hub.pace = pace

    async def release(self) -> None:
        """As the protocol says."""
        if self._hub.lead is self:
            self._hub.lead = None

    def claim_for(self, owner: str) -> bool:
        """As the protocol says."""
        self._hub.owner = self._hub.owner or owner
        return self._hub.owner == owner

    def keep_columns(self, columns: ListColumns) -> None:
        """As the protocol says."""
        self._hub.columns = columns

    async def mark_sending(self, numbers: Sequence[int], until: float) -> None:
        """As the protocol says."""
        self._hub.reach()
        self.check()
        self._mark("sending", numbers, job_id=None, until=until)

    def mark_accepted(self, numbers: Sequence[int], job_id: str, until: float) -> None:
        """As the protocol says."""
        self._mark("accepted", numbers, job_id=job_id, until=until if isfinite(until) else None)

    def mark_unsent(self, numbers: Sequence[int]) -> None:
        """As the protocol says."""
        self._mark("unsent", numbers, job_id=None, until=None)

    def hold(self, keys: Sequence[str], until: float) -> None:
        """As the protocol says."""
        if not self.lost.is_set():
            self._hub.holds.update(dict.fromkeys(keys, until))

    def compact(self, entry: Entry) -> list[int]:
        """As the protocol says."""
        return entry.numbers

    def saved(self, entry: Entry, outcome: PutOutcome) -> None:
        """As the protocol says."""
        self._complete(entry, outcome)

    def delete(self, numbers: Sequence[int]) -> None:
        """As the protocol says."""
        if not self.lost.is_set():
            for number in numbers:
                self._hub.rows.pop(number, None)

    def give_up(self, entry: Entry, row: UnsavedRow) -> int:
        """As the protocol says."""
        number = entry.numbers[-1]
        if not self.lost.is_set():
            self._hub.unsaved[number] = row
            assert row.fate != "waiting"
            self._complete(entry, PutOutcome(row.fate, row.reason))
        return number

    def delete_unsaved(self, numbers: Sequence[int]) -> None:
        """As the protocol says."""
        for number in numbers:
            self._hub.unsaved.pop(number, None)

    def _complete(self, entry: Entry, outcome: PutOutcome) -> None:
        if self.lost.is_set():
            return
        awaited = [each for each in entry.numbers if each in self._hub.rows and self._hub.rows[each].awaited]
        self._hub.outcomes.update(dict.fromkeys(awaited, outcome))
        self.delete(entry.numbers)

    def _mark(self, what: str, numbers: Sequence[int], **changes: Any) -> None:
        if self.lost.is_set():
            return
        self._hub.marks.append(what)
        for number in numbers:
            if number in self._hub.rows:
                self._hub.rows[number] = evolve(self._hub.rows[number], **changes)
