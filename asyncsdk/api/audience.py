"""Routes of ``audience``: contacts of the whole account.

Source: Act-On developer documentation, Contacts and Contact Reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from asyncsdk import models
from asyncsdk.api.parameters import PageSize
from asyncsdk.http.messages import Effect, Json
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.encoders import record
from asyncsdk.routing.markers import EPOCH_SECONDS, EncodedBy, InJson, Location, Members, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Audience"]

CreatedAfter = Annotated[datetime | None, WireName("createdAfter"), EPOCH_SECONDS]
CreatedBefore = Annotated[datetime | None, WireName("createdBefore"), EPOCH_SECONDS]
UpdatedAfter = Annotated[datetime | None, WireName("updatedAfter"), EPOCH_SECONDS]
UpdatedBefore = Annotated[datetime | None, WireName("updatedBefore"), EPOCH_SECONDS]
Named = Annotated[InJson[Sequence[str]], Members(at_least=1)]
"""An array that spells out what is meant: what an empty one means is not published."""


def _contact(value: Any) -> Any:
    return record("contact", models.AudienceContact, value)


# The type is quoted, as the models are read on the first call, and not with this module.
AudienceRecord = Annotated[InJson["models.AudienceContact | Mapping[str, Json]"], EncodedBy(_contact)]
"""A contact, each of whose values JSON can say."""

Months = Annotated[int | None, WireName("monthsOfPastData")]


def _effect_of_policy(arguments: Mapping[str, Any]) -> Effect:
    """A policy that adds a contact adds another when it is repeated; without one the oldest is updated."""
    return Effect.UNSAFE if arguments["policy"] == "ADD_NEW_CONTACT" else Effect.IDEMPOTENT


class Audience(Resource):
    """Contacts of the whole account: Act-On Contacts. Several may have the same address.

    Only what is sent is documented. Of the answers one shape is published, the ``true`` of
    ``delete_by_external_id``; the others are guessed, or stay as they come.
    """

    @route.get("/ucl/v2/{account_id}/contact/", shape=Shape.GUESSED)
    def contacts(
        self,
        *,
        page: int | None = None,
        page_size: PageSize = None,
        created_after: CreatedAfter = None,
        created_before: CreatedBefore = None,
        updated_after: UpdatedAfter = None,
        updated_before: UpdatedBefore = None,
        account_id: str | None = None,
    ) -> Pages[models.AudienceContact]:
        """List the account's contacts.

        Args:
            page: which page, from 0.
            page_size: how many to a page; by default 50, and the greatest number is not published.
            created_after: only those created after this time.
            created_before: only those created before this time.
            updated_after: only those updated after this time.
            updated_before: only those updated before this time.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/ucl/v2/{account_id}/contact/byFields",
        effect=Effect.READ,
        shape=Shape.GUESSED,
        body=Location.QUERY,
    )
    def contacts_by_fields(
        self,
        *,
        fields: Named,
        page: int | None = None,
        page_size: PageSize = None,
        created_after: CreatedAfter = None,
        created_before: CreatedBefore = None,
        updated_after: UpdatedAfter = None,
        updated_before: UpdatedBefore = None,
        account_id: str | None = None,
    ) -> Pages[Json]:
        """List the account's contacts with only some of their fields.

        Args:
            fields: the fields' display names, such as ``first name``; ``schema.get`` tells them.
            page: which page, from 0.
            page_size: how many to a page; by default 50, and the greatest number is not published.
            created_after: only those created after this time.
            created_before: only those created before this time.
            updated_after: only those updated after this time.
            updated_before: only those updated before this time.
            account_id: the account's number; by default the session's own.
        """

    @route.post("/ucl/v2/{account_id}/contact/", effect=Effect.UNSAFE, shape=Shape.GUESSED, body=Location.QUERY)
    async def add_contact(
        self,
        *,
        contact: AudienceRecord,
        method: Annotated[models.CreateContactMethod, WireName("createContactMethod")],
        account_id: str | None = None,
    ) -> Json:
        """Add a contact.

        Args:
            contact: the contact, or its values by Act-On's keys, such as ``firstName``.
            method: what identifies the new contact, its address or its id in another system.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contact/cookieId/{cookie_id}", shape=Shape.GUESSED)
    async def contact_by_cookie(self, cookie_id: str, *, account_id: str | None = None) -> models.AudienceContact:
        """Read the contact that a visitor's cookie belongs to.

        Args:
            cookie_id: the cookie's id.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contact/email/{email}", shape=Shape.GUESSED)
    def contacts_by_email(
        self,
        email: str,
        *,
        page: int | None = None,
        page_size: PageSize = None,
        account_id: str | None = None,
    ) -> Pages[models.AudienceContact]:
        """List the contacts with an address, which may be several.

        Args:
            email: the address.
            page: which page, from 0.
            page_size: how many to a page; for one page, by default 2.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/ucl/v2/{account_id}/contact/email/{email}",
        effect=Effect.UNSAFE,
        effect_by=_effect_of_policy,
        shape=Shape.GUESSED,
        body=Location.QUERY,
    )
    async def upsert_by_email(
        self,
        email: str,
        *,
        contact: AudienceRecord,
        policy: Annotated[models.UpsertContactPolicy | None, WireName("upsertContactPolicy")] = None,
        account_id: str | None = None,
    ) -> Json:
        """Update contacts with an address, or add one.

        Args:
            email: the address to match.
            contact: what to write, or values by Act-On's keys, such as ``firstName``.
            policy: which of several contacts is meant, and whether one is added; by default ``OLDEST_CONTACT``.
            account_id: the account's number; by default the session's own.
        """

    @route.delete("/ucl/v2/{account_id}/contact/email/{email}", effect=Effect.UNSAFE, shape=Shape.GUESSED)
    async def delete_by_email(
        self,
        email: str,
        *,
        policy: Annotated[str | None, WireName("deleteContactPolicy")] = None,
        account_id: str | None = None,
    ) -> Json:
        """Delete a contact with an address, one of them if there are several.

        Args:
            email: the address.
            policy: which of several contacts is meant; by default ``OLDEST_CONTACT``, the only published word.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/ucl/v2/{account_id}/contact/emails",
        effect=Effect.UNSAFE,
        shape=Shape.GUESSED,
    )
    async def delete_by_emails(
        self,
        *,
        emails: Named,
        policy: Annotated[str | None, WireName("deleteContactPolicy")] = None,
        account_id: str | None = None,
    ) -> Json:
        """Delete a contact for each address, one of them where there are several.

        Args:
            emails: the addresses, at least one; the reference shows them in an object, under a made-up key.
            policy: which of several contacts is meant; by default ``OLDEST_CONTACT``, the only published word.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contact/externalId/{object_type}/{external_id}", shape=Shape.GUESSED)
    async def contact_by_external_id(
        self, object_type: str, external_id: str, *, account_id: str | None = None
    ) -> models.AudienceContact:
        """Read the contact that has an id in another system.

        Args:
            object_type: what the contact is in that system.
            external_id: its id there.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/ucl/v2/{account_id}/contact/externalId/{object_type}/{external_id}",
        effect=Effect.UNSAFE,
        effect_by=_effect_of_policy,
        shape=Shape.GUESSED,
        body=Location.QUERY,
    )
    async def upsert_by_external_id(
        self,
        object_type: str,
        external_id: str,
        *,
        contact: AudienceRecord,
        policy: Annotated[models.UpsertContactPolicy | None, WireName("upsertContactPolicy")] = None,
        account_id: str | None = None,
    ) -> Json:
        """Update the contact that has an id in another system, or else one with the address, or add one.

        Args:
            object_type: what the contact is in that system.
            external_id: its id there.
            contact: what to write, or values by Act-On's keys, such as ``firstName``.
            policy: which of several contacts is meant, and whether one is added; by default ``OLDEST_CONTACT``.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/ucl/v2/{account_id}/contact/externalId/{object_type}/{external_id}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.DOCUMENTED,
    )
    async def delete_by_external_id(
        self, object_type: str, external_id: str, *, account_id: str | None = None
    ) -> bool:
        """Delete the contact that has an id in another system.

        Args:
            object_type: what the contact is in that system.
            external_id: its id there.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contact/id/{contact_id}", shape=Shape.GUESSED)
    async def contact(self, contact_id: str, *, account_id: str | None = None) -> models.AudienceContact:
        """Read one contact.

        Args:
            contact_id: Act-On's id of the contact.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/ucl/v2/{account_id}/contact/id/{contact_id}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.QUERY,
    )
    async def update_contact(
        self,
        contact_id: str,
        *,
        contact: AudienceRecord,
        account_id: str | None = None,
    ) -> Json:
        """Update one contact.

        Args:
            contact_id: Act-On's id of the contact.
            contact: what to write, or values by Act-On's keys, such as ``firstName``.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/ucl/v2/{account_id}/contact/ids",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
    )
    async def delete_contacts(self, *, ids: Named, account_id: str | None = None) -> Json:
        """Delete contacts by their ids.

        Args:
            ids: Act-On's ids of the contacts, at least one; the reference shows an object with a made-up key.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contactReport/email/{email}/activity", shape=Shape.GUESSED)
    async def activity_by_email(self, email: str, *, months: Months = None, account_id: str | None = None) -> Json:
        """Read what a contact did, and what was sent to it, found by its address.

        Args:
            email: the contact's address.
            months: how many past months to read.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contactReport/email/{email}/scores", shape=Shape.GUESSED)
    async def scores_by_email(self, email: str, *, account_id: str | None = None) -> Json:
        """Read every score of a contact, found by its address.

        Args:
            email: the contact's address.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contactReport/email/{email}/segments", shape=Shape.GUESSED)
    async def segments_by_email(self, email: str, *, account_id: str | None = None) -> Json:
        """Read which segments a contact belongs to, found by its address.

        Args:
            email: the contact's address.
            account_id: the account's number; by default the session's own.
        """

    @route.get(
        "/ucl/v2/{account_id}/contactReport/externalId/{object_type}/{external_id}/activity", shape=Shape.GUESSED
    )
    async def activity_by_external_id(
        self, object_type: str, external_id: str, *, months: Months = None, account_id: str | None = None
    ) -> Json:
        """Read what a contact did, and what was sent to it, found by its id in another system.

        Args:
            object_type: what the contact is in another system.
            external_id: its id there.
            months: how many past months to read.
            account_id: the account's number; by default the session's own.
        """

    @route.get(
        "/ucl/v2/{account_id}/contactReport/externalId/{object_type}/{external_id}/scores", shape=Shape.GUESSED
    )
    async def scores_by_external_id(
        self, object_type: str, external_id: str, *, account_id: str | None = None
    ) -> Json:
        """Read every score of a contact, found by its id in another system.

        Args:
            object_type: what the contact is in another system.
            external_id: its id there.
            account_id: the account's number; by default the session's own.
        """

    @route.get(
        "/ucl/v2/{account_id}/contactReport/externalId/{object_type}/{external_id}/segments", shape=Shape.GUESSED
    )
    async def segments_by_external_id(
        self, object_type: str, external_id: str, *, account_id: str | None = None
    ) -> Json:
        """Read which segments a contact belongs to, found by its id in another system.

        Args:
            object_type: what the contact is in another system.
            external_id: its id there.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contactReport/id/{contact_id}/activity", shape=Shape.GUESSED)
    async def activity(self, contact_id: str, *, months: Months = None, account_id: str | None = None) -> Json:
        """Read what a contact did, and what was sent to it.

        Args:
            contact_id: Act-On's id of the contact.
            months: how many past months to read.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contactReport/id/{contact_id}/scores", shape=Shape.GUESSED)
    async def scores(self, contact_id: str, *, account_id: str | None = None) -> Json:
        """Read every score of a contact.

        Args:
            contact_id: Act-On's id of the contact.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/contactReport/id/{contact_id}/segments", shape=Shape.GUESSED)
    async def contact_segments(self, contact_id: str, *, account_id: str | None = None) -> Json:
        """Read which segments a contact belongs to.

        Args:
            contact_id: Act-On's id of the contact.
            account_id: the account's number; by default the session's own.
        """
