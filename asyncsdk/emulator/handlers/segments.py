"""Handlers of ``segments.*``. Only the statuses are documented; the rest is a guess, and so are all sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from attrs import evolve

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.handlers.schema import written
from asyncsdk.emulator.http.json_reader import object_in
from asyncsdk.emulator.http.responses import Refusal, Reply, empty, listed
from asyncsdk.emulator.state.audience import PARENT, AudienceRepository
from asyncsdk.emulator.state.segments import SegmentRepository, StoredSegment
from asyncsdk.http.messages import Json
from asyncsdk.models import ExternalContact, SegmentType

__all__ = ["Segments"]

PAGE = 50


class Segments(Handler, api.Segments):
    """Carries out ``segments.*``."""

    def all(self, *, page: int | None = None, page_size: int | None = None, account_id: str | None = None) -> Reply:
        """List the segments."""
        return _page([each.wire() for each in self._segments.all()], page, page_size)

    async def create(
        self,
        *,
        name: str,
        type: SegmentType,
        parent_id: str = "",
        criteria: Mapping[str, Json] | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Add a segment; names that are taken are a conflict."""
        if not parent_id:
            raise listed("parentId is required.")
        self._check(name, type, parent_id, criteria, None)
        return written(self._segments.add(name, type, parent_id, criteria).wire(), None)

    async def get(self, segment_id: str, *, account_id: str | None = None) -> Reply:
        """Tell a segment."""
        return self._require(segment_id, empty(404)).wire()

    async def update(
        self,
        segment_id: str,
        *,
        name: str | None = None,
        parent_id: str | None = None,
        type: SegmentType | None = None,
        criteria: Mapping[str, Json] | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Change what is given; of a direct select nothing but the name may change."""
        known = self._require(segment_id, empty(404))
        changed = evolve(
            known,
            name=known.name if name is None else name,
            type=known.type if type is None else type,
            parent=known.parent if parent_id is None else parent_id,
            filter=known.filter if criteria is None else criteria,
        )
        if known.picked and changed != evolve(known, name=changed.name):
            raise empty(403)
        self._check(changed.name, changed.type, changed.parent, changed.filter, known)
        self._segments.change(changed)
        return written(changed.wire(), None)

    async def delete(self, segment_id: str, *, account_id: str | None = None) -> Reply:
        """Delete a segment, unless others are a part of it: what is forbidden (403) is not published."""
        known = self._require(segment_id, empty(404))
        if any(each.parent == segment_id for each in self._segments.all()):
            raise empty(403)
        self._segments.remove(known.number)
        return written(None, None)

    def contacts(
        self,
        segment_id: str,
        *,
        page: int | None = None,
        page_size: int | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """List the contacts that were picked."""
        known = self._require(segment_id, empty(404))
        return _page([each.wire() for each in self._segments.contacts_of(known)], page, page_size)

    async def add_contacts(
        self, segment_id: str, *, contact_ids: Sequence[str], account_id: str | None = None
    ) -> Reply:
        """Pick contacts."""
        self._segments.put(self._picked(segment_id), self._known(contact_ids))
        return {}

    async def remove_contacts(
        self, segment_id: str, *, contact_ids: Sequence[str], account_id: str | None = None
    ) -> Reply:
        """Drop contacts."""
        self._segments.take(self._picked(segment_id), self._known(contact_ids))
        return {}

    async def remove_email(
        self,
        segment_id: str,
        *,
        email: str,
        policy: str = "",
        account_id: str | None = None,
    ) -> Reply:
        """Drop the contact of an address that a policy means; the policy is required."""
        if not policy:
            raise listed("policy is required.")
        segment = self._picked(segment_id, empty(404))
        inside = {each.id for each in self._segments.contacts_of(segment)}
        try:
            chosen = self.platform.repository(AudienceRepository).chosen(email, policy)
        except ValueError:
            raise listed("policy is unknown.") from None
        if not any(each.id in inside for each in chosen):
            raise empty(404)
        self._segments.take(segment, [each.id for each in chosen])
        return {}

    async def add_external_contacts(
        self, segment_id: str, *, contacts: Sequence[ExternalContact], account_id: str | None = None
    ) -> Reply:
        """Pick contacts by their ids in another system."""
        self._segments.put(self._picked(segment_id), self._external(contacts))
        return {}

    async def remove_external_contacts(
        self, segment_id: str, *, contacts: Sequence[ExternalContact], account_id: str | None = None
    ) -> Reply:
        """Drop contacts by their ids in another system."""
        self._segments.take(self._picked(segment_id), self._external(contacts))
        return {}

    @property
    def _segments(self) -> SegmentRepository:
        return self.platform.repository(SegmentRepository)

    def _require(self, segment_id: str, otherwise: Refusal) -> StoredSegment:
        found = self._segments.get(segment_id)
        if found is None:
            raise otherwise
        return found

    def _picked(self, segment_id: str, otherwise: Refusal | None = None) -> StoredSegment:
        """A segment whose contacts are picked one by one; others are not to be written to."""
        found = self._require(segment_id, otherwise or listed("Segment was not found."))
        if not found.picked:
            raise empty(403)
        return found

    def _check(self, name: Any, kind: str, parent_id: str, criteria: object, known: StoredSegment | None) -> None:
        if not isinstance(name, str) or not name:
            raise listed("name must be text.")
        if kind not in get_args(SegmentType):
            raise listed(f"type is unknown: {kind}.")
        if criteria is not None and not isinstance(criteria, dict):
            raise listed("filter must be an object.")
        if parent_id != PARENT and self._segments.get(parent_id) is None:
            raise listed(f"Parent was not found: {parent_id}.")
        if any(each.name == name and each != known for each in self._segments.all()):
            raise empty(409)

    def _known(self, contact_ids: Sequence[Any]) -> list[str]:
        audience = self.platform.repository(AudienceRepository)
        if not contact_ids or any(audience.get(str(each)) is None for each in contact_ids):
            raise listed("Contact was not found.")
        return [str(each) for each in contact_ids]

    def _external(self, contacts: Sequence[Any]) -> list[str]:
        audience = self.platform.repository(AudienceRepository)
        ids: list[str] = []
        for each in contacts:
            told = object_in(each)
            external_id = str(told.get("externalId", ""))
            found = audience.by_external_id(str(told.get("objectType", "")), external_id) if external_id else None
            if found is None:
                raise listed("Contact was not found.")
            ids.append(found.id)
        return ids


def _page(items: list[dict[str, Any]], page: int | None, page_size: int | None) -> dict[str, Any]:
    """A page of a list; the envelope is a guess."""
    size = PAGE if page_size is None else page_size
    start = (page or 0) * size
    return {
        "data": items[start : start + size],
        "page": page or 0,
        "pageSize": size,
        "totalCount": len(items),
    }
