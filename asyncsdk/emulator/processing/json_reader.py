"""JSON of others, read strictly: what is refused here can be kept, compared and told again without trouble.

How deep the platform reads, and what it says of half a surrogate pair, is not published: both bounds are guesses.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

__all__ = ["DEEPEST", "read_json"]

DEEPEST: Final = 200
"""How many arrays and objects may stand in one another."""

LONGEST_NUMBER: Final = 1000
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def read_json(body: bytes | str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is no JSON, nested too deep, or holds a number or a character that there is not.
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
    """How deep a text is nested, counted without going down."""
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
