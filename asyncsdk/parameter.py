"""One parameter of a route: where it travels, what it is called there, and how its value is spelled.

A row annotates a parameter only where it departs from the rule: names in the template travel in the path,
the rest in the query of GET and DELETE and in the body's form otherwise.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum, StrEnum
from functools import partial
from math import ceil, floor
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar, Union, cast

from attrs import field, frozen

from asyncsdk.errors import InvalidArgument
from asyncsdk.upload import File, Upload

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
    "Param",
    "PartOf",
    "Place",
    "Spelled",
    "Wire",
    "parameter",
]

T = TypeVar("T")
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
Spelling: TypeAlias = Callable[[Any], Any]


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
                return partial(_join, self.name, marker)
            if isinstance(marker, Flag):
                return partial(_flag, self.name, marker)
        if self.whole:
            return _whole(self.name, _alternatives(self.annotation))
        if self.place is Place.PATH:
            return partial(_segment, self.name)
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
        return partial(_upload, name, NAMED in markers)
    if bool in kinds:
        return partial(_flag, name, Flag("Y", "N"))
    if datetime in kinds:
        return partial(_epoch, name, 1 if EPOCH_SECONDS in markers else 1000)
    choices = [choice for kind in kinds if typing.get_origin(kind) is Literal for choice in typing.get_args(kind)]
    if choices:
        return partial(_one_of, name, frozenset(choices))
    if int in kinds:
        return partial(_whole_number, name, _limit(markers, Maximum))
    if any(typing.get_args(kind)[:1] == (str,) and _is_sequence(kind) for kind in kinds):
        return partial(_texts, name)
    if str in kinds:
        return partial(_text, name, _limit(markers, Longest))
    return _as_it_is


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
        return partial(_fitting, name, None, _holds_members, "a sequence")
    classes = tuple(typing.get_origin(kind) or kind for kind in kinds if kind not in (Any, object))
    if not classes:
        return _as_it_is
    wanted = " or ".join(sorted("a mapping" if each is Mapping else each.__name__ for each in classes))
    usual = dict if Mapping in classes else None
    return partial(_fitting, name, usual, lambda value: isinstance(value, classes), wanted)


def _fitting(
    name: str, usual: type[Any] | None, fits: Callable[[object], bool], wanted: str, value: object
) -> object:
    if type(value) is not usual and not fits(value):
        raise InvalidArgument(f"{name} must be {wanted}, not {type(value).__name__}.")
    return value


def _alternatives(annotation: Any) -> frozenset[Any]:
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return frozenset(typing.get_args(annotation)) - {types.NoneType}
    return frozenset({annotation})


def _as_it_is(value: Any) -> Any:
    return value


def _holds_members(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _upload(name: str, named: bool, value: Any) -> Upload:
    upload = value if isinstance(value, Upload) else Upload(value)
    if named and not upload.has_own_name:
        raise InvalidArgument(f"{name} needs a name, whose ending tells what it is: Upload(data, name='logo.png').")
    return upload


def _text(name: str, longest: int | None, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidArgument(f"{name} must be text, not {type(value).__name__}.")
    if not value.isascii() and _LONE_SURROGATE.search(value):
        raise InvalidArgument(f"{name} holds half a character, a lone surrogate, which no encoding can say.")
    if longest is not None and len(value) > longest:
        raise InvalidArgument(f"{name} has {len(value)} characters; the API takes at most {longest}.")
    return value


def _segment(name: str, value: Any) -> str:
    """A path segment: an empty one, or dots, would name another resource."""
    text = _text(name, None, value)
    if text in {"", ".", ".."}:
        raise InvalidArgument(f"{name} must not be empty or made of dots: it is a part of the path.")
    return text


def _texts(name: str, value: Any) -> Sequence[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InvalidArgument(f"{name} must be a sequence of texts, not {type(value).__name__}.")
    members = cast("Sequence[object]", value)
    return [_text(f"each of {name}", None, member) for member in members]


def _join(name: str, joined: Joined, value: Any) -> str:
    members = _texts(name, value)
    if not members:
        raise InvalidArgument(f"{name} must not be empty.")
    if joined.at_most is not None and len(members) > joined.at_most:
        raise InvalidArgument(f"{name} has {len(members)} members; the API takes at most {joined.at_most}.")
    for member in members:
        if not member.strip():
            raise InvalidArgument(f"No member of {name} may be empty.")
        if joined.separator in member:
            raise InvalidArgument(f"No member of {name} may contain {joined.separator!r}: it separates them.")
    return joined.separator.join(members)


def _flag(name: str, words: Flag, value: Any) -> str:
    if not isinstance(value, bool):
        raise InvalidArgument(f"{name} must be True or False, not {type(value).__name__}.")
    return words.yes if value else words.no


def _whole_number(name: str, greatest: int | None, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgument(f"{name} must be a whole number, not {type(value).__name__}.")
    if value < 0:
        raise InvalidArgument(f"{name} must not be negative; it is {value}.")
    if greatest is not None and value > greatest:
        raise InvalidArgument(f"{name} must be at most {greatest}; it is {value}.")
    return str(value)


def _epoch(name: str, ticks: int, value: Any) -> str:
    """Time since 1970, so many ticks to the second."""
    if not isinstance(value, datetime):
        raise InvalidArgument(f"{name} must be a datetime, not {type(value).__name__}.")
    if value.tzinfo is None:
        raise InvalidArgument(f"{name} must say its time zone, as in datetime.now(timezone.utc).")
    # A filter must not leave out what happened within its first or its last tick.
    rounded = ceil if name.endswith("_before") else floor
    return str(rounded(round(value.timestamp() * ticks, 3)))


def _one_of(name: str, choices: frozenset[str], value: Any) -> str:
    if not isinstance(value, str) or value not in choices:
        raise InvalidArgument(f"{name} must be one of {', '.join(sorted(choices))}; it is {value!r}.")
    return value
