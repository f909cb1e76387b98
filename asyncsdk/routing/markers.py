"""Parameter markers: where an annotated parameter travels, and under which name."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Annotated, Final, TypeAlias, TypeVar

from attrs import frozen

from asyncsdk.routing.encoders import Encoder

__all__ = [
    "EPOCH_SECONDS",
    "GUARD",
    "NEEDS_FILE_NAME",
    "AssembledInto",
    "EncodedBy",
    "Flag",
    "InForm",
    "InJson",
    "InMultipart",
    "InQuery",
    "Joined",
    "Location",
    "MaxLength",
    "Maximum",
    "Members",
    "WireName",
]

T = TypeVar("T")


class Location(StrEnum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    FORM = "form"
    JSON = "json"
    MULTIPART = "multipart"


InQuery: TypeAlias = Annotated[T, Location.QUERY]
"""Travels in the query."""

InForm: TypeAlias = Annotated[T, Location.FORM]
"""Travels in an ``application/x-www-form-urlencoded`` body."""

InJson: TypeAlias = Annotated[T, Location.JSON]
"""Is the whole ``application/json`` body."""

InMultipart: TypeAlias = Annotated[T, Location.MULTIPART]
"""Travels as a part of a ``multipart/form-data`` body."""


class _Marker(Enum):
    """Markers that have no value."""

    GUARD = "guard"
    EPOCH_SECONDS = "epoch seconds"
    NEEDS_FILE_NAME = "needs file name"


GUARD: Final = _Marker.GUARD
"""Marks an argument that is checked and then dropped: a word that the caller must say."""


@frozen(eq=False, repr=False)
class WireName:
    """The parameter's name on the wire, where it is not the Python name."""

    name: str


@frozen(eq=False, repr=False)
class AssembledInto:
    """Travels inside the field of that name, which the route assembles from several arguments."""

    name: str


@frozen(eq=False, repr=False)
class Joined:
    """A sequence that travels as one text, its members joined by ``separator``."""

    separator: str
    at_most: int | None = None


@frozen(eq=False, repr=False)
class Members:
    """How many texts a sequence has; none of them is blank."""

    at_least: int = 0
    at_most: int | None = None


@frozen(eq=False, repr=False)
class Flag:
    """The words for True and False, where they are not ``Y`` and ``N``."""

    yes: str
    no: str


@frozen(eq=False, repr=False)
class Maximum:
    """The greatest number that the API takes."""

    value: int


@frozen(eq=False, repr=False)
class MaxLength:
    """The greatest number of characters that the API takes."""

    value: int


EPOCH_SECONDS: Final = _Marker.EPOCH_SECONDS
"""The time travels as epoch seconds, not milliseconds."""


NEEDS_FILE_NAME: Final = _Marker.NEEDS_FILE_NAME
"""The file must have a name of its own: its ending tells the server what it is."""


@frozen(eq=False, repr=False)
class EncodedBy:
    """The encoder of the value, where its type does not tell it."""

    encode: Encoder
