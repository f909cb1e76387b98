"""Sample call of a route, what it must become on the wire, and values that many calls share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from asyncsdk import Column

CSV = b"Email,First Name\nada@example.com,Ada\n"
COLUMNS = [Column("Email", "EMAIL"), Column("Name", "FIRSTNAME"), Column("Note", ignore=True)]
RECORD = "/api/1/list/l-0001/record"


@frozen
class Call:
    """One call, and what it must become."""

    name: str
    make: Callable[[Any], Any] = field(repr=False)
    path: str
    query: dict[str, Any] = field(factory=dict)
    form: dict[str, Any] | None = None
    json: Any = None
    multipart: dict[str, Any] | None = None
