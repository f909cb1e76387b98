"""Repository of contacts of the whole account."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from attrs import frozen

from asyncsdk.emulator.state.addresses import normalized
from asyncsdk.emulator.state.list_records import Span
from asyncsdk.emulator.state.repository import TableRepository

__all__ = ["KEYS", "PARENT", "AudienceRepository", "StoredContact"]

PARENT: Final = "l-unified-contacts"
"""The list that holds all contacts; ids begin with it, as they did in an older generation of the API."""

_STAMPED: Final = frozenset({"id", "createdDate", "updatedDate"})
"""Keys that the platform itself sets; they are ignored in what a client writes."""

KEYS: Final = _STAMPED | frozenset(
    {
        "actonPrimaryScore",
        "businessCity",
        "businessCountry",
        "businessFax",
        "businessPhone",
        "businessState",
        "businessStreet",
        "businessWebsite",
        "businessZip",
        "company",
        "customFields",
        "dateOfBirth",
        "department",
        "email",
        "externalId",
        "firstName",
        "homePhone",
        "lastName",
        "legacyRecordId",
        "middleName",
        "mobilePhone",
        "objectType",
        "personalCity",
        "personalCountry",
        "personalState",
        "personalStreet",
        "personalWebsite",
        "personalZip",
        "picture",
        "timezone",
        "title",
    }
)
"""The documented keys of a contact."""

_EVER: Final = Span()
_NONE: Final[Mapping[str, Any]] = {}


@frozen
class StoredContact:
    """One contact."""

    number: int
    body: Mapping[str, Any]
    """Its values, by documented keys."""

    created: int
    updated: int

    @property
    def id(self) -> str:
        """The id that the API knows it by; how it is made up is a guess."""
        return f"{PARENT}:{self.number:x}"

    @property
    def email(self) -> str:
        """Its address; empty if it has none."""
        return str(self.body.get("email", ""))

    def wire(self) -> dict[str, Any]:
        """The contact as the API tells it; how its dates are written is a guess."""
        dates = {"createdDate": str(self.created), "updatedDate": str(self.updated)}
        return {"id": self.id, **self.body, **dates}


class AudienceRepository(TableRepository[StoredContact]):
    """Every contact, the oldest first. Several may have the same address."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS people (
        number INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL, object_type TEXT NOT NULL,
        external_id TEXT NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS people_by_email ON people (email, number);
    CREATE INDEX IF NOT EXISTS people_by_external_id ON people (object_type, external_id, number);
    """

    TABLE: ClassVar[str] = "people"
    COLUMNS: ClassVar[tuple[str, ...]] = ("number", "body", "created", "updated")

    @staticmethod
    def item(number: int, body: str, created: int, updated: int) -> StoredContact:
        """The contact of a row."""
        return StoredContact(number, json.loads(body), created, updated)

    def get(self, item_id: str) -> StoredContact | None:
        """The contact with that id."""
        return next(iter(self.find("number = ?", _number(item_id))), None)

    def by_email(self, email: str) -> list[StoredContact]:
        """The contacts with an address, upper or lower case, the oldest first."""
        return self.find("email = ? AND email != ''", normalized(email))

    def by_external_id(self, object_type: str, external_id: str) -> StoredContact | None:
        """The contact that has an id in another system; the oldest, should there be several."""
        return next(iter(self.find("object_type = ? AND external_id = ?", object_type, external_id)), None)

    def chosen(self, email: str, policy: str) -> list[StoredContact]:
        """The contacts with an address that a policy means.

        Raises:
            ValueError: there is no such policy.
        """
        found = self.by_email(email)
        chosen = {"OLDEST_CONTACT": found[:1], "NEWEST_CONTACT": found[-1:], "ALL_CONTACTS": found}.get(policy)
        if chosen is None:
            raise ValueError(policy)
        return chosen

    def page(self, start: int = 0, size: int | None = None, within: Span = _EVER) -> list[StoredContact]:
        """Some contacts, the oldest first."""
        rows = self.store.all(
            "SELECT number, body, created, updated FROM people"
            " WHERE created > ? AND created < ? AND updated > ? AND updated < ? ORDER BY number LIMIT ? OFFSET ?",
            *within.bounds(),
            -1 if size is None else size,
            start,
        )
        return [self.item(*row) for row in rows]

    def add(self, body: Mapping[str, Any]) -> StoredContact:
        """Add a contact, whatever is there."""
        known = _merged({}, body)
        now = self.platform.clock.milliseconds()
        return StoredContact(self.insert({**_cells(known), "created": now, "updated": now}), known, now, now)

    def change(self, contact_id: str, body: Mapping[str, Any]) -> StoredContact:
        """Overwrite what is given, and erase what is given as empty text.

        Raises:
            KeyError: there is no such contact.
        """
        contact = self.get(contact_id)
        if contact is None:
            raise KeyError(contact_id)
        known = _merged(contact.body, body)
        now = self.platform.clock.milliseconds()
        self.update(contact.number, {**_cells(known), "updated": now})
        return StoredContact(contact.number, known, contact.created, now)

    def upsert(self, found: Sequence[StoredContact], body: Mapping[str, Any], policy: str) -> list[StoredContact]:
        """Write to those that match, the oldest first, or add one, as a policy's name suggests.

        Returns:
            what was written: none where the policy says to skip it.
        """
        if policy == "ADD_NEW_CONTACT" or (not found and policy != "SKIP_NEW_CONTACT"):
            return [self.add(body)]
        if policy == "SKIP_EXISTING_CONTACT":
            return []
        if policy == "NEWEST_CONTACT":
            found = found[-1:]
        elif policy != "ALL_CONTACTS":
            found = found[:1]
        return [self.change(contact.id, body) for contact in found]

    def remove(self, key: int | str) -> bool:
        """Delete the contact with that id; its number is not used again."""
        number = _number(str(key))
        return number is not None and super().remove(number)


def _number(contact_id: str) -> int | None:
    listed, _, number = contact_id.partition(":")
    try:
        found = int(number, 16)
    except ValueError:
        return None
    return found if listed == PARENT and f"{found:x}" == number and found < 2**63 else None


def _cells(body: Mapping[str, Any]) -> dict[str, str]:
    """The row of a contact: what it is looked up by, and its body."""
    return {
        "email": normalized(str(body.get("email", ""))),
        "object_type": str(body.get("objectType", "")),
        "external_id": str(body.get("externalId", "")),
        "body": json.dumps(body),
    }


def _merged(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    body = {**known, **{key: value for key, value in given.items() if value is not None and key not in _STAMPED}}
    own: dict[str, Any] = {**known.get("customFields", _NONE), **(given.get("customFields") or _NONE)}
    body["customFields"] = {index: value for index, value in own.items() if value not in ("", None)}
    return {key: value for key, value in body.items() if value not in ("", {})}
