"""Error shapes: every form in which Act-On says that something failed, in one table.

The shapes, their keys and the order in which to look are from captures and from the published documents; the
legacy gateway's body was never seen, only its codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from attrs import frozen

__all__ = ["ERROR_SHAPES", "Body", "ParsedError", "is_no", "parse_error_body", "says_error"]

DIGITS: Final = 18
"""Digits of a code that is a number; a longer one stays a text."""

MEMBERS: Final = 100
"""Members of a list of complaints that are looked at."""

Code: TypeAlias = int | str | None
Body: TypeAlias = Mapping[str, Any]


@frozen(eq=False, repr=False)
class ParsedError:
    """Content of an error body."""

    message: str
    code: Code = None
    status: int | None = None
    """The HTTP status that the body itself names."""


@frozen(eq=False, repr=False)
class ErrorShape:
    """One shape: how to know it, and how to read it."""

    name: str
    fits: Callable[[Body], bool]
    read: Callable[[Body], ParsedError]


def _number(value: object) -> Code:
    """Codes are numbers, numbers as text, or symbolic names."""
    if isinstance(value, bool) or value is None:
        return None
    text = _text(value).strip()
    return int(text) if text.isdecimal() and len(text) <= DIGITS else text or None


def _status(value: object) -> int | None:
    found = re.match(r"\s*([1-5]\d\d)\b", _text(value))
    return int(found[1]) if found else None


def _words(*values: object) -> str:
    said: dict[str, None] = {}
    for value in values:
        members = cast("list[object]", value) if isinstance(value, list) else [value]
        said |= {_text(member): None for member in members[:MEMBERS] if member not in (None, "")}
    return ": ".join(said)


def _text(value: object) -> str:
    """A value as text, also one that is nested too deep or has too many digits for that."""
    try:
        return value if isinstance(value, str) else str(value)
    except (RecursionError, ValueError):
        return type(value).__name__


def _numeric(body: Body) -> ParsedError:
    code = _number(body.get("errorCodeId")) or _number(body["errorCode"])
    return ParsedError(_words(body.get("message") or body.get("errorMessage")), code)


def _gateway(body: Body) -> ParsedError:
    return ParsedError(
        _words(body.get("httpMessage"), body.get("moreInformation")), status=_status(body["httpCode"])
    )


def _named(body: Body) -> ParsedError:
    return ParsedError(_words(body.get("message")), _number(_text(body["errorName"]).strip().rstrip(":")))


def _oauth(body: Body) -> ParsedError:
    return ParsedError(_words(body.get("error_description") or body["error"]), _number(body["error"]))


def _legacy(body: Body) -> ParsedError:
    fault = cast("Body", body["fault"])
    return ParsedError(_words(fault.get("message"), fault.get("description")), _number(fault.get("code")))


def _spring(body: Body) -> ParsedError:
    words = _words(body.get("errorMessage"), body.get("errorList"))
    return ParsedError(words, _number(body.get("errorId")), _status(body.get("status")))


def _listed(body: Body) -> ParsedError:
    return ParsedError(_words(body["errors"]))


def _result(body: Body) -> ParsedError:
    return ParsedError(_words(body.get("errorMessage")), status=_status(body.get("statusCode")))


def _suppressed(body: Body) -> ParsedError:
    return ParsedError(_words(body.get("message")))


def _has(*keys: str) -> Callable[[Body], bool]:
    return lambda body: any(key in body for key in keys)


def _says_no(key: str) -> Callable[[Body], bool]:
    return lambda body: is_no(body.get(key))


def says_error(body: Body) -> bool:
    """The opposite of ``success``, as an item of the user calls has it."""
    return _text(body.get("status")).lower() == "error"


def is_no(value: object) -> bool:
    """Whether a flag is down; Act-On writes some flags as text."""
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")


ERROR_SHAPES: Final = (
    ErrorShape("numeric", _has("errorCode"), _numeric),
    ErrorShape("gateway", _has("httpCode"), _gateway),
    ErrorShape("named", _has("errorName"), _named),
    ErrorShape("legacy gateway", lambda body: isinstance(body.get("fault"), dict), _legacy),
    ErrorShape("oauth", _has("error"), _oauth),
    ErrorShape("spring", _has("errorId", "errorList"), _spring),
    ErrorShape("listed", _has("errors"), _listed),
    ErrorShape("result", _says_no("isSuccess"), _result),
    ErrorShape("suppressed", lambda body: is_no(body.get("success")) or says_error(body), _suppressed),
)
"""In the order in which to look. A body of none of these shapes, such as an empty one, is quoted unchanged."""


def parse_error_body(body: object) -> ParsedError | None:
    """Parse a decoded body that reports a failure; None if its shape is not known."""
    if not isinstance(body, dict):
        return None
    told = cast("Body", body)
    for shape in ERROR_SHAPES:
        if shape.fits(told):
            return shape.read(told)
    return None
