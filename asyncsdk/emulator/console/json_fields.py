"""Fields of a JSON body: each has a type, and a name that is none of them is an error that names the nearest."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import cast

from asyncsdk.emulator.http.json_reader import objects_in
from asyncsdk.emulator.validators import InvalidArgument, did_you_mean
from asyncsdk.http.messages import Json

__all__ = [
    "check_names",
    "number_of",
    "object_of",
    "object_or_none",
    "objects_of",
    "shown",
    "text_of",
    "text_or_none_of",
    "whole_of",
    "yes_or_no_of",
]

LONGEST_SHOWN = 60


def check_names(given: Iterable[str], names: Collection[str], what: str = "The body") -> None:
    """Refuse fields that nobody reads: most often one of them is mistyped.

    Raises:
        InvalidArgument: there is one; the sentence names those that are near, or all.
    """
    for name in given:
        if name not in names:
            near = did_you_mean(name, names) or f" There are: {', '.join(names)}." * bool(names)
            raise InvalidArgument(f"{what} has no field {shown(name)}.{near}")


def text_of(given: Mapping[str, Json], name: str) -> str:
    """A text that must be there.

    Raises:
        InvalidArgument: it is missing, or no text.
    """
    value = given.get(name)
    if not isinstance(value, str):
        raise InvalidArgument(f"{name} is a text{_not(given, name)}.")
    return value


def text_or_none_of(given: Mapping[str, Json], name: str) -> str | None:
    """A text, or None where it is missing or null.

    Raises:
        InvalidArgument: it is something else.
    """
    return None if given.get(name) is None else text_of(given, name)


def whole_of(given: Mapping[str, Json], name: str, default: int) -> int:
    """A whole number; 3.0 is one, too.

    Raises:
        InvalidArgument: it is none.
    """
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise InvalidArgument(f"{name} is a whole number{_not(given, name)}.")
    return int(value)


def number_of(given: Mapping[str, Json], name: str) -> float:
    """A number that must be there.

    Raises:
        InvalidArgument: it is missing, no number, or too great for one.
    """
    value = given.get(name)
    try:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise InvalidArgument(f"{name} is a number{_not(given, name)}.")
        return float(value)
    except OverflowError:
        raise InvalidArgument(f"{name} is a number that is too great.") from None


def yes_or_no_of(given: Mapping[str, Json], name: str, *, default: bool = False) -> bool:
    """True or false.

    Raises:
        InvalidArgument: it is something else.
    """
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise InvalidArgument(f"{name} is true or false{_not(given, name)}.")
    return value


def object_of(given: Mapping[str, Json], name: str) -> dict[str, Json]:
    """An object; empty where it is missing.

    Raises:
        InvalidArgument: it is something else.
    """
    value = object_or_none(given.get(name, {}))
    if value is None:
        raise InvalidArgument(f"{name} is an object{_not(given, name)}.")
    return value


def object_or_none(value: object) -> dict[str, Json] | None:
    """The value, if it is an object; else None."""
    return cast("dict[str, Json]", value) if isinstance(value, dict) else None


def objects_of(given: Mapping[str, Json], name: str) -> list[dict[str, Json]]:
    """A list of one or more objects.

    Raises:
        InvalidArgument: it is none.
    """
    found = objects_in(given.get(name))
    if not found:
        raise InvalidArgument(f"{name} is a list of one or more objects{_not(given, name)}.")
    return found


def _not(given: Mapping[str, Json], name: str) -> str:
    return f", not {shown(given[name])}" if name in given else ", and is missing"


def shown(value: Json) -> str:
    """A value in a sentence, not longer than a few words."""
    text = repr(value[: LONGEST_SHOWN + 1] if isinstance(value, str) else value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
