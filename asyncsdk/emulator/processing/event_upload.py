"""Event upload: writes the rows of a file to custom events, a batch at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from attrs import frozen

from asyncsdk.emulator.processing.csv_reader import CsvFile
from asyncsdk.emulator.processing.dates import milliseconds_of
from asyncsdk.emulator.row_faults import RejectRows, row_rejection
from asyncsdk.emulator.state.addresses import usable
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.state.events import EventRepository

__all__ = ["EventFile"]

BATCH = 500


@frozen
class EventFile:
    """A file of events, and the columns of its values."""

    sheet: CsvFile
    destination: str
    action: str
    date_format: str
    email: int
    date: int
    title: int
    note: int | None
    faults: Sequence[RejectRows] = ()

    def _is_rejected(self, row: Sequence[str], headings: Sequence[str]) -> bool:
        """Whether a fault rejects a row, by its address or by a heading of the file."""
        if not self.faults or self.email >= len(row):
            return False
        return row_rejection(self.faults, row[self.email], dict(zip(headings, row, strict=False))) is not None

    async def load(self, events: EventRepository, store: Database) -> Mapping[str, Any]:
        """Write the events of the file; gives the details of the finished job."""
        event_set = events.make_set(self.destination)
        counts: Counter[bool] = Counter()
        rows = self.sheet.rows()
        headings = self.sheet.heading_row(0) if self.faults else []
        while batch := list(islice(rows, BATCH)):
            with store.batch():
                for row in batch:
                    counts[not self._is_rejected(row, headings) and self._load_row(events, event_set, row)] += 1
            await asyncio.sleep(0)
        return {
            "status": "ok",
            "customEventsId": event_set,
            "appendCount": counts[True],
            "rejectedCount": counts[False],
        }

    def _load_row(self, events: EventRepository, event_set: str, row: list[str]) -> bool:
        """Write one event; gives whether the row holds one."""
        if len(row) <= max(self.email, self.date, self.title):
            return False
        happened = milliseconds_of(row[self.date], self.date_format)
        if happened is None or not usable(row[self.email]) or not row[self.title].strip():
            return False
        note = row[self.note] if self.note is not None and self.note < len(row) else ""
        events.add(event_set, row[self.email], self.action, happened, row[self.title], note)
        return True
