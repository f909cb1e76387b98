"""Handlers of ``audience.*`` that report on one contact."""

from __future__ import annotations

from typing import Any, Final

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.handlers.contact_activity import facts_of
from asyncsdk.emulator.http.responses import Reply, empty
from asyncsdk.emulator.state.audience import AudienceRepository, StoredContact
from asyncsdk.emulator.state.contact_fields import FieldRepository
from asyncsdk.emulator.state.segments import SegmentRepository

__all__ = ["ContactReportHandlers"]

MONTH: Final = 30 * 86_400_000
"""Milliseconds; what the API takes for a month is not published."""


class ContactReportHandlers(Handler, api.Audience):
    """Activity, scores and segments. The shapes of the answers are guesses, activity's after an older API's."""

    async def activity_by_email(
        self, email: str, *, months: int | None = None, account_id: str | None = None
    ) -> Reply:
        """Activity of the oldest contact with an address."""
        return self._activity(self.with_email(email), months)

    async def scores_by_email(self, email: str, *, account_id: str | None = None) -> Reply:
        """The scores of the oldest contact with an address."""
        return self._scores(self.with_email(email))

    async def segments_by_email(self, email: str, *, account_id: str | None = None) -> Reply:
        """The segments of the oldest contact with an address."""
        return self._segments(self.with_email(email))

    async def activity_by_external_id(
        self, object_type: str, external_id: str, *, months: int | None = None, account_id: str | None = None
    ) -> Reply:
        """Activity of the contact with an id in another system."""
        return self._activity(self.with_external_id(object_type, external_id), months)

    async def scores_by_external_id(
        self, object_type: str, external_id: str, *, account_id: str | None = None
    ) -> Reply:
        """The scores of the contact with an id in another system."""
        return self._scores(self.with_external_id(object_type, external_id))

    async def segments_by_external_id(
        self, object_type: str, external_id: str, *, account_id: str | None = None
    ) -> Reply:
        """The segments of the contact with an id in another system."""
        return self._segments(self.with_external_id(object_type, external_id))

    async def activity(self, contact_id: str, *, months: int | None = None, account_id: str | None = None) -> Reply:
        """Activity of a contact."""
        return self._activity(self.with_id(contact_id), months)

    async def scores(self, contact_id: str, *, account_id: str | None = None) -> Reply:
        """A contact's scores."""
        return self._scores(self.with_id(contact_id))

    async def contact_segments(self, contact_id: str, *, account_id: str | None = None) -> Reply:
        """A contact's segments."""
        return self._segments(self.with_id(contact_id))

    @property
    def audience(self) -> AudienceRepository:
        """Every contact."""
        return self.platform.repository(AudienceRepository)

    def with_id(self, contact_id: str) -> StoredContact:
        """The contact with that id, or 404 with an empty body."""
        return _found(self.audience.get(contact_id))

    def with_email(self, email: str) -> StoredContact:
        """The oldest contact with that address, or 404 with an empty body."""
        return _found(next(iter(self.audience.by_email(email)), None))

    def with_external_id(self, object_type: str, external_id: str) -> StoredContact:
        """The contact with that id in another system, or 404 with an empty body."""
        return _found(self.audience.by_external_id(object_type, external_id))

    def _activity(self, contact: StoredContact, months: int | None) -> dict[str, Any]:
        told = facts_of(self.platform, contact.email)
        if months is not None:
            since = self.platform.clock.milliseconds() - months * MONTH
            told["activitylist"] = [each for each in told["activitylist"] if each["WhenMillis"] >= since]
        return told

    def _scores(self, contact: StoredContact) -> dict[str, Any]:
        columns = [column for column in self.platform.repository(FieldRepository).all() if column.type == "SCORE"]
        return {"scores": [{"name": each.name, "score": each.value_in(contact.body)} for each in columns]}

    def _segments(self, contact: StoredContact) -> dict[str, Any]:
        return {"segments": self.platform.repository(SegmentRepository).of(contact.id)}


def _found(contact: StoredContact | None) -> StoredContact:
    if contact is None:
        raise empty(404)
    return contact
