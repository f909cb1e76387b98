"""Routes of ``schema``: the fields that contacts of the audience have.

Source: Act-On developer documentation, Schema.
"""

from __future__ import annotations

from typing import Annotated

from asyncsdk import models
from asyncsdk.http.messages import Effect, Json
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import Flag, Location, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Schema"]


class Schema(Resource):
    """The fields that contacts of the audience have, standard ones and the account's own."""

    @route.get("/ucl/v2/{account_id}/schema/", shape=Shape.DOCUMENTED)
    async def get(
        self,
        *,
        skip_hidden: Annotated[bool | None, WireName("skipHidden"), Flag("true", "false")] = None,
        skip_read_only: Annotated[bool | None, WireName("skipReadOnly"), Flag("true", "false")] = None,
        account_id: str | None = None,
    ) -> models.ContactSchema:
        """List the fields; by default without those that are hidden or read-only.

        Args:
            skip_hidden: whether hidden fields are left out, as the name says and the description denies.
            skip_read_only: whether read-only fields are left out, as the name says and the description denies.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/ucl/v2/{account_id}/schema/field/", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED, body=Location.JSON
    )
    async def add_field(
        self,
        *,
        name: str,
        type: models.FieldType,
        standard_field: Annotated[models.StandardField | None, WireName("standardFieldMapping")] = None,
        required: bool | None = None,
        hidden: bool | None = None,
        read_only: Annotated[bool | None, WireName("readonly")] = None,
        account_id: str | None = None,
    ) -> models.Written[models.SchemaField]:
        """Add a field to every contact.

        Args:
            name: the field's display name.
            type: what it holds.
            standard_field: the standard field that it is to be; without it, it is a field of the account's own.
            required: whether every contact must have a value.
            hidden: whether people do not see it.
            read_only: whether its values cannot be changed.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/ucl/v2/{account_id}/schema/field/{field_id}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def update_field(
        self,
        field_id: str,
        *,
        name: str,
        type: models.FieldType,
        standard_field: Annotated[str | None, WireName("standardFieldMapping")] = None,
        required: bool | None = None,
        hidden: bool | None = None,
        read_only: Annotated[bool | None, WireName("readonly")] = None,
        column_index: Annotated[int | None, WireName("columnIndex")] = None,
        account_id: str | None = None,
    ) -> models.Written[models.SchemaField]:
        """Change a field; the shape of the answer is taken from the one to ``add_field``.

        Args:
            field_id: the field's id, decimal digits.
            name: the field's display name; required, also where it stays.
            type: what it holds; required, also where it stays.
            standard_field: the standard field that it is.
            required: whether every contact must have a value.
            hidden: whether people do not see it.
            read_only: whether its values cannot be changed.
            column_index: its place among the columns.
            account_id: the account's number; by default the session's own.
        """

    @route.delete("/ucl/v2/{account_id}/schema/field/{field_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def delete_field(self, field_id: str, *, account_id: str | None = None) -> models.Written[Json]:
        """Delete a field; the shape of the answer is not published.

        Args:
            field_id: the field's id, decimal digits.
            account_id: the account's number; by default the session's own.
        """
