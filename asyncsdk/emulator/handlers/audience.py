"""Handlers of ``audience.*``: contacts of the whole account."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias, cast

from asyncsdk.emulator.handlers.audience_reports import ContactReportHandlers
from asyncsdk.emulator.handlers.lists_suppressions import milliseconds
from asyncsdk.emulator.http.responses import Reply, empty, listed
from asyncsdk.emulator.state.audience import KEYS, StoredContact
from asyncsdk.emulator.state.contact_fields import FieldRepository
from asyncsdk.emulator.state.cookies import CookieRepository
from asyncsdk.emulator.state.list_records import Span
from asyncsdk.emulator.state.segments import SegmentRepository
from asyncsdk.models import AudienceContact, CreateContactMethod, UpsertContactPolicy

__all__ = ["Audience"]

PAGE: Final = 50
PAGE_BY_EMAIL: Final = 2
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")

Contact: TypeAlias = AudienceContact | Mapping[str, Any]
"""The type that a route declares; what is sent is always an object."""


class Audience(ContactReportHandlers):
    """Carries out ``audience.*``.

    Of the answers only the ``true`` of ``delete_by_external_id`` is published: the others, what a bad request is
    told, and what each policy does are guesses.
    """

    def contacts(
        self,
        *,
        page: int | None = None,
        page_size: int | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        updated_after: datetime | None = None,
        updated_before: datetime | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """List contacts, the oldest first."""
        span = _span(created_after, created_before, updated_after, updated_before)
        return self._page(page, page_size, span, StoredContact.wire)

    def contacts_by_fields(
        self,
        *,
        fields: Sequence[str],
        page: int | None = None,
        page_size: int | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        updated_after: datetime | None = None,
        updated_before: datetime | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """List contacts, the oldest first, by the display names of some fields."""
        found = [(name, self.platform.repository(FieldRepository).by_name(str(name))) for name in fields]
        unknown = [str(name) for name, column in found if column is None]
        if unknown or not found:
            raise listed(*(f"Field was not found: {name}" for name in unknown or ["none was named"]))
        columns = [column for _, column in found if column is not None]
        span = _span(created_after, created_before, updated_after, updated_before)
        return self._page(
            page, page_size, span, lambda contact: {each.name: each.value_in(contact.body) for each in columns}
        )

    async def add_contact(
        self, *, contact: Contact, method: CreateContactMethod, account_id: str | None = None
    ) -> Reply:
        """Add a contact, unless one has what identifies it."""
        body = self._checked(contact)
        email, object_type, external_id = (
            str(body.get(key) or "") for key in ("email", "objectType", "externalId")
        )
        if method == "EMAIL":
            if not email:
                raise listed("email is required")
            taken = bool(self.audience.by_email(email))
        else:
            if not (object_type and external_id):
                raise listed("externalId and objectType are required")
            taken = self.audience.by_external_id(object_type, external_id) is not None
        if taken:
            raise empty(409)
        return self.audience.add(body).wire()

    async def contact_by_cookie(self, cookie_id: str, *, account_id: str | None = None) -> Reply:
        """Read the contact of a visitor."""
        return self.with_id(self.platform.repository(CookieRepository).record_of(cookie_id) or "").wire()

    def contacts_by_email(
        self, email: str, *, page: int | None = None, page_size: int | None = None, account_id: str | None = None
    ) -> Reply:
        """List the contacts with an address, the oldest first; none is no error."""
        found = self.audience.by_email(email)
        size = PAGE_BY_EMAIL if page_size is None else page_size
        start = (page or 0) * size
        return _envelope(page, size, [contact.wire() for contact in found[start : start + size]])

    async def upsert_by_email(
        self,
        email: str,
        *,
        contact: Contact,
        policy: UpsertContactPolicy | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Write to contacts with an address, or add one."""
        body = {"email": email, **self._checked(contact)}
        return self._upserted(self.audience.by_email(email), body, policy)

    async def delete_by_email(
        self, email: str, *, policy: str | None = None, account_id: str | None = None
    ) -> Reply:
        """Delete one of the contacts with an address, as the policy says."""
        if not self._delete_chosen(email, policy):
            raise empty(404)
        return True

    async def delete_by_emails(
        self, *, emails: Sequence[str], policy: str | None = None, account_id: str | None = None
    ) -> Reply:
        """Do that for each address; unknown addresses are skipped."""
        for email in emails:
            self._delete_chosen(str(email), policy)
        return True

    async def contact_by_external_id(
        self, object_type: str, external_id: str, *, account_id: str | None = None
    ) -> Reply:
        """Read the contact with an id in another system."""
        return self.with_external_id(object_type, external_id).wire()

    async def upsert_by_external_id(
        self,
        object_type: str,
        external_id: str,
        *,
        contact: Contact,
        policy: UpsertContactPolicy | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Write to the contact with an id in another system, or else with the address, or add one."""
        body = {**self._checked(contact), "objectType": object_type, "externalId": external_id}
        known = self.audience.by_external_id(object_type, external_id)
        found = [known] if known is not None else self.audience.by_email(str(body.get("email") or ""))
        return self._upserted(found, body, policy)

    async def delete_by_external_id(
        self, object_type: str, external_id: str, *, account_id: str | None = None
    ) -> Reply:
        """Delete the contact with an id in another system."""
        self._delete(self.with_external_id(object_type, external_id))
        return True

    async def contact(self, contact_id: str, *, account_id: str | None = None) -> Reply:
        """Read one contact."""
        return self.with_id(contact_id).wire()

    async def update_contact(self, contact_id: str, *, contact: Contact, account_id: str | None = None) -> Reply:
        """Write to one contact."""
        known = self.with_id(contact_id)
        return self.audience.change(known.id, self._checked(contact)).wire()

    async def delete_contacts(self, *, ids: Sequence[str], account_id: str | None = None) -> Reply:
        """Delete contacts; unknown ids are skipped."""
        for contact_id in ids:
            known = self.audience.get(str(contact_id))
            if known is not None:
                self._delete(known)
        return True

    def _page(
        self, page: int | None, page_size: int | None, span: Span, told: Callable[[StoredContact], Any]
    ) -> Reply:
        size = PAGE if page_size is None else page_size
        found = self.audience.page((page or 0) * size, size, span)
        return _envelope(page, size, [told(contact) for contact in found])

    def _upserted(
        self, found: Sequence[StoredContact], body: Mapping[str, Any], policy: UpsertContactPolicy | None
    ) -> list[dict[str, Any]]:
        """The contacts that were written, as they are now."""
        return [contact.wire() for contact in self.audience.upsert(found, body, policy or "OLDEST_CONTACT")]

    def _delete_chosen(self, email: str, policy: str | None) -> bool:
        try:
            chosen = self.audience.chosen(email, policy or "OLDEST_CONTACT")
        except ValueError:
            raise listed("Invalid deleteContactPolicy") from None
        for contact in chosen:
            self._delete(contact)
        return bool(chosen)

    def _delete(self, contact: StoredContact) -> None:
        self.platform.repository(SegmentRepository).forget(contact.id)
        self.audience.remove(contact.id)

    def _checked(self, contact: Contact) -> Mapping[str, Any]:
        """The body of the request, if every key and value of it is valid."""
        body = cast("Mapping[str, Any]", contact)
        wrong = [f"Unknown field: {key}" for key in body if key not in KEYS]
        wrong += [
            f"Not text: {key}" for key, value in body.items() if key != "customFields" and not _is_text(value)
        ]
        if body.get("dateOfBirth") and not _DATE.fullmatch(str(body["dateOfBirth"])):
            wrong.append("dateOfBirth must be YYYY-MM-DD")
        own: object = body.get("customFields") or {}
        if not isinstance(own, dict):
            wrong.append("customFields must be an object")
        else:
            columns = {str(each.index) for each in self.platform.repository(FieldRepository).all()}
            wrong += [
                f"Unknown column index: {index}" for index in cast("Mapping[str, Any]", own) if index not in columns
            ]
        if wrong:
            raise listed(*wrong)
        return body


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _span(*bounds: datetime | None) -> Span:
    return Span(*(milliseconds(bound) for bound in bounds))


def _envelope(page: int | None, size: int, contacts: list[Any]) -> dict[str, Any]:
    return {"page": page or 0, "pageSize": size, "contacts": contacts}
