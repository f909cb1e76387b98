"""Segments, and who is in those whose contacts are picked one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from attrs import frozen

from asyncsdk.emulator.state.account_state import Book
from asyncsdk.emulator.state.audience import AudienceRepository, Person

__all__ = ["SegmentRepository", "StoredSegment"]


@frozen
class StoredSegment:
    """One segment."""

    number: int
    name: str
    type: str
    parent: str
    filter: Any
    """The query or search: kept and told, and never carried out."""

    @property
    def id(self) -> str:
        """The id that the API knows it by, alike to the one that is documented."""
        return f"g-{self.number:04x}"

    @property
    def picked(self) -> bool:
        """Whether its contacts are picked one by one."""
        return self.type == "DIRECT_SELECT"

    def wire(self) -> dict[str, Any]:
        """The segment as it is told."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "parentId": self.parent,
            "filter": self.filter,
        }


class SegmentRepository(Book):
    """Every segment."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS segments (
        number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, type TEXT NOT NULL, parent TEXT NOT NULL,
        filter TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS segment_contacts (
        segment INTEGER, contact TEXT, PRIMARY KEY (segment, contact)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS segment_contacts_by_contact ON segment_contacts (contact, segment);
    """

    def all(self) -> list[StoredSegment]:
        """Every segment, the oldest first."""
        return self._read("SELECT * FROM segments ORDER BY number")

    def get(self, segment_id: str) -> StoredSegment | None:
        """The segment with that id."""
        return next((each for each in self.all() if each.id == segment_id), None)

    def add(self, name: str, kind: str, parent: str, criteria: Any) -> StoredSegment:
        """Add a segment without contacts."""
        found = self.store.one(
            "INSERT INTO segments (name, type, parent, filter) VALUES (?, ?, ?, ?) RETURNING number",
            name,
            kind,
            parent,
            json.dumps(criteria),
        )
        return StoredSegment(0 if found is None else int(found[0]), name, kind, parent, criteria)

    def change(self, segment: StoredSegment) -> None:
        """Replace the segment that has this one's number."""
        self.store.run(
            "UPDATE segments SET name = ?, type = ?, parent = ?, filter = ? WHERE number = ?",
            segment.name,
            segment.type,
            segment.parent,
            json.dumps(segment.filter),
            segment.number,
        )

    def remove(self, segment: StoredSegment) -> None:
        """Delete a segment; its contacts stay."""
        with self.store.batch():
            self.store.run("DELETE FROM segment_contacts WHERE segment = ?", segment.number)
            self.store.run("DELETE FROM segments WHERE number = ?", segment.number)

    def put(self, segment: StoredSegment, contact_ids: Iterable[str]) -> None:
        """Let contacts be in a segment."""
        self.store.run_many(
            "INSERT OR IGNORE INTO segment_contacts (segment, contact) VALUES (?, ?)",
            [(segment.number, contact_id) for contact_id in contact_ids],
        )

    def take(self, segment: StoredSegment, contact_ids: Iterable[str]) -> None:
        """Let contacts be in a segment no more."""
        self.store.run_many(
            "DELETE FROM segment_contacts WHERE segment = ? AND contact = ?",
            [(segment.number, contact_id) for contact_id in contact_ids],
        )

    def people(self, segment: StoredSegment) -> list[Person]:
        """The contacts of a segment, the oldest first; of a query or search none, for it is not carried out."""
        book = self.platform.book(AudienceRepository)
        rows = self.store.all("SELECT contact FROM segment_contacts WHERE segment = ?", segment.number)
        people = [book.get(str(row[0])) for row in rows]
        return sorted((each for each in people if each is not None), key=lambda each: each.number)

    def of(self, contact_id: str) -> list[dict[str, Any]]:
        """The segments that hold a contact, as they are told."""
        holding = self._read(
            "SELECT segments.* FROM segments JOIN segment_contacts ON segment = number"
            " WHERE contact = ? ORDER BY number",
            contact_id,
        )
        return [each.wire() for each in holding]

    def forget(self, contact_id: str) -> None:
        """Take a contact that was deleted out of every segment."""
        self.store.run("DELETE FROM segment_contacts WHERE contact = ?", contact_id)

    def _read(self, query: str, *values: Any) -> list[StoredSegment]:
        rows = self.store.all(query, *values)
        return [StoredSegment(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in rows]
