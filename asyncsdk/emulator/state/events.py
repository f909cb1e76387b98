"""Repository of custom events, and of the sets that they belong to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from attrs import frozen

from asyncsdk.emulator.processing.csv_reader import CsvFile
from asyncsdk.emulator.row_faults import RejectRows, row_rejection
from asyncsdk.emulator.state.addresses import normalized, usable
from asyncsdk.emulator.state.database import Database

__all__ = ["EventFile", "EventRepository", "milliseconds_of"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS event_sets (id TEXT PRIMARY KEY, destination TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, event_set TEXT NOT NULL, key TEXT NOT NULL, action TEXT NOT NULL,
    happened INTEGER NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_by_key ON events (key, happened);
"""

BATCH = 500
FIRST_SET = 0xFF4F3FAB

_LETTERS = (
    ("EEEE", "%A"),
    ("EEE", "%a"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("dd", "%d"),
    ("yyyy", "%Y"),
    ("yy", "%y"),
)


def milliseconds_of(text: str, pattern: str) -> int | None:
    """A date in Java's letters, at midnight UTC; None if the text is none."""
    for java, python in _LETTERS:
        if python.lower() not in pattern.lower():
            pattern = pattern.replace(java, python)
    try:
        return int(datetime.strptime(text.strip(), pattern).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return None


@frozen
class EventFile:
    """A file of events, and which column holds what."""

    sheet: CsvFile
    destination: str
    action: str
    date_format: str
    email: int
    date: int
    title: int
    note: int | None
    faults: Sequence[RejectRows] = ()

    def is_rejected(self, row: Sequence[str], headings: Sequence[str]) -> bool:
        """Whether a fault rejects a row, by its address or by a heading of the file."""
        if not self.faults or self.email >= len(row):
            return False
        return row_rejection(self.faults, row[self.email], dict(zip(headings, row, strict=False))) is not None


class EventRepository:
    """All events of the account."""

    def __init__(self, store: Database) -> None:
        self._store = store
        store.define(_SCHEMA)

    def set_of(self, destination: str) -> str | None:
        """The id of the set with that display name."""
        found = self._store.one("SELECT id FROM event_sets WHERE destination = ?", destination)
        return None if found is None else str(found[0])

    def sets(self) -> list[tuple[str, str]]:
        """Every set: its id and its display name."""
        rows = self._store.all("SELECT id, destination FROM event_sets ORDER BY rowid")
        return [(str(number), str(name)) for number, name in rows]

    def make_set(self, destination: str) -> str:
        """The id of the set with that display name, which is made if need be."""
        known = self.set_of(destination)
        if known is None:
            known = f"{(FIRST_SET + len(self.sets())) % 2**32:08x}"
            self._store.run("INSERT INTO event_sets (id, destination) VALUES (?, ?)", known, destination)
        return known

    def add(self, event_set: str, email: str, action: str, happened: int, title: str, note: str) -> None:
        """Note one event."""
        self._store.run(
            "INSERT INTO events (event_set, key, action, happened, title, note) VALUES (?, ?, ?, ?, ?, ?)",
            event_set,
            normalized(email),
            action,
            happened,
            title,
            note,
        )

    def of(self, email: str) -> list[tuple[str, int, str, str]]:
        """An address's events, the latest first: title, time, set and action."""
        rows = self._store.all(
            "SELECT title, happened, event_set, action FROM events WHERE key = ?"
            " ORDER BY happened DESC, number DESC",
            normalized(email),
        )
        return [(str(row[0]), int(row[1]), str(row[2]), str(row[3])) for row in rows]

    async def load(self, file: EventFile) -> Mapping[str, Any]:
        """Read a file of events; gives what the finished job tells."""
        event_set = self.make_set(file.destination)
        appended = rejected = 0
        rows = file.sheet.rows()
        headings = file.sheet.heading_row(0) if file.faults else []
        while batch := list(islice(rows, BATCH)):
            with self._store.batch():
                for row in batch:
                    if not file.is_rejected(row, headings) and self._load_row(file, event_set, row):
                        appended += 1
                    else:
                        rejected += 1
            await asyncio.sleep(0)
        return {
            "status": "ok",
            "customEventsId": event_set,
            "appendCount": appended,
            "rejectedCount": rejected,
        }

    def _load_row(self, file: EventFile, event_set: str, row: list[str]) -> bool:
        if len(row) <= max(file.email, file.date, file.title):
            return False
        happened = milliseconds_of(row[file.date], file.date_format)
        if happened is None or not usable(row[file.email]) or not row[file.title].strip():
            return False
        note = row[file.note] if file.note is not None and file.note < len(row) else ""
        self.add(event_set, row[file.email], file.action, happened, row[file.title], note)
        return True
