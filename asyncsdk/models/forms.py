"""Models of ``forms``: forms, as listings show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire

__all__ = ["FormEntry"]


@frozen
class FormEntry:
    """One form of a listing."""

    id: str = ""
    """Such as ``6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd``."""

    title: str = ""
    """The name that people see."""

    description: str = ""
    """A user's remark."""

    url: str = ""
    """Where the form is."""

    created: datetime | None = field(default=None, metadata=wire("creation_time"))
    """When it was added."""

    modified: datetime | None = None
    """When it was last changed."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""
