"""One parameter of a route: where it travels, what it is called there, and how its value is spelled.

A row annotates a parameter only where it departs from the rule: names in the template travel in the path,
the rest in the query of GET and DELETE and in the body's form otherwise.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum, StrEnum
from functools import partial
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar, Union

from attrs import field, frozen

from asyncsdk import spelling
from asyncsdk.spelling import Spelling
from asyncsdk.upload import File

__all__ = [
    "EPOCH_SECONDS",
    "GUARD",
    "NAMED",
    "Flag",
    "InForm",
    "InJson",
    "InMultipart",
    "InQuery",
    "Joined",
    "Longest",
    "Maximum",
    "Members",
    "Param",
    "PartOf",
    "Place",
    "Spelled",
    "Wire",
    "parameter",
]

T = TypeVar("T")


class Place(StrEnum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    FORM = "form"
    JSON = "json"
    MULTIPART = "multipart"


InQuery: TypeAlias = Annotated[T, Place.QUERY]
"""Travels in the query."""

InForm: TypeAlias = Annotated[T, Place.FORM]
"""Travels in an ``application/x-www-form-urlencoded`` body."""

InJson: TypeAlias = Annotated[T, Place.JSON]
"""Is the whole ``application/json`` body."""

InMultipart: TypeAlias = Annotated[T, Place.MULTIPART]
"""Travels as a part of a ``multipart/form-data`` body."""


class _Guard(Enum):
    GUARD = "guard"


GUARD: Final = _Guard.GUARD
"""Marks an argument that is checked and then dropped: a word that the caller must say."""


@frozen
class Wire:
    """The parameter's name on the wire, where it is not the Python name."""

    name: str


@frozen
class PartOf:
    """Travels inside the field of that name, which the row assembles from several arguments."""

    name: str


@frozen
class Joined:
    """A sequence that travels as one text, its members joined by ``separator``."""

    separator: str
    at_most: int | None = None


@frozen
class Members:
    """How many texts a sequence has; none of them is blank."""

    at_least: int = 0
    at_most: int | None = None


@frozen
class Flag:
    """The words for True and False, where they are not ``Y`` and ``N``."""

    yes: str
    no: str


@frozen
class Maximum:
    """The greatest number that the API takes."""

    value: int


@frozen
class Longest:
    """The greatest number of characters that the API takes."""

    value: int


class _Epoch(Enum):
    SECONDS = "seconds"


EPOCH_SECONDS: Final = _Epoch.SECONDS
"""The time travels as epoch seconds, not milliseconds."""


class _Name(Enum):
    NAMED = "named"


NAMED: Final = _Name.NAMED
"""The file must have a name of its own: its ending tells the server what it is."""


@frozen
class Spelled:
    """How the value is written, where its type does not say."""

    spell: Spelling


@frozen
class Param:
    """One parameter of a route."""

    name: str
    """The Python name."""

    wire: str
    """The name on the wire; for a part of an assembled field, that field's name."""

    place: Place
    required: bool
    annotation: Any = field(repr=False)
    """The type, without markers."""

    markers: tuple[object, ...] = field(default=(), repr=False)
    default: Any = field(default=None, repr=False)

    @property
    def whole(self) -> bool:
        """Whether it is the whole JSON body, and not one field of it."""
        return Place.JSON in self.markers

    @property
    def assembled(self) -> bool:
        """Whether it is only a part of the field that it travels in."""
        return any(isinstance(marker, PartOf) for marker in self.markers)

    def speller(self) -> Spelling:
        """The function from a Python value to what travels.

        Raises (when called):
            InvalidArgument: the value cannot be sent.
        """
        for marker in self.markers:
            if isinstance(marker, Spelled):
                return marker.spell
            if isinstance(marker, Joined):
                return partial(spelling.joined, self.name, marker.separator, marker.at_most)
            if isinstance(marker, Members):
                return partial(spelling.named_texts, self.name, marker.at_least, marker.at_most)
            if isinstance(marker, Flag):
                return partial(spelling.flag, self.name, marker.yes, marker.no)
        if self.whole:
            return _whole(self.name, _alternatives(self.annotation))
        if self.place is Place.PATH:
            return partial(spelling.segment, self.name)
        usual = _speller_of(self.name, self.annotation, self.markers)
        return partial(_checked, usual) if self.place is Place.JSON else usual


def parameter(name: str, hint: Any, default: Any, *, in_path: bool, elsewhere: Place) -> Param | None:
    """Read one parameter of a prototype; None for a guard, which does not travel."""
    annotation, markers = _unwrap(hint)
    if GUARD in markers:
        return None
    place = Place.PATH if in_path else elsewhere
    wire = name
    for marker in markers:
        if isinstance(marker, Place):
            place = marker
        elif isinstance(marker, (Wire, PartOf)):
            wire = marker.name
    empty = default is inspect.Parameter.empty
    return Param(name, wire, place, empty, annotation, markers, None if empty else default)


def _unwrap(hint: Any) -> tuple[Any, tuple[object, ...]]:
    if typing.get_origin(hint) is Annotated:
        return hint.__origin__, tuple(hint.__metadata__)
    return hint, ()


def _speller_of(name: str, annotation: Any, markers: tuple[object, ...]) -> Spelling:
    """The usual spelling of a type."""
    kinds = _alternatives(annotation)
    if kinds == _alternatives(File):
        return partial(spelling.upload, name, NAMED in markers)
    if bool in kinds:
        return partial(spelling.flag, name, "Y", "N")
    if datetime in kinds:
        return partial(spelling.epoch, name, 1 if EPOCH_SECONDS in markers else 1000)
    choices = [choice for kind in kinds if typing.get_origin(kind) is Literal for choice in typing.get_args(kind)]
    if choices:
        return partial(spelling.one_of, name, frozenset(choices))
    if int in kinds:
        return partial(spelling.whole_number, name, _limit(markers, Maximum))
    if any(typing.get_args(kind)[:1] == (str,) and _is_sequence(kind) for kind in kinds):
        return partial(spelling.texts, name)
    if str in kinds:
        return partial(spelling.text, name, _limit(markers, Longest))
    return spelling.as_it_is


def _limit(markers: tuple[object, ...], kind: type[Maximum] | type[Longest]) -> int | None:
    return next((marker.value for marker in markers if isinstance(marker, kind)), None)


def _is_sequence(kind: Any) -> bool:
    return typing.get_origin(kind) in (Sequence, list, tuple)


def _checked(usual: Spelling, value: Any) -> Any:
    """A field of a JSON object: JSON has flags and numbers of its own."""
    usual(value)
    return value


def _whole(name: str, kinds: frozenset[Any]) -> Spelling:
    """A whole JSON body: an object, an array or a model, as its type says."""
    if any(_is_sequence(kind) for kind in kinds):
        return partial(spelling.fitting, name, None, spelling.holds_members, "a sequence")
    classes = tuple(typing.get_origin(kind) or kind for kind in kinds if kind not in (Any, object))
    if not classes:
        return spelling.as_it_is
    wanted = " or ".join(sorted("a mapping" if each is Mapping else each.__name__ for each in classes))
    usual = dict if Mapping in classes else None
    return partial(spelling.fitting, name, usual, lambda value: isinstance(value, classes), wanted)


def _alternatives(annotation: Any) -> frozenset[Any]:
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return frozenset(typing.get_args(annotation)) - {types.NoneType}
    return frozenset({annotation})
