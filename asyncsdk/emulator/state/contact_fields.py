"""The fields that the account's contacts have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from attrs import frozen

from asyncsdk.emulator.examples.fields import EXAMPLE_FIELDS
from asyncsdk.emulator.state.account_state import AccountState, Book

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
        """The field as it is told."""
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


class FieldRepository(Book):
    """Every field, by its place among the columns."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS fields (
        id INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
        mapping TEXT, required INTEGER NOT NULL, readonly INTEGER NOT NULL, hidden INTEGER NOT NULL);
    """

    def __init__(self, platform: AccountState) -> None:
        super().__init__(platform)
        if self.store.one("SELECT 1 FROM sqlite_sequence WHERE name = 'fields'") is None:
            self.store.run_many("INSERT INTO fields VALUES (?, ?, ?, ?, ?, ?, ?, ?)", EXAMPLE_FIELDS)

    def all(self) -> list[Field]:
        """Every field."""
        rows = self.store.all("SELECT * FROM fields ORDER BY place, id")
        return [Field(*row[:5], *(bool(flag) for flag in row[5:])) for row in rows]

    def get(self, field_id: str) -> Field | None:
        """The field with that id."""
        return next((each for each in self.all() if str(each.field_id) == field_id), None)

    def by_name(self, name: str) -> Field | None:
        """The field with that display name, upper or lower case."""
        wanted = name.strip().casefold()
        fields = {each.name.casefold(): each for each in reversed(self.all())}
        return fields.get(wanted) or fields.get(_ANOTHER_NAME.get(wanted, ""))

    def add(self, name: str, kind: str, mapping: str | None, flags: tuple[bool, bool, bool]) -> Field:
        """Add a field behind all others; the flags say whether it is required, read-only and hidden."""
        place = max((each.index for each in self.all()), default=-1) + 1
        found = self.store.one(
            "INSERT INTO fields (place, name, type, mapping, required, readonly, hidden)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            place,
            name,
            kind,
            mapping,
            *flags,
        )
        return Field(0 if found is None else int(found[0]), place, name, kind, mapping, *flags)

    def change(self, field: Field) -> None:
        """Replace the field that has this one's id."""
        self.store.run(
            "UPDATE fields SET place = ?, name = ?, type = ?, mapping = ?, required = ?, readonly = ?, hidden = ?"
            " WHERE id = ?",
            field.index,
            field.name,
            field.type,
            field.mapping,
            field.required,
            field.readonly,
            field.hidden,
            field.field_id,
        )

    def remove(self, field: Field) -> None:
        """Delete a field; contacts keep their values, unseen."""
        self.store.run("DELETE FROM fields WHERE id = ?", field.field_id)
