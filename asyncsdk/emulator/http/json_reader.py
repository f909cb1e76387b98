"""JSON parser that is strict, and checks of the types of parsed values.

What it accepts can be stored, compared and sent again. How deep the platform reads, and what it says of half a
surrogate pair, is not published: both bounds are guesses.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn, cast

__all__ = ["DEEPEST", "array_in", "object_in", "objects_in", "read_json", "text_in"]

DEEPEST: Final = 200
"""The deepest nesting of arrays and objects."""

LONGEST_NUMBER: Final = 1000
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?+|[\[\]{}]', re.DOTALL)
"""Brackets, and texts, in which they do not count; a text that does not end is passed over once, too."""


def read_json(body: bytes | str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is not JSON, is nested too deep, or holds an impossible number or character.
    """
    text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
    if _depth(text) > DEEPEST:
        raise ValueError("JSON that is nested too deep")
    value = json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_whole)
    # A pair of escapes has become one character by now: what is left of surrogates has lost its half.
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _depth(text: str) -> int:
    """Nesting depth of a text, counted without recursion."""
    deepest = depth = 0
    for found in _BRACKETS.finditer(text):
        sign = found.group()
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number that is too great")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number that is too long")
    return int(text)


def array_in(value: object) -> list[object] | None:
    """The value, if it is an array; else None."""
    return cast("list[object]", value) if isinstance(value, list) else None


def objects_in(value: object) -> list[dict[str, Any]] | None:
    """The value, if it is an array of objects only; else None."""
    members = array_in(value)
    if members is None or not all(isinstance(member, dict) for member in members):
        return None
    return cast("list[dict[str, Any]]", members)


def object_in(value: object) -> dict[str, Any]:
    """The value, if it is an object; else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def text_in(members: Mapping[str, Any], name: str) -> str:
    """A member of an object, if it is a text; else an empty one."""
    value = members.get(name, "")
    return value if isinstance(value, str) else ""
