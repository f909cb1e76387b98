"""Routes of ``contacts``: records of a list. Source: Act-On developer documentation, Contact API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.messages import Effect
from asyncsdk.jobs.job import Job
from asyncsdk.routing import decorators as route
from asyncsdk.routing.encoders import values
from asyncsdk.routing.markers import EncodedBy, InJson, InQuery, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Contacts"]


def _something_to_find_by(arguments: Mapping[str, Any]) -> None:
    if arguments["email"] is None and arguments["cookie_id"] is None:
        raise InvalidArgument("email or cookie_id must be given: what to find the record by.")


TEXTS = EncodedBy(partial(values, "data"))
"""Each value travels as its one text."""

ReturnContact = Annotated[InQuery[bool | None], WireName("returncontact")]


class Contacts(Resource):
    """Records of a list."""

    @route.post("/api/1/list/{list_id}/record", effect=Effect.UNSAFE, shape=Shape.CAPTURED)
    async def add(
        self, list_id: str, *, data: Annotated[InJson[models.Fields], TEXTS], return_contact: ReturnContact = None
    ) -> models.Saved:
        """Add a record, also where one with this address is there; ``upsert`` prevents that.

        Args:
            list_id: the list, such as ``l-0001``.
            data: values by column heading or system type; ``docs/bulk.md`` tells what is written for each type.
            return_contact: whether the answer holds the record; seen in a client, not documented.
        """

    @route.get("/api/1/list/{list_id}/record/{record_id}", shape=Shape.CAPTURED)
    async def get(self, list_id: str, record_id: str) -> tuple[str, ...]:
        """Read one record: its id, then its cells in the order of the list's columns.

        Args:
            list_id: the list, such as ``l-0001``.
            record_id: the record, such as ``l-0001:a``.
        """

    @route.put("/api/1/list/{list_id}/record", effect=Effect.IDEMPOTENT, shape=Shape.CAPTURED)
    async def upsert(
        self, list_id: str, *, email: InQuery[str], data: Annotated[InJson[models.Fields], TEXTS]
    ) -> models.Saved:
        """Update the first record with this address, or add one.

        Args:
            list_id: the list, such as ``l-0001``.
            email: the address to match.
            data: values by column heading or system type; other columns keep theirs, as they do for None, and an
                empty text erases. ``docs/bulk.md`` tells what is written for each type.
        """

    @route.put(
        "/api/1/list/{list_id}/record",
        effect=Effect.IDEMPOTENT,
        shape=Shape.DOCUMENTED,
        fixed={"async": "Y"},
    )
    async def submit_upsert(
        self, list_id: str, *, email: InQuery[str], data: Annotated[InJson[models.Fields], TEXTS]
    ) -> Job[models.UploadReport]:
        """Do what ``upsert`` does in the server's own time; for lists so large that ``upsert`` times out.

        Args:
            list_id: the list, such as ``l-0001``.
            email: the address to match.
            data: values by column heading or system type; other columns keep theirs, as they do for None, and an
                empty text erases. ``docs/bulk.md`` tells what is written for each type.
        """

    @route.put("/api/1/list/{list_id}/record/{record_id}", effect=Effect.IDEMPOTENT, shape=Shape.CAPTURED)
    async def update(
        self,
        list_id: str,
        record_id: str,
        *,
        data: Annotated[InJson[models.Fields], TEXTS],
        return_contact: ReturnContact = None,
    ) -> models.Saved:
        """Update one record.

        Args:
            list_id: the list, such as ``l-0001``.
            record_id: the record, such as ``l-0001:a``.
            data: values by column heading or system type; other columns keep theirs, as they do for None, and an
                empty text erases. ``docs/bulk.md`` tells what is written for each type.
            return_contact: whether the answer holds the updated record.
        """

    @route.delete("/api/1/list/{list_id}/record/{record_id}", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def delete(self, list_id: str, record_id: str) -> models.Outcome:
        """Delete one record.

        Args:
            list_id: the list, such as ``l-0001``.
            record_id: the record, such as ``l-0001:a``.
        """

    @route.get("/api/1/list/lookup", shape=Shape.GUESSED)
    async def lookup_cookie(self, *, cookie: str) -> models.RecordLookup:
        """Find the record of a visitor; the shape of the answer is not published.

        Args:
            cookie: the value of the browser's cookie ``wp<account number>``.
        """

    @route.get("/api/1/list/lookup/{list_id}", shape=Shape.DOCUMENTED, check=_something_to_find_by)
    async def find(
        self,
        list_id: str,
        *,
        email: str | None = None,
        cookie_id: Annotated[str | None, WireName("cookieid")] = None,
    ) -> models.Contact:
        """Find a record by cookie, then by address; give at least one.

        Args:
            list_id: the list, such as ``l-0001``.
            email: the address.
            cookie_id: the value of the browser's cookie.
        """

    @route.get("/api/1/list/{list_id}/record/{record_id}/facts", shape=Shape.DOCUMENTED)
    async def facts(self, list_id: str, record_id: str) -> models.ContactFacts:
        """Read what a contact did, and its score; answers can be large.

        Args:
            list_id: the list, such as ``l-0001``.
            record_id: the record, such as ``l-0001:a``.
        """
