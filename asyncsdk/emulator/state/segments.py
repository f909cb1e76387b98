"""Repository of segments, and of the contacts in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from attrs import evolve, frozen

from asyncsdk.emulator.state.audience import AudienceRepository, StoredContact
from asyncsdk.emulator.state.repository import TableRepository

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
        """The segment as the API tells it."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "parentId": self.parent,
            "filter": self.filter,
        }


class SegmentRepository(TableRepository[StoredSegment]):
    """Every segment, the oldest first."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS segments (
        number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, type TEXT NOT NULL, parent TEXT NOT NULL,
        filter TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS segment_contacts (
        segment INTEGER, contact TEXT, PRIMARY KEY (segment, contact)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS segment_contacts_by_contact ON segment_contacts (contact, segment);
    """

    TABLE: ClassVar[str] = "segments"
    COLUMNS: ClassVar[tuple[str, ...]] = ("number", "name", "type", "parent", "filter")
    ID: ClassVar[str] = "printf('g-%04x', number)"

    @staticmethod
    def item(number: int, name: str, kind: str, parent: str, criteria: str) -> StoredSegment:
        """The segment of a row."""
        return StoredSegment(number, name, kind, parent, json.loads(criteria))

    def add(self, name: str, kind: str, parent: str, criteria: Any) -> StoredSegment:
        """Add a segment without contacts."""
        made = StoredSegment(0, name, kind, parent, criteria)
        return evolve(made, number=self.insert(_cells(made)))

    def change(self, segment: StoredSegment) -> None:
        """Replace the segment that has this one's number."""
        self.update(segment.number, _cells(segment))

    def remove(self, key: int | str) -> bool:
        """Delete a segment; its contacts stay."""
        with self.store.batch():
            self.store.run("DELETE FROM segment_contacts WHERE segment = ?", key)
            return super().remove(key)

    def put(self, segment: StoredSegment, contact_ids: Iterable[str]) -> None:
        """Add contacts to a segment."""
        self.store.run_many(
            "INSERT OR IGNORE INTO segment_contacts (segment, contact) VALUES (?, ?)",
            [(segment.number, contact_id) for contact_id in contact_ids],
        )

    def take(self, segment: StoredSegment, contact_ids: Iterable[str]) -> None:
        """Remove contacts from a segment."""
        self.store.run_many(
            "DELETE FROM segment_contacts WHERE segment = ? AND contact = ?",
            [(segment.number, contact_id) for contact_id in contact_ids],
        )

    def contacts_of(self, segment: StoredSegment) -> list[StoredContact]:
        """The contacts of a segment, the oldest first; of a query or search none, for it is not carried out."""
        contacts = self.platform.repository(AudienceRepository)
        rows = self.store.all("SELECT contact FROM segment_contacts WHERE segment = ?", segment.number)
        found = [contacts.get(str(row[0])) for row in rows]
        return sorted((each for each in found if each is not None), key=lambda each: each.number)

    def of(self, contact_id: str) -> list[dict[str, Any]]:
        """The segments that hold a contact, as the API tells them."""
        condition = "number IN (SELECT segment FROM segment_contacts WHERE contact = ?)"
        return [each.wire() for each in self.find(condition, contact_id)]

    def forget(self, contact_id: str) -> None:
        """Take a contact that was deleted out of every segment."""
        self.store.run("DELETE FROM segment_contacts WHERE contact = ?", contact_id)


def _cells(segment: StoredSegment) -> dict[str, Any]:
    criteria = json.dumps(segment.filter)
    return {"name": segment.name, "type": segment.type, "parent": segment.parent, "filter": criteria}
