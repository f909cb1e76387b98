"""Route parameters: where each travels, its name on the wire, and the encoder of its value.

A route annotates a parameter only where it departs from the rule: names in the template travel in the path,
the rest in the query of GET and DELETE and in the body's form otherwise.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal, Union

from attrs import field, frozen

from asyncsdk.files.upload import File
from asyncsdk.routing import encoders
from asyncsdk.routing.encoders import Encoder
from asyncsdk.routing.markers import (
    EPOCH_SECONDS,
    GUARD,
    NEEDS_FILE_NAME,
    AssembledInto,
    EncodedBy,
    Flag,
    Joined,
    Location,
    Maximum,
    MaxLength,
    Members,
    WireName,
)

__all__ = ["Param", "parameter", "union_members"]


@frozen(eq=False, repr=False)
class Param:
    """One parameter of a route."""

    name: str
    """The Python name."""

    wire: str
    """The name on the wire; for a part of an assembled field, that field's name."""

    location: Location
    required: bool
    annotation: Any = field(repr=False)
    """The type, without markers."""

    markers: tuple[object, ...] = field(default=(), repr=False)
    default: Any = field(default=None, repr=False)

    @property
    def whole(self) -> bool:
        """Whether it is the whole JSON body, and not one field of it."""
        return Location.JSON in self.markers

    @property
    def assembled(self) -> bool:
        """Whether it is only a part of the field that it travels in."""
        return any(isinstance(marker, AssembledInto) for marker in self.markers)

    def encoder(self) -> Encoder:
        """The function from a Python value to the value on the wire.

        Raises (when called):
            InvalidArgument: the value cannot be sent.
        """
        for marker in self.markers:
            if isinstance(marker, EncodedBy):
                return marker.encode
            if isinstance(marker, Joined):
                return partial(encoders.joined, self.name, marker.separator, marker.at_most)
            if isinstance(marker, Members):
                return partial(encoders.non_blank_strings, self.name, marker.at_least, marker.at_most)
            if isinstance(marker, Flag):
                return partial(encoders.flag, self.name, marker.yes, marker.no)
        if self.whole:
            return _whole(self.name, _alternatives(self.annotation))
        if self.location is Location.PATH:
            return partial(encoders.segment, self.name)
        usual = _encoder_of(self.name, self.annotation, self.markers)
        return partial(_checked, self.name, usual) if self.location is Location.JSON else usual


def parameter(name: str, hint: Any, default: Any, *, in_path: bool, elsewhere: Location) -> Param | None:
    """Read one parameter of a prototype; None for a guard, which does not travel."""
    annotation, markers = _unwrap(hint)
    if GUARD in markers:
        return None
    place = Location.PATH if in_path else elsewhere
    wire = name
    for marker in markers:
        if isinstance(marker, Location):
            place = marker
        elif isinstance(marker, (WireName, AssembledInto)):
            wire = marker.name
    empty = default is inspect.Parameter.empty
    return Param(name, wire, place, empty, annotation, markers, None if empty else default)


def _unwrap(hint: Any) -> tuple[Any, tuple[object, ...]]:
    if typing.get_origin(hint) is Annotated:
        return hint.__origin__, tuple(hint.__metadata__)
    return hint, ()


def _encoder_of(name: str, annotation: Any, markers: tuple[object, ...]) -> Encoder:
    """The usual encoder of a type."""
    kinds = _alternatives(annotation)
    if kinds == _alternatives(File):
        return partial(encoders.upload, name, NEEDS_FILE_NAME in markers)
    if bool in kinds:
        return partial(encoders.flag, name, "Y", "N")
    if datetime in kinds:
        return partial(encoders.epoch, name, 1 if EPOCH_SECONDS in markers else 1000)
    choices = [choice for kind in kinds if typing.get_origin(kind) is Literal for choice in typing.get_args(kind)]
    if choices:
        return partial(encoders.one_of, name, frozenset(choices))
    if int in kinds:
        return partial(encoders.whole_number, name, _limit(markers, Maximum))
    if any(typing.get_args(kind)[:1] == (str,) and _is_sequence(kind) for kind in kinds):
        return partial(encoders.texts, name)
    if str in kinds:
        return partial(encoders.text, name, _limit(markers, MaxLength))
    return partial(encoders.copied, name)


def _limit(markers: tuple[object, ...], kind: type[Maximum] | type[MaxLength]) -> int | None:
    return next((marker.value for marker in markers if isinstance(marker, kind)), None)


def _is_sequence(kind: Any) -> bool:
    return typing.get_origin(kind) in (Sequence, list, tuple)


def _checked(name: str, usual: Encoder, value: Any) -> Any:
    """A field of a JSON object: JSON has flags and numbers of its own."""
    usual(value)
    return encoders.copied(name, value)


def _whole(name: str, kinds: frozenset[Any]) -> Encoder:
    """A whole JSON body: an object, an array or a model, as its type says."""
    if any(_is_sequence(kind) for kind in kinds):
        return partial(encoders.instance_of, name, None, encoders.is_sequence, "a sequence")
    classes = tuple(typing.get_origin(kind) or kind for kind in kinds if kind not in (Any, object))
    if not classes:
        return partial(encoders.copied, name)
    wanted = " or ".join(sorted("a mapping" if each is Mapping else each.__name__ for each in classes))
    usual = dict if Mapping in classes else None
    return partial(encoders.instance_of, name, usual, lambda value: isinstance(value, classes), wanted)


def _alternatives(annotation: Any) -> frozenset[Any]:
    """The types that a value may have, None left aside."""
    members = frozenset(union_members(annotation))
    return members - {types.NoneType} if len(members) > 1 else members


def union_members(annotation: Any) -> tuple[Any, ...]:
    """The types that a union is made of; of another type, itself."""
    is_union = typing.get_origin(annotation) in (Union, types.UnionType)
    return typing.get_args(annotation) if is_union else (annotation,)
