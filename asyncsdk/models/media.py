"""Models of ``media``: media files and trackable links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire

__all__ = ["Media", "MediaEntry"]


@frozen
class MediaEntry:
    """One file or link of a listing."""

    id: str = ""
    """Of a file ``f-…``, of a link ``u-…``."""

    name: str = ""
    """The name that people see."""

    url: str = ""
    """Act-On's own address of it."""

    target_url: str | None = None
    """Where a link leads; None for a file."""

    size: int | None = None
    """A file's length in bytes; None for a link."""

    created: datetime | None = field(default=None, metadata=wire("creation_time"))
    """When it was added."""

    modified: datetime | None = field(default=None, metadata=wire("last_modified"))
    """When it was last changed."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""


@frozen
class Media:
    """A file or link by itself; only the answer for a link is published."""

    id: str = ""
    """Of a file ``f-…``, of a link ``u-…``."""

    name: str = ""
    """The name that people see."""

    url: str = ""
    """Act-On's own address of it."""

    target_url: str | None = None
    """Where a link leads."""

    size: int | None = None
    """A file's length in bytes, if the server tells it."""

    created: datetime | None = field(default=None, metadata=wire("creation_time"))
    """When it was added."""

    modified: datetime | None = field(default=None, metadata=wire("last_modified"))
    """When it was last changed."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""
