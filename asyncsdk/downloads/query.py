"""Query: a list, the columns to read, and bounds for its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import asdict, evolve, frozen

from asyncsdk.errors import InvalidArgument

__all__ = ["Query", "key_of"]


@frozen
class Query:
    """A list, some of its columns, and bounds for its records."""

    list_id: str
    fields: Sequence[str] | None = None
    modified_after: datetime | None = None
    modified_before: datetime | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def arguments(self, **paging: int) -> dict[str, Any]:
        """The arguments of ``lists.download`` and of ``lists.download_rows``."""
        return {**asdict(self, recurse=False), "date_qualifiers": None, **paging}

    def since(self, time: datetime) -> Query:
        """The same query, without records that were last modified before a time."""
        latest = time if self.modified_after is None else max(time, self.modified_after)
        return evolve(self, modified_after=latest)

    def key(self) -> Mapping[str, Any]:
        """The query as JSON values, for the state file."""
        return key_of("lists.records", asdict(self, recurse=False))


def key_of(name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """A call and its arguments as JSON values; arguments that are None are left out."""
    asked = {argument: _plain(value) for argument, value in arguments.items() if value is not None}
    return {"what": name, **asked}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidArgument("A time must say its time zone, as in datetime.now(timezone.utc).")
        return value.astimezone(UTC).isoformat()
    return value if isinstance(value, str) else list(value)
