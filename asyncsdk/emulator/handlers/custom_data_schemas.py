"""Handlers of ``custom_data.*`` for schemas and their fields.

Statuses are the documented ones; no answer is published, so every body but that of a refusal is a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import Refusal, Reply, spring
from asyncsdk.emulator.state.custom_schemas import (
    CustomSchemaRepository,
    Dataset,
    ObjectSchema,
    bad_request,
    names_in,
    problems_of,
)
from asyncsdk.http.messages import Json
from asyncsdk.models import CustomField, CustomSchema

__all__ = ["CustomSchemas", "not_found"]


def not_found(what: str) -> Refusal:
    """The refusal of an id, where it is documented as such."""
    return spring(404, "NOT_FOUND", f"{what} not found")


class CustomSchemas(Handler, api.CustomData):
    """Schemas of objects."""

    @property
    def objects(self) -> CustomSchemaRepository:
        """Every schema and dataset."""
        return self.platform.repository(CustomSchemaRepository)

    def required_schema(self, object_id: str) -> ObjectSchema:
        """A schema, on calls that are documented to answer 404 without one."""
        schema = self.objects.schema(object_id)
        if schema is None:
            raise not_found("Schema")
        return schema

    def named_schema(self, object_id: str) -> ObjectSchema:
        """A schema, on calls that are documented to answer 400, and no 404."""
        schema = self.objects.schema(object_id)
        if schema is None:
            raise bad_request("Invalid object id")
        return schema

    def named_dataset(self, object_id: str, dataset: str) -> Dataset:
        """A dataset, on calls that are documented to answer 400, and no 404."""
        found = self.objects.dataset(self.named_schema(object_id), dataset)
        if found is None:
            raise bad_request("Invalid dataset")
        return found

    async def schemas(self, *, account_id: str | None = None) -> Reply:
        """List the schemas."""
        return {"schemas": [schema.shown for schema in self.objects.schemas()]}

    async def schema(self, object_id: str, *, account_id: str | None = None) -> Reply:
        """Show one schema."""
        return self.required_schema(object_id).shown

    async def create_schema(
        self,
        *,
        schema: CustomSchema | Mapping[str, Json],
        dry_run: bool | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Create a schema, or only look at it; ids given to fields are kept."""
        definition = _with_field_ids(cast("Mapping[str, Any]", schema))
        _check(definition)
        if self.objects.schema_named(definition["name"]) is not None:
            raise spring(409, "CONFLICT", "Schema already exists")
        return dict(definition) if dry_run else self.objects.add_schema(definition).shown

    async def update_schema(
        self,
        object_id: str,
        *,
        schema: CustomSchema | Mapping[str, Json],
        account_id: str | None = None,
    ) -> Reply:
        """Change what is given, but for the fields, which have calls of their own."""
        known = self.required_schema(object_id)
        given = cast("Mapping[str, Any]", schema)
        changed = {**known.definition, **given, "fields": known.fields}
        _check(changed)
        named_so = self.objects.schema_named(changed["name"])
        if named_so is not None and named_so.number != known.number:
            raise bad_request("Another schema has this name")
        return self.objects.redefine(known, changed).shown

    async def delete_schema(
        self,
        object_id: str,
        *,
        hard: bool | None = None,
        delete_everything: bool = False,
        account_id: str | None = None,
    ) -> Reply:
        """Delete a schema with its rows, in either way of deleting."""
        self.objects.remove_schema(self.required_schema(object_id))
        return {}

    async def delete_schemas(
        self, *, hard: bool | None = None, delete_everything: bool = False, account_id: str | None = None
    ) -> Reply:
        """Delete every schema with its rows, in either way of deleting."""
        for schema in self.objects.schemas():
            self.objects.remove_schema(schema)
        return {}

    async def add_fields(
        self,
        object_id: str,
        *,
        fields: Sequence[CustomField | Mapping[str, Json]],
        account_id: str | None = None,
    ) -> Reply:
        """Add fields, all or none."""
        known = self.required_schema(object_id)
        return self._with_fields(known, [*known.fields, *fields])

    async def update_fields(
        self,
        object_id: str,
        *,
        fields: Sequence[CustomField | Mapping[str, Json]],
        account_id: str | None = None,
    ) -> Reply:
        """Change fields, all or none: those of an id, or else of a name. A used name stays."""
        known = self.required_schema(object_id)
        changed = known.fields
        for each in fields:
            told = dict(each) if isinstance(each, Mapping) else {}
            key = "id" if told.get("id") is not None else "name"
            place = next((at for at, field in enumerate(changed) if field[key] == told.get(key)), None)
            if place is None:
                raise not_found("Schema or fields")
            changed[place] = {**changed[place], **told}
        return self._with_fields(known, changed)

    async def delete_fields(self, object_id: str, *, fields: Sequence[str], account_id: str | None = None) -> Reply:
        """Delete fields, all or none, that no other property of the schema names."""
        known = self.required_schema(object_id)
        if not all(name in known.names for name in fields):
            raise not_found("Schema or fields")
        if not fields or any(known.uses(name) for name in fields):
            raise bad_request("A field that the schema needs cannot be deleted")
        return self._with_fields(known, [field for field in known.fields if field["name"] not in fields])

    def _with_fields(self, schema: ObjectSchema, fields: Sequence[Any]) -> Reply:
        if names_in(fields) is None:
            raise bad_request("Invalid fields", "fields must be objects, each with a name of its own")
        changed = _with_field_ids({**schema.definition, "fields": fields})
        _check(changed)
        return self.objects.redefine(schema, changed).shown


def _check(definition: Mapping[str, Any]) -> None:
    problems = problems_of(definition)
    if problems:
        raise bad_request("Invalid schema", *problems)


def _with_field_ids(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A schema whose fields have ids, such as ``f-1``."""
    fields = definition.get("fields")
    if not isinstance(fields, list) or names_in(cast("object", fields)) is None:
        return dict(definition)
    members = cast("list[dict[str, Any]]", fields)
    taken = {str(field.get("id")) for field in members}
    fresh = iter(sorted({f"f-{number}" for number in range(1, 2 * len(members) + 1)} - taken, key=_number))
    return {
        **definition,
        "fields": [field if field.get("id") else {"id": next(fresh), **field} for field in members],
    }


def _number(field_id: str) -> int:
    return int(field_id.removeprefix("f-"))
