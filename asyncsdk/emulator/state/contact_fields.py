"""Repository of the fields of contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from attrs import asdict, evolve, frozen

from asyncsdk.emulator.examples.fields import EXAMPLE_FIELDS
from asyncsdk.emulator.state.repository import TableRepository

__all__ = ["Field", "FieldRepository"]

_NO_KEYS: Final = frozenset({"STATUS", "LEAD_SOURCE"})
"""Standard fields of the published schema for which the published contact has no key."""

_ANOTHER_NAME: Final = {"e-mail address": "email"}
"""The schema's example calls the field ``Email``, and those of imports and contacts ``E-mail Address``."""


@frozen
class Field:
    """One field of the contacts."""

    field_id: int
    index: int
    name: str
    type: str
    mapping: str | None
    required: bool
    readonly: bool
    hidden: bool

    @property
    def key(self) -> str | None:
        """The key of a contact that holds its value; None for a field of the account's own."""
        if self.mapping is None or self.mapping in _NO_KEYS:
            return None
        first, *others = self.mapping.lower().split("_")
        return first + "".join(word.capitalize() for word in others)

    def value_in(self, body: Mapping[str, Any]) -> str:
        """Its value in a contact; empty if there is none."""
        if self.key is not None:
            return str(body.get(self.key, ""))
        return str(body.get("customFields", {}).get(str(self.index), ""))

    def wire(self) -> dict[str, Any]:
        """The field as the API tells it."""
        return {
            "fieldId": self.field_id,
            "columnIndex": self.index,
            "name": self.name,
            "type": self.type,
            "standardFieldMapping": self.mapping,
            "required": self.required,
            "readonly": self.readonly,
            "hidden": self.hidden,
        }


class FieldRepository(TableRepository[Field]):
    """Every field, by its place among the columns."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS fields (
        id INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
        mapping TEXT, required INTEGER NOT NULL, readonly INTEGER NOT NULL, hidden INTEGER NOT NULL);
    """

    TABLE: ClassVar[str] = "fields"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "id",
        "place",
        "name",
        "type",
        "mapping",
        "required",
        "readonly",
        "hidden",
    )
    KEY: ClassVar[str] = "id"
    ID: ClassVar[str] = "CAST(id AS TEXT)"
    ORDER: ClassVar[str] = "place, id"

    @staticmethod
    def item(field_id: int, place: int, name: str, kind: str, mapping: str | None, *flags: int) -> Field:
        """The field of a row."""
        return Field(field_id, place, name, kind, mapping, *map(bool, flags))

    def is_new(self) -> bool:
        """Whether there never was a field; all may be deleted by now."""
        return self.store.one("SELECT 1 FROM sqlite_sequence WHERE name = 'fields'") is None

    def examples(self) -> Iterable[Mapping[str, Any]]:
        """The fields of the documentation."""
        return (dict(zip(self.COLUMNS, cells, strict=True)) for cells in EXAMPLE_FIELDS)

    def by_name(self, name: str) -> Field | None:
        """The field with that display name, upper or lower case."""
        wanted = name.strip().casefold()
        fields = {each.name.casefold(): each for each in reversed(self.all())}
        return fields.get(wanted) or fields.get(_ANOTHER_NAME.get(wanted, ""))

    def add(self, name: str, kind: str, mapping: str | None, flags: tuple[bool, bool, bool]) -> Field:
        """Add a field behind all others; the flags say whether it is required, read-only and hidden."""
        place = max((each.index for each in self.all()), default=-1) + 1
        made = Field(0, place, name, kind, mapping, *flags)
        return evolve(made, field_id=self.insert(_cells(made)))

    def change(self, field: Field) -> None:
        """Replace the field that has this one's id."""
        self.update(field.field_id, _cells(field))


def _cells(field: Field) -> dict[str, Any]:
    named = asdict(field, filter=lambda attribute, _: attribute.name not in {"field_id", "index"})
    return {"place": field.index, **named}
