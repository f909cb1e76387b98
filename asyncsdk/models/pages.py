"""Models of ``pages``: landing pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire

__all__ = ["PageEntry"]


@frozen
class PageEntry:
    """One landing page of a listing."""

    id: str = ""
    """Such as ``p-0001``."""

    title: str = ""
    """The name that people see."""

    url: str = ""
    """Where the page is."""

    created: datetime | None = field(default=None, metadata=wire("creation_time"))
    """When it was added."""

    modified: datetime | None = None
    """When it was last changed."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""
