"""Repository of custom events, and of the sets that they belong to."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from asyncsdk.emulator.state.addresses import normalized
from asyncsdk.emulator.state.database import Database

__all__ = ["EventRepository", "StoredEvent"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS event_sets (id TEXT PRIMARY KEY, destination TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, event_set TEXT NOT NULL, key TEXT NOT NULL, action TEXT NOT NULL,
    happened INTEGER NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_by_key ON events (key, happened);
"""

FIRST_SET = 0xFF4F3FAB


@frozen
class StoredEvent:
    """One custom event."""

    number: int
    email: str
    """The address in the form in which addresses are compared; the one that was sent is not kept."""

    set_id: str
    destination: str
    action: str
    title: str
    note: str
    time: int
    """When it happened, in milliseconds since 1970."""


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

    def count(self, email: str | None = None) -> int:
        """Number of events of an address, or of all."""
        query = "SELECT count(*) FROM events"
        found = (
            self._store.one(query)
            if email is None
            else self._store.one(f"{query} WHERE key = ?", normalized(email))
        )
        return 0 if found is None else int(found[0])

    def newest(self, email: str | None, offset: int, count: int) -> list[StoredEvent]:
        """A page of the events of an address, or of all, the one that came last first."""
        key = None if email is None else normalized(email)
        rows = self._store.all(
            "SELECT number, key, event_set, destination, action, title, note, happened"
            " FROM events LEFT JOIN event_sets ON event_sets.id = event_set"
            " WHERE ? IS NULL OR key = ? ORDER BY number DESC LIMIT ? OFFSET ?",
            key,
            key,
            count,
            offset,
        )
        return [StoredEvent(*row) for row in rows]
