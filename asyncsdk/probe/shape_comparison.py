"""Comparison of two shapes of JSON: where they differ, and of what one of them tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from asyncsdk.probe.shape import JsonShape
from asyncsdk.probe.text_kinds import TEXT_KINDS

__all__ = ["ShapeDifference", "compare_shapes", "tells_something"]

_SILENT: Final = frozenset({"null", "empty text"})
"""Kinds that tell nothing of the value that may be there."""

_FITS: Final = {
    "text": TEXT_KINDS,
    "fraction": frozenset({"whole number", "negative number", "zero", "epoch seconds", "epoch milliseconds"}),
    "whole number": frozenset({"zero", "epoch seconds", "epoch milliseconds"}),
    "epoch milliseconds": frozenset({"zero"}),
    "epoch seconds": frozenset({"zero"}),
    "negative number": frozenset({"zero"}),
    "decimal text": frozenset({"epoch milliseconds as text"}),
    "hex digits": frozenset({"decimal text", "epoch milliseconds as text"}),
}
"""Kinds that an answer may have where another one was expected: free text may have any form, a number be zero."""

_NUMBERS: Final = frozenset({"whole number", "negative number", "fraction", "epoch milliseconds", "epoch seconds"})


class ShapeDifference(NamedTuple):
    """One place at which two shapes differ, or of which one of them tells nothing."""

    where: str
    """The place: ``$.result[].id``."""

    seen: str = ""
    """What is there."""

    expected: str | None = None
    """What was expected; None where one side tells nothing."""


def tells_something(shape: JsonShape) -> bool:
    """Whether a shape holds anything but nulls, empty texts and empty arrays."""
    kinds = shape.kinds - _SILENT
    if "array" in kinds and shape.members is None:
        kinds -= {"array"}
    return bool(kinds)


def compare_shapes(seen: JsonShape, expected: JsonShape, where: str) -> Iterator[ShapeDifference]:
    """Compare what was seen at a place with what was expected there.

    Args:
        seen: the shape of the account's value.
        expected: the shape of the reference's.
        where: the place.
    """
    kinds, others = seen.kinds - _SILENT, expected.kinds - _SILENT
    if not kinds or not others:
        if kinds != others:
            yield ShapeDifference(where)
        return
    odd = sorted(kind for kind in kinds if not any(_fits(kind, other) for other in others))
    if odd:
        yield ShapeDifference(where, ", ".join(odd), ", ".join(sorted(others)))
    if "object" in kinds and "object" in others:
        yield from _compare_keys(seen, expected, where)
    if "array" in kinds and "array" in others:
        yield from _compare_members(seen, expected, where)


def _compare_keys(seen: JsonShape, expected: JsonShape, where: str) -> Iterator[ShapeDifference]:
    for name, key in seen.keys.items():
        other = expected.keys.get(name)
        place = f"{where}.{name}"
        if other is None:
            yield ShapeDifference(place, " or ".join(sorted(key.shape.kinds)), "no such key")
            continue
        if other.always and not key.always:
            yield ShapeDifference(place, "in some objects", "in all objects")
        yield from compare_shapes(key.shape, other.shape, place)
    for name, other in expected.keys.items():
        if name not in seen.keys:
            place = f"{where}.{name}"
            if other.always:
                yield ShapeDifference(place, "no such key", " or ".join(sorted(other.shape.kinds)))
            else:
                yield ShapeDifference(place)


def _compare_members(seen: JsonShape, expected: JsonShape, where: str) -> Iterator[ShapeDifference]:
    if seen.members is not None and expected.members is not None:
        yield from compare_shapes(seen.members, expected.members, f"{where}[]")
    elif seen.members is not expected.members:
        yield ShapeDifference(f"{where}[]")


def _fits(kind: str, expected: str) -> bool:
    return kind == expected or kind in _FITS.get(expected, ()) or (kind in _NUMBERS and expected == "zero")
