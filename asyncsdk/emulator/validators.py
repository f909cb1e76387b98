"""Validators of what a program gives the emulator: each error names the argument and what it may be.

The errors are for the program that runs the emulator; nothing of them travels.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias, TypeGuard, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute

from asyncsdk.errors import InvalidArgument

__all__ = [
    "InvalidArgument",
    "a_text",
    "at_least",
    "did_you_mean",
    "finite_number",
    "header_text",
    "header_texts",
    "http_status",
    "json_or_bytes",
    "one_of",
    "seconds",
    "suggestion",
    "text",
    "text_or_function",
    "text_or_none",
    "time_zone",
    "whole_number",
    "yes_or_no",
]

Validator: TypeAlias = Callable[[Any, "Attribute[Any]", Any], None]

LONGEST_WORD = 200
"""Longer words are compared by their beginning: comparing takes the square of their length."""

LEAST_STATUS = 200
"""Below it are the informational answers, after which the real one is still to come."""

GREATEST_STATUS = 599

GREATEST_WHOLE = 2**1000
"""Greater ones are no ``float`` any more."""


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A sentence with the nearest words, after a space; nothing where none is near."""
    return suggestion(get_close_matches(word[:LONGEST_WORD], list(words), 3))


def suggestion(near: Sequence[str]) -> str:
    """A sentence with these words, after a space; nothing where there is none."""
    return f" Did you mean {' or '.join(near)}?" if near else ""


def whole_number(name: str, value: object, least: int, greatest: int | None = None) -> None:
    """Refuse what is no whole number from ``least`` on.

    Raises:
        InvalidArgument: it is none, or out of range.
    """
    wanted = f"from {least} on" if greatest is None else f"from {least} to {greatest}"
    fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
    if not fits or (greatest is not None and cast("int", value) > greatest):
        raise InvalidArgument(f"{name} is a whole number {wanted}, not {value!r}.")


def finite_number(name: str, value: object) -> None:
    """Refuse what is no number, infinity among it.

    Raises:
        InvalidArgument: it is none.
    """
    if not (_is_number(value) and math.isfinite(value)):
        raise InvalidArgument(f"{name} is a finite number, not {value!r}.")


def a_text(name: str, value: object) -> str:
    """Refuse what is no text; gives the text.

    Raises:
        InvalidArgument: it is none.
    """
    if not isinstance(value, str):
        raise InvalidArgument(f"{name} is a text, not {type(value).__name__}.")
    return value


def _is_number(value: object) -> TypeGuard[float]:
    """Whether it is a number that one can calculate with; whole numbers may be too great for that."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, float) or abs(value) <= GREATEST_WHOLE


def at_least(least: int, *, optional: bool = False) -> Validator:
    """A whole number from ``least`` on, or None where that means something."""

    def check(_: Any, field: Attribute[Any], value: Any) -> None:
        if not (optional and value is None):
            whole_number(field.name, value, least)

    return check


def seconds(*, optional: bool = False) -> Validator:
    """A number that is not negative, or None where that means something."""

    def check(_: Any, field: Attribute[Any], value: Any) -> None:
        if not (optional and value is None):
            _not_negative(field.name, value)

    return check


def _not_negative(name: str, value: object) -> None:
    if not (_is_number(value) and value >= 0):
        raise InvalidArgument(f"{name} is a number of seconds from 0 on, not {value!r}.")


def http_status(_: Any, field: Attribute[Any], value: Any) -> None:
    """A status that can end a call."""
    whole_number(field.name, value, LEAST_STATUS, GREATEST_STATUS)


def text(_: Any, field: Attribute[Any], value: Any) -> None:
    """A text."""
    a_text(field.name, value)


def text_or_none(_: Any, field: Attribute[Any], value: Any) -> None:
    """A text, or None."""
    if not (value is None or isinstance(value, str)):
        raise InvalidArgument(f"{field.name} is a text or None, not {type(value).__name__}.")


def text_or_function(_: Any, field: Attribute[Any], value: Any) -> None:
    """A text, or a function of a text."""
    if not (isinstance(value, str) or callable(value)):
        raise InvalidArgument(f"{field.name} is a text or a function, not {type(value).__name__}.")


def yes_or_no(_: Any, field: Attribute[Any], value: Any) -> None:
    """True or False."""
    if not isinstance(value, bool):
        raise InvalidArgument(f"{field.name} is True or False, not {value!r}.")


def one_of(*words: str) -> Validator:
    """One of these words."""

    def check(_: Any, field: Attribute[Any], value: Any) -> None:
        if value not in words:
            raise InvalidArgument(
                f"{field.name} is one of {', '.join(words)}, not {value!r}.{did_you_mean(str(value), words)}"
            )

    return check


def header_text(_: Any, field: Attribute[Any], value: Any) -> None:
    """A text that can stand in a header."""
    if not (isinstance(value, str) and value and value.isprintable()):
        raise InvalidArgument(f"{field.name} is one line of printable text, not {value!r}.")


def header_texts(_: Any, field: Attribute[Any], value: Any) -> None:
    """Headers: texts of one line by their names."""
    if not isinstance(value, Mapping):
        raise InvalidArgument(f"{field.name} are texts by header name, not {type(value).__name__}.")
    for name, each in cast("dict[Any, Any]", value).items():
        if not (isinstance(name, str) and name and name.isprintable()):
            raise InvalidArgument(f"{field.name} are texts by header name; {name!r} is no name.")
        if not (isinstance(each, str) and each.isprintable()):
            raise InvalidArgument(f"The header {name} is one line of printable text, not {each!r}.")


def json_or_bytes(_: Any, field: Attribute[Any], value: Any) -> None:
    """Bytes as they are, or what JSON can say."""
    if isinstance(value, bytes):
        return
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgument(f"{field.name} is bytes or a value that JSON can say: {error}.") from error


def time_zone(_: Any, field: Attribute[Any], value: Any) -> None:
    """A time zone that this machine knows; the default one need not be: some machines have no such data."""
    if value == field.default:
        return
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise InvalidArgument(f"{field.name} is a zone such as Europe/Berlin, not {value!r}.") from error
