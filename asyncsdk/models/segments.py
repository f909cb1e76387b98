"""Models of ``segments``: segments: parts of the audience, chosen by hand or by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = ["ExternalContact", "Segment", "SegmentType"]

SegmentType: TypeAlias = Literal["DIRECT_SELECT", "QUERY", "SEARCH"]
"""Whether a segment's contacts are picked one by one, or found by a query or a search."""


@frozen
class ExternalContact:
    """A contact, by the id that another system knows it by. The names on the wire are not published: guessed."""

    external_id: str = field(default="", metadata=wire("externalId"))
    """The contact's id in the other system."""

    object_type: str = field(default="", metadata=wire("objectType"))
    """The kind of record that the id belongs to."""


@frozen
class Segment:
    """A part of the audience."""

    INSIDE: ClassVar[str] = "source"
    """The key of an answer that may hold it."""

    id: str = ""
    """Such as ``g-000b``."""

    name: str = ""
    """The name that people see."""

    type: str = ""
    """How its contacts are told, a ``SegmentType``."""

    parent_id: str | None = field(default=None, metadata=wire("parentId"))
    """What it is a part of: another segment, or ``l-unified-contacts``, which is all contacts."""

    criteria: Json = field(default=None, repr=masked_repr, metadata=wire("filter"))
    """The query or search; its grammar is not published."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the server said."""
