"""Routes of ``segments``: segments of the audience. Source: Act-On developer documentation, Segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from asyncsdk import models
from asyncsdk.api.parameters import PageSize
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.messages import Effect, Json
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import InJson, Location, Members, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Segments"]


ContactIds = Annotated[InJson[Sequence[str]], Members(at_least=1)]
"""Contacts that are picked one by one: what an empty array means is not published."""


def _external_contacts(arguments: Mapping[str, Any]) -> None:
    """At least one, each with its id."""
    contacts: Sequence[object] = arguments["contacts"]
    if not contacts:
        raise InvalidArgument("contacts must not be empty: spell out what is meant.")
    for contact in contacts:
        if not isinstance(contact, models.ExternalContact) or not contact.external_id.strip():
            raise InvalidArgument("Each of contacts must be an ExternalContact with an id.")


class Segments(Resource):
    """Segments of the audience: parts of all contacts, picked one by one, or found by a query or a search."""

    @route.get("/ucl/v2/{account_id}/segment/", shape=Shape.GUESSED)
    def all(
        self, *, page: int | None = None, page_size: PageSize = None, account_id: str | None = None
    ) -> Pages[models.Segment]:
        """List the segments; the shape of the answer is not published.

        Args:
            page: which page, from 0.
            page_size: how many to a page; by default 50.
            account_id: the account's number; by default the session's own.
        """

    @route.post("/ucl/v2/{account_id}/segment/", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED, body=Location.JSON)
    async def create(
        self,
        *,
        name: str,
        type: models.SegmentType,
        parent_id: Annotated[str, WireName("parentId")] = "l-unified-contacts",
        criteria: Annotated[Mapping[str, Json] | None, WireName("filter")] = None,
        account_id: str | None = None,
    ) -> models.Written[models.Segment]:
        """Create a segment.

        Args:
            name: the segment's name.
            type: whether its contacts are picked one by one, or found by a query or a search.
            parent_id: the segment that it is a part of; by default all contacts.
            criteria: the query or search; its grammar is not published.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/segment/{segment_id}", shape=Shape.GUESSED)
    async def get(self, segment_id: str, *, account_id: str | None = None) -> models.Segment:
        """Read a segment; its shape is taken from the answer to ``create``.

        Args:
            segment_id: the segment, such as ``g-000b``.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/ucl/v2/{account_id}/segment/{segment_id}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def update(
        self,
        segment_id: str,
        *,
        name: str | None = None,
        parent_id: Annotated[str | None, WireName("parentId")] = None,
        type: models.SegmentType | None = None,
        criteria: Annotated[Mapping[str, Json] | None, WireName("filter")] = None,
        account_id: str | None = None,
    ) -> models.Written[models.Segment]:
        """Change a segment, of a direct select only its name; the answer's shape is taken from ``create``.

        Args:
            segment_id: the segment, such as ``g-000b``.
            name: its new name.
            parent_id: the segment that it is to be a part of.
            type: how its contacts are to be told.
            criteria: the new query or search; its grammar is not published.
            account_id: the account's number; by default the session's own.
        """

    @route.delete("/ucl/v2/{account_id}/segment/{segment_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def delete(self, segment_id: str, *, account_id: str | None = None) -> models.Written[Json]:
        """Delete a segment; the shape of the answer is not published.

        Args:
            segment_id: the segment, such as ``g-000b``.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/segment/{segment_id}/contacts", shape=Shape.GUESSED)
    def contacts(
        self,
        segment_id: str,
        *,
        page: int | None = None,
        page_size: PageSize = None,
        account_id: str | None = None,
    ) -> Pages[models.AudienceContact]:
        """List the contacts of a segment; the shape of the answer is not published.

        Args:
            segment_id: the segment, such as ``g-000b``.
            page: which page, from 0.
            page_size: how many to a page; by default 50.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/ucl/v2/{account_id}/segment/{segment_id}/contacts",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def add_contacts(
        self, segment_id: str, *, contact_ids: ContactIds, account_id: str | None = None
    ) -> Json:
        """Add contacts to a direct-select segment; the shape of the answer is not published.

        Args:
            segment_id: the segment, such as ``g-000b``.
            contact_ids: the contacts' ids.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/ucl/v2/{account_id}/segment/{segment_id}/contacts",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
    )
    async def remove_contacts(
        self, segment_id: str, *, contact_ids: ContactIds, account_id: str | None = None
    ) -> Json:
        """Take contacts out of a direct-select segment; the contacts stay.

        Args:
            segment_id: the segment, such as ``g-000b``.
            contact_ids: the contacts' ids.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/ucl/v2/{account_id}/segment/{segment_id}/email/contact", effect=Effect.UNSAFE, shape=Shape.GUESSED
    )
    async def remove_email(
        self,
        segment_id: str,
        *,
        email: str,
        policy: str = "OLDEST_CONTACT",
        account_id: str | None = None,
    ) -> Json:
        """Take one contact with this address out of a direct-select segment; each call may find another one.

        Args:
            segment_id: the segment, such as ``g-000b``.
            email: the address.
            policy: which of several contacts is meant; of its words only this default is published.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/ucl/v2/{account_id}/segment/{segment_id}/externalId/contacts",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
        check=_external_contacts,
    )
    async def add_external_contacts(
        self,
        segment_id: str,
        *,
        contacts: InJson[Sequence[models.ExternalContact]],
        account_id: str | None = None,
    ) -> Json:
        """Add contacts to a direct-select segment by their ids in another system.

        Args:
            segment_id: the segment, such as ``g-000b``.
            contacts: the contacts; how each is written is not published but guessed.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/ucl/v2/{account_id}/segment/{segment_id}/externalId/contacts",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        check=_external_contacts,
    )
    async def remove_external_contacts(
        self,
        segment_id: str,
        *,
        contacts: InJson[Sequence[models.ExternalContact]],
        account_id: str | None = None,
    ) -> Json:
        """Take contacts out of a direct-select segment by their ids in another system; the contacts stay.

        Args:
            segment_id: the segment, such as ``g-000b``.
            contacts: the contacts; how each is written is not published but guessed.
            account_id: the account's number; by default the session's own.
        """
