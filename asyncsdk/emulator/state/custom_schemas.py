"""Repository of custom objects: their schemas, and the datasets that hold their rows.

Requests and statuses are documented; what makes a schema a bad one, ids, and the shape in which schemas and
datasets are shown are guesses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, cast

from attrs import frozen

from asyncsdk.emulator.http.responses import Refusal, spring
from asyncsdk.emulator.state.account_state import Repository

__all__ = ["CustomSchemaRepository", "Dataset", "ObjectSchema", "bad_request", "names_in", "problems_of"]

_NAMING: Final = ("eventTimestampField", "primaryEmailField", "externalIdField", "objectTypeField")
_LISTING: Final = ("requiredFields", "uniqueFieldSet")


@frozen
class ObjectSchema:
    """Schema of an object."""

    number: int
    definition: Mapping[str, Any]
    """As it was sent."""

    @property
    def id(self) -> str:
        """The id that the API knows it by."""
        return f"co-{self.number:04d}"

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The definitions of its fields."""
        return list(self.definition.get("fields") or ())

    @property
    def names(self) -> list[str]:
        """The names of its fields."""
        return [field["name"] for field in self.fields]

    @property
    def required(self) -> list[str]:
        """The names of the fields that a row must fill."""
        return list(self.definition.get("requiredFields") or ())

    @property
    def unique(self) -> list[str]:
        """The names of the fields that tell rows apart; the external id, where none are named (a guess)."""
        external = self.definition.get("externalIdField")
        return list(self.definition.get("uniqueFieldSet") or ([external] if external else ()))

    @property
    def shown(self) -> dict[str, Any]:
        """The body that the API tells."""
        return {"id": self.id, **self.definition}

    def uses(self, name: str) -> bool:
        """Whether one of its other properties names a field."""
        alone = [self.definition.get(key) for key in _NAMING]
        return name in [*self.required, *self.unique, *alone]


@frozen
class Dataset:
    """A set of rows of one object."""

    number: int
    schema: int
    name: str
    description: str | None
    is_default: bool

    @property
    def id(self) -> str:
        """The id that the API knows it by."""
        return f"ds-{self.number:04d}"

    @property
    def shown(self) -> dict[str, Any]:
        """The body that the API tells."""
        return {
            "id": self.id,
            "objectId": f"co-{self.schema:04d}",
            "name": self.name,
            "description": self.description,
            "isDefault": self.is_default,
        }


def bad_request(message: str, *details: str) -> Refusal:
    """The refusal of values."""
    return spring(400, "BAD_REQUEST", message, *details)


def problems_of(definition: Mapping[str, Any]) -> list[str]:
    """Problems of a schema."""
    if not isinstance(definition.get("name"), str) or not definition["name"].strip():
        return ["name must be text, and not empty"]
    fields: object = definition.get("fields") or []
    names = names_in(fields)
    if names is None:
        return ["fields must be objects, each with a name of its own"]
    problems = [
        f"{key} names a field that is not there: {definition[key]}"
        for key in _NAMING
        if definition.get(key) is not None and definition[key] not in names
    ]
    for key in _LISTING:
        listed: object = definition.get(key) or []
        if not isinstance(listed, list):
            problems.append(f"{key} must be an array")
        else:
            problems += [
                f"{key} names a field that is not there: {name}"
                for name in cast("list[object]", listed)
                if name not in names
            ]
    return problems


def names_in(fields: object) -> list[str] | None:
    """The names of fields; None where one has none, or two have the same."""
    if not isinstance(fields, list):
        return None
    names: list[str] = []
    for field in cast("list[object]", fields):
        name = cast("dict[str, Any]", field).get("name") if isinstance(field, dict) else None
        if not isinstance(name, str) or not name.strip() or name in names:
            return None
        names.append(name)
    return names


class CustomSchemaRepository(Repository):
    """Every schema and dataset of the account."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS object_schemas (
        number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, definition TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS object_datasets (
        number INTEGER PRIMARY KEY AUTOINCREMENT, schema INTEGER NOT NULL, name TEXT NOT NULL, description TEXT,
        is_default INTEGER NOT NULL, UNIQUE (schema, name));
    CREATE TABLE IF NOT EXISTS object_rows (
        number INTEGER PRIMARY KEY AUTOINCREMENT, dataset INTEGER NOT NULL, key TEXT, cells TEXT NOT NULL,
        created INTEGER NOT NULL, updated INTEGER NOT NULL, UNIQUE (dataset, key));
    """

    def schemas(self) -> list[ObjectSchema]:
        """Every schema."""
        rows = self.store.all("SELECT number, definition FROM object_schemas ORDER BY number")
        return [ObjectSchema(int(number), json.loads(text)) for number, text in rows]

    def schema(self, object_id: str) -> ObjectSchema | None:
        """One schema by its id."""
        return next((schema for schema in self.schemas() if schema.id == object_id), None)

    def schema_named(self, name: object) -> ObjectSchema | None:
        """One schema by its name."""
        return next((schema for schema in self.schemas() if schema.definition["name"] == name), None)

    def add_schema(self, definition: Mapping[str, Any]) -> ObjectSchema:
        """Create a schema."""
        self.store.run(
            "INSERT INTO object_schemas (name, definition) VALUES (?, ?)",
            definition["name"],
            json.dumps(definition),
        )
        return cast("ObjectSchema", self.schema_named(definition["name"]))

    def redefine(self, schema: ObjectSchema, definition: Mapping[str, Any]) -> ObjectSchema:
        """Change a schema."""
        self.store.run(
            "UPDATE object_schemas SET name = ?, definition = ? WHERE number = ?",
            definition["name"],
            json.dumps(definition),
            schema.number,
        )
        return ObjectSchema(schema.number, definition)

    def remove_schema(self, schema: ObjectSchema) -> None:
        """Delete a schema, its datasets and their rows."""
        for dataset in self.datasets(schema):
            self.remove_dataset(dataset)
        self.store.run("DELETE FROM object_schemas WHERE number = ?", schema.number)

    def datasets(self, schema: ObjectSchema | None = None) -> Sequence[Dataset]:
        """Every dataset of a schema, or of the account."""
        rows = self.store.all(
            "SELECT number, schema, name, description, is_default FROM object_datasets"
            " WHERE ? IS NULL OR schema = ? ORDER BY number",
            *[None if schema is None else schema.number] * 2,
        )
        return [Dataset(int(row[0]), int(row[1]), str(row[2]), row[3], bool(row[4])) for row in rows]

    def dataset(self, schema: ObjectSchema | None, dataset: str) -> Dataset | None:
        """One dataset of a schema by its id, or else by its name."""
        known: Sequence[Dataset] = [] if schema is None else self.datasets(schema)
        by_id = next((each for each in known if each.id == dataset), None)
        return by_id or next((each for each in known if each.name == dataset), None)

    def add_dataset(self, schema: ObjectSchema, name: str, description: str | None, is_default: bool) -> Dataset:
        """Create a dataset; the first of a schema is its default (a guess)."""
        first = not self.datasets(schema)
        self.store.run(
            "INSERT INTO object_datasets (schema, name, description, is_default) VALUES (?, ?, ?, 0)",
            schema.number,
            name,
            description,
        )
        made = next(each for each in self.datasets(schema) if each.name == name)
        return self.change_dataset(made, name, description, is_default or first)

    def change_dataset(self, dataset: Dataset, name: str, description: str | None, is_default: bool) -> Dataset:
        """Change a dataset; a schema has one default."""
        if is_default:
            self.store.run("UPDATE object_datasets SET is_default = 0 WHERE schema = ?", dataset.schema)
        self.store.run(
            "UPDATE object_datasets SET name = ?, description = ?, is_default = ? WHERE number = ?",
            name,
            description,
            is_default,
            dataset.number,
        )
        return Dataset(dataset.number, dataset.schema, name, description, is_default)

    def remove_dataset(self, dataset: Dataset) -> None:
        """Delete a dataset and its rows."""
        self.store.run("DELETE FROM object_rows WHERE dataset = ?", dataset.number)
        self.store.run("DELETE FROM object_datasets WHERE number = ?", dataset.number)
