"""Every shape in which Act-On says that something failed, in one table.

The shapes, their keys and the order in which to look are from captures and from the published documents; the
legacy gateway's body was never seen, only its codes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from attrs import frozen

from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    Conflict,
    DecodeError,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
    RateLimited,
    ServerError,
)
from asyncsdk.message import Response

__all__ = [
    "API_DISABLED",
    "Refusal",
    "error_of",
    "no_file_in",
    "refusal_in",
    "refusal_in_text",
    "refused_in",
    "says_throttled",
]

Code: TypeAlias = int | str | None
Body: TypeAlias = Mapping[str, Any]


@frozen
class Refusal:
    """What an error body says."""

    message: str
    code: Code = None
    status: int | None = None
    """The HTTP status that the body itself names."""


@frozen
class Envelope:
    """One shape: how to know it, and how to read it."""

    name: str
    fits: Callable[[Body], bool]
    read: Callable[[Body], Refusal]


def _number(value: object) -> Code:
    """Codes are numbers, numbers as text, or symbolic names."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    text = str(value).strip()
    return int(text) if text.isdecimal() else text or None


def _status(value: object) -> int | None:
    found = re.match(r"\s*([1-5]\d\d)\b", str(value))
    return int(found[1]) if found else None


def _words(*values: object) -> str:
    said: list[str] = []
    for value in values:
        members = cast("list[object]", value) if isinstance(value, list) else [value]
        said.extend(str(member) for member in members if member not in (None, ""))
    return ": ".join(dict.fromkeys(said))


def _numeric(body: Body) -> Refusal:
    code = _number(body.get("errorCodeId")) or _number(body["errorCode"])
    return Refusal(_words(body.get("message") or body.get("errorMessage")), code)


def _gateway(body: Body) -> Refusal:
    return Refusal(_words(body.get("httpMessage"), body.get("moreInformation")), status=_status(body["httpCode"]))


def _named(body: Body) -> Refusal:
    return Refusal(_words(body.get("message")), _number(str(body["errorName"]).strip().rstrip(":")))


def _oauth(body: Body) -> Refusal:
    return Refusal(_words(body.get("error_description") or body["error"]), _number(body["error"]))


def _legacy(body: Body) -> Refusal:
    fault = cast("Body", body["fault"])
    return Refusal(_words(fault.get("message"), fault.get("description")), _number(fault.get("code")))


def _spring(body: Body) -> Refusal:
    words = _words(body.get("errorMessage"), body.get("errorList"))
    return Refusal(words, _number(body.get("errorId")), _status(body.get("status")))


def _listed(body: Body) -> Refusal:
    return Refusal(_words(body["errors"]))


def _result(body: Body) -> Refusal:
    return Refusal(_words(body.get("errorMessage")), status=_status(body.get("statusCode")))


def _suppressed(body: Body) -> Refusal:
    return Refusal(_words(body.get("message")))


def _has(*keys: str) -> Callable[[Body], bool]:
    return lambda body: any(key in body for key in keys)


def _says_no(key: str) -> Callable[[Body], bool]:
    return lambda body: _is_no(body.get(key))


def _says_error(body: Body) -> bool:
    """The opposite of ``success``, as an item of the user calls has it."""
    return str(body.get("status")).lower() == "error"


def _is_no(value: object) -> bool:
    """Whether a flag is down; Act-On writes some flags as text."""
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")


ENVELOPES: Final = (
    Envelope("numeric", _has("errorCode"), _numeric),
    Envelope("gateway", _has("httpCode"), _gateway),
    Envelope("named", _has("errorName"), _named),
    Envelope("legacy gateway", lambda body: isinstance(body.get("fault"), dict), _legacy),
    Envelope("oauth", _has("error"), _oauth),
    Envelope("spring", _has("errorId", "errorList"), _spring),
    Envelope("listed", _has("errors"), _listed),
    Envelope("result", _says_no("isSuccess"), _result),
    Envelope("suppressed", lambda body: _is_no(body.get("success")) or _says_error(body), _suppressed),
)
"""In the order in which to look. A body of none of these shapes, such as an empty one, is told as it is."""

API_DISABLED: Final = "PUBLIC_API_FEATURE_NOT_ENABLED"
"""What a login says, somewhere, where the account has no API access; the rest of the body is not published."""

_SPOKEN: Final = frozenset(
    {"errorCode", "errorCodeId", "message", "errorMessage", "status", "id", "httpCode", "httpMessage"}
    | {"moreInformation", "errorName", "error", "error_description", "errorId", "requestUri", "errorList", "errors"}
)
"""What a refusal holds, and nothing else: records may have any heading for a key."""

_TELLING: Final = ("errorCode", "httpCode", "errorName", "error", "errorId", "errorList", "errors")
"""What only a refusal holds; a null or an empty list there is none."""

_SHORT: Final = 1000
"""Bytes: a refusal is short, and records may hold any text."""

_EXPIRED_TOKEN: Final = range(900_900, 901_000)
_THROTTLED: Final = range(900_800, 900_900)

_BY_CODE: Final[Mapping[int, type[APIError]]] = {10017: InvalidRequest}
"""Codes that mean the same whatever the HTTP status: an invalid or expired job id."""

_BY_STATUS: Final[Mapping[int, type[APIError]]] = {
    401: AuthenticationFailed,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    413: PayloadTooLarge,
    429: RateLimited,
}


def refusal_in(body: object) -> Refusal | None:
    """What a decoded body says of a failure, if it is of a known shape."""
    if not isinstance(body, dict):
        return None
    told = cast("Body", body)
    for envelope in ENVELOPES:
        if envelope.fits(told):
            return envelope.read(told)
    return None


def refusal_in_text(body: bytes) -> bool:
    """Whether a short body that may be a file of any kind is surely a refusal."""
    told = _json_or_none(body) if len(body) <= _SHORT else None
    return refused_in(told)


def refused_in(body: object) -> bool:
    """Whether the decoded body of a success says that it is none.

    Act-On's audience API answers so with ``isSuccess``; a code is believed only in a body that says little else,
    because records may have any heading for a key.
    """
    if not isinstance(body, dict):
        return False
    told = cast("Body", body)
    if _is_no(told.get("isSuccess")) or _is_no(told.get("success")):
        return True
    if (told.get("status") == "success" and "errorCode" not in told) or not told.keys() <= _SPOKEN:
        return False
    return _says_error(told) or any(told.get(key) for key in _TELLING)


def error_of(response: Response) -> APIError:
    """The error for an answer that is a failure."""
    refusal = refusal_in(_json_or_none(response.body)) or Refusal(_plain(response))
    message = refusal.message or f"The server answered HTTP {response.status} without a word."
    if 300 <= response.status < 400:
        message = "The server answered with a redirect, which is not followed: the bearer token is not for others."
    return _class_of(response.status, refusal)(
        message, status=response.status, code=refusal.code, request_id=response.request_id
    )


def _class_of(status: int, refusal: Refusal) -> type[APIError]:
    code = refusal.code
    if API_DISABLED in refusal.message or code == API_DISABLED:
        return PermissionDenied
    if code == "invalid_grant":
        return AuthenticationFailed
    if isinstance(code, int) and code in _BY_CODE:
        return _BY_CODE[code]
    if isinstance(code, int) and code in _EXPIRED_TOKEN:
        return AuthenticationFailed
    if _says_throttled(refusal):
        return RateLimited
    told = refusal.status if status < 400 and refusal.status is not None else status
    if told >= 500:
        return ServerError
    if 300 <= told < 400:
        return APIError
    return _BY_STATUS.get(told, InvalidRequest)


def no_file_in(response: Response) -> ActOnError:
    """The error for a success whose body is not the file that was asked for."""
    if refusal_in(_json_or_none(response.body)) is not None:
        return error_of(response)
    return DecodeError(
        f"The server answered HTTP {response.status} without the file that was asked for:"
        f" {_plain(response) or 'an empty body'} (request {response.request_id}).",
        status=response.status,
        request_id=response.request_id,
    )


def says_throttled(response: Response) -> bool:
    """Whether a success says in its body that there were too many requests; only short bodies are looked into."""
    body = response.body
    if len(body) > _SHORT or (b"httpCode" not in body and b'"too_many' not in body):
        return False
    refusal = refusal_in(_json_or_none(body))
    return refusal is not None and _says_throttled(refusal)


def _says_throttled(refusal: Refusal) -> bool:
    code = refusal.code
    if isinstance(code, str):
        return code.startswith("too_many")
    return refusal.status == 429 or (code is not None and code in _THROTTLED)


def _json_or_none(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _plain(response: Response) -> str:
    """The words of a body that is no JSON: of an HTML page, its title."""
    text = response.body[:2000].decode("utf-8", "replace")
    title = re.search(r"<title>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    words = title[1] if title else re.sub(r"<[^>]*>", " ", text)
    return " ".join(words.split())[:200]
