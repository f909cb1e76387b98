"""Shape of a JSON value: its keys and the kinds of its values, and none of its texts.

The shapes of several values are merged into one, so that an array has one shape for all its members, and a key is
told to be in all objects or in some.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.probe.key_names import PLAIN_KEYS, KeyNames
from asyncsdk.probe.text_kinds import kind_of_text

__all__ = ["DEEPEST", "NOTHING", "JsonShape", "KeyShape", "merge", "shape_of"]

DEEPEST: Final = 12
"""Levels of objects and arrays that are looked into."""

MOST_KEYS: Final = 300
"""Keys of one object that are told."""

MOST_MEMBERS: Final = 1000
"""Members of one array that are looked at."""

MOST_VALUES: Final = 50_000
"""Values of one answer that are looked at; they take a third of a second, in which nothing else goes on."""

_MILLISECONDS: Final = range(100_000_000_000, 10_000_000_000_000)
_SECONDS: Final = range(500_000_000, 10_000_000_000)


@frozen
class JsonShape:
    """Shape of one JSON value, or of several at the same place."""

    kinds: frozenset[str] = frozenset()
    """What there was: ``object``, ``array``, ``null``, ``true or false``, or a kind of number or text."""

    keys: Mapping[str, KeyShape] = field(factory=dict[str, "KeyShape"])
    """The keys of the objects."""

    members: JsonShape | None = None
    """The members of the arrays; None where all were empty."""


@frozen
class KeyShape:
    """Shape of the values under one key."""

    shape: JsonShape
    always: bool = True
    """Whether all objects at this place had it."""


NOTHING: Final = JsonShape()
"""Shape of no value."""


def shape_of(value: Json, key_names: KeyNames = PLAIN_KEYS) -> JsonShape:
    """The shape of a JSON value; of a very large or deep one, of its beginning.

    Args:
        value: the value.
        key_names: which keys are told.
    """
    return _ShapeReader(key_names).shape(value, 0)


def merge(one: JsonShape, other: JsonShape) -> JsonShape:
    """The shape of both."""
    if one is NOTHING or other is NOTHING:
        return other if one is NOTHING else one
    both = "object" in one.kinds and "object" in other.kinds
    keys: dict[str, KeyShape] = {}
    for name in {**one.keys, **other.keys}:
        first, second = one.keys.get(name), other.keys.get(name)
        if first is not None and second is not None:
            keys[name] = KeyShape(merge(first.shape, second.shape), first.always and second.always)
        else:
            found = cast("KeyShape", first or second)
            keys[name] = KeyShape(found.shape, found.always and not both)
    members = one.members
    if other.members is not None:
        members = other.members if members is None else merge(members, other.members)
    return JsonShape(one.kinds | other.kinds, keys, members)


class _ShapeReader:
    """Reads the shape of one answer, within its bounds."""

    def __init__(self, key_names: KeyNames) -> None:
        self._key_names = key_names
        self._left = MOST_VALUES

    def shape(self, value: Any, depth: int) -> JsonShape:
        self._left -= 1
        if isinstance(value, dict):
            return self._object(cast("dict[str, Any]", value), depth)
        if isinstance(value, list):
            return self._array(cast("Sequence[Any]", value), depth)
        return JsonShape(frozenset((_kind(value),)))

    def _object(self, value: dict[str, Any], depth: int) -> JsonShape:
        keys: dict[str, KeyShape] = {}
        if depth < DEEPEST:
            for number, (key, inner) in enumerate(value.items()):
                if number == MOST_KEYS or self._left <= 0:
                    break
                name, shape = self._key_names.name(key, depth), self.shape(inner, depth + 1)
                before = keys.get(name)
                keys[name] = KeyShape(shape if before is None else merge(before.shape, shape))
        return JsonShape(frozenset(("object",)), keys)

    def _array(self, value: Sequence[Any], depth: int) -> JsonShape:
        members: JsonShape | None = None
        if depth < DEEPEST:
            below = max(depth + 1, self._key_names.plain_above)  # what is in an array is no part of an envelope
            for inner in value[:MOST_MEMBERS]:
                if self._left <= 0:
                    break
                shape = self.shape(inner, below)
                members = shape if members is None or members == shape else merge(members, shape)
        return JsonShape(frozenset(("array",)), {}, members)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return kind_of_text(value)
    if isinstance(value, float):
        return "fraction" if not value.is_integer() else _kind(int(value))
    return _kind_of_whole_number(value) if isinstance(value, int) else "unknown"


def _kind_of_whole_number(value: int) -> str:
    if value == 0:
        return "zero"
    if value < 0:
        return "negative number"
    if value in _MILLISECONDS:
        return "epoch milliseconds"
    return "epoch seconds" if value in _SECONDS else "whole number"
