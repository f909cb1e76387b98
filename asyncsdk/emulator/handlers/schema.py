"""Handlers of ``schema.*``: the fields of contacts. The sentences of refusals are guesses: none is published."""

from __future__ import annotations

from typing import Any, get_args

from attrs import evolve

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import Reply, listed
from asyncsdk.emulator.state.contact_fields import Field, FieldRepository
from asyncsdk.models import FieldType, StandardField

__all__ = ["Schema", "written"]


def written(source: Any, object_id: str | None) -> dict[str, Any]:
    """The envelope of a write of the schema or of a segment."""
    return {
        "source": source,
        "errorMessage": None,
        "statusCode": 200,
        "objectId": object_id,
        "isSuccess": True,
    }


class Schema(Handler, api.Schema):
    """Carries out ``schema.*``."""

    async def get(
        self,
        *,
        skip_hidden: bool | None = None,
        skip_read_only: bool | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Tell the fields; both flags are on by default, and do what their names say."""
        shown = [
            each
            for each in self._fields.all()
            if not (each.hidden and skip_hidden is not False)
            and not (each.readonly and skip_read_only is not False)
        ]
        return {
            "accountId": str(self.platform.settings.account_id),
            "columns": [each.wire() for each in shown],
        }

    async def add_field(
        self,
        *,
        name: str,
        type: FieldType,
        standard_field: StandardField | None = None,
        required: bool | None = None,
        hidden: bool | None = None,
        read_only: bool | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Add a field behind all others."""
        if standard_field is not None and standard_field not in get_args(StandardField):
            raise listed(f"standardFieldMapping is unknown: {standard_field}.")
        self._check(name, type, standard_field, None)
        flags = (_flag(required), _flag(read_only), _flag(hidden))
        added = self._fields.add(name, type, standard_field, flags)
        return written(added.wire(), str(added.field_id))

    async def update_field(
        self,
        field_id: str,
        *,
        name: str,
        type: FieldType,
        standard_field: str | None = None,
        required: bool | None = None,
        hidden: bool | None = None,
        read_only: bool | None = None,
        column_index: int | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Change what is given of a field; the answer is a guess."""
        known = self._require(field_id)
        self._check(name, type, standard_field, known)
        changed = evolve(
            known,
            name=name,
            type=type,
            mapping=known.mapping if standard_field is None else standard_field,
            required=_flag(required, known.required),
            readonly=_flag(read_only, known.readonly),
            hidden=_flag(hidden, known.hidden),
            index=known.index if column_index is None else _place(column_index),
        )
        self._fields.change(changed)
        return written(changed.wire(), field_id)

    async def delete_field(self, field_id: str, *, account_id: str | None = None) -> Reply:
        """Delete a field; the answer is a guess."""
        self._fields.remove(self._require(field_id).field_id)
        return written(None, field_id)

    @property
    def _fields(self) -> FieldRepository:
        return self.platform.repository(FieldRepository)

    def _require(self, field_id: str) -> Field:
        found = self._fields.get(field_id)
        if found is None:
            raise listed("Field was not found.")
        return found

    def _check(self, name: Any, type: str, standard_field: str | None, known: Field | None) -> None:
        """Refuse what is no name or no type, and what another field has already."""
        if not isinstance(name, str) or not name:
            raise listed("name must be text.")
        if type not in get_args(FieldType):
            raise listed(f"type is unknown: {type}.")
        others = [each for each in self._fields.all() if known is None or each.field_id != known.field_id]
        if any(each.name.casefold() == name.casefold() for each in others):
            raise listed(f"A field of that name is there already: {name}.")
        if standard_field is not None and any(each.mapping == standard_field for each in others):
            raise listed(f"That standard field is there already: {standard_field}.")


def _flag(given: object, otherwise: bool = False) -> bool:
    if given is None:
        return otherwise
    if not isinstance(given, bool):
        raise listed("required, hidden and readonly must be booleans.")
    return given


def _place(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise listed("columnIndex must be a whole number.")
    return given
