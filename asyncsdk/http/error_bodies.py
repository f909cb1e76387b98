"""Error bodies: the error that a response means, by Act-On's own words in an envelope, or by its status alone.

Only Act-On can judge the values of a call. It does so in one of its envelopes, or by a bare 400, 404, 409, 413, 414
or 422, which have no other meaning. Every other failure comes from between: from proxies, load balancers and
gateways, which know the call and not what it says.

=========================  ===================  ======================  =================
status                     an envelope          nothing, or other text  a page of HTML
=========================  ===================  ======================  =================
400, 422                   InvalidRequest       InvalidRequest          GatewayError
401                        AuthenticationFailed AuthenticationFailed    AuthenticationFailed
403                        PermissionDenied     PermissionDenied        GatewayError
404                        NotFound             NotFound                GatewayError
409                        Conflict             Conflict                GatewayError
413, 414                   PayloadTooLarge      PayloadTooLarge         PayloadTooLarge
429                        RateLimited          RateLimited             RateLimited
407, 408, 421, 425, 499    GatewayError         GatewayError            GatewayError
3xx                        GatewayError         GatewayError            GatewayError
any other 4xx              InvalidRequest       GatewayError            GatewayError
5xx                        ServerError          ServerError             ServerError
=========================  ===================  ======================  =================

An envelope with a numeric code is Act-On's own, also with a status of 407 to 499. A page of HTML proves little:
Act-On answers in JSON, even for a path that it does not have, so a page "404 Not Found" comes from a gateway that
cannot reach Act-On. But a page that says that a call is too long is right: gateways do limit the length of a call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    Conflict,
    DecodeError,
    GatewayError,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
    RateLimited,
    ServerError,
)
from asyncsdk.http.error_shapes import Body, ParsedError, is_no, parse_error_body, says_error
from asyncsdk.http.messages import Json, Response

__all__ = [
    "API_DISABLED",
    "INVALID_COLUMN",
    "INVALID_JOB_ID",
    "INVALID_LIST",
    "error_from_response",
    "is_page",
    "is_refusal",
    "is_refusal_text",
    "missing_file_error",
    "says_throttled",
]

API_DISABLED: Final = "PUBLIC_API_FEATURE_NOT_ENABLED"
"""In the answer to a login of an account without API access; the rest of the body is not published."""

INVALID_LIST: Final = 10004
"""Code of a list that is not there; it comes with HTTP 400."""

INVALID_COLUMN: Final = 10010
"""Code of a column that the list does not have."""

INVALID_JOB_ID: Final = 10017
"""Code of a job that is not there, or not any more; it comes with any HTTP status."""

_REFUSAL_KEYS: Final = frozenset(
    {"errorCode", "errorCodeId", "message", "errorMessage", "status", "id", "httpCode", "httpMessage"}
    | {"moreInformation", "errorName", "error", "error_description", "errorId", "requestUri", "errorList", "errors"}
)
"""The only keys of a refusal: records may have any heading for a key."""

_REFUSAL_ONLY_KEYS: Final = ("errorCode", "httpCode", "errorName", "error", "errorId", "errorList", "errors")
"""Keys that only a refusal has; a null or an empty list there is none."""

_SHORT: Final = 1000
"""Bytes: a refusal is short, and records may hold any text."""

_EXPIRED_TOKEN: Final = range(900_900, 901_000)
_THROTTLED: Final = range(900_800, 900_900)

_BY_CODE: Final[Mapping[int, type[APIError]]] = {INVALID_JOB_ID: InvalidRequest}
"""Codes that mean the same whatever the HTTP status."""

_BY_STATUS: Final[Mapping[int, type[APIError]]] = {
    400: InvalidRequest,
    401: AuthenticationFailed,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    413: PayloadTooLarge,
    414: PayloadTooLarge,
    422: InvalidRequest,
    429: RateLimited,
}
"""Errors by the status alone."""

_BY_STATUS_OF_A_PAGE: Final = frozenset({401, 413, 414, 429})
"""Statuses that a page may say as well: a gateway may know the token, the pace and the length of a call."""

_NOT_DELIVERED: Final = frozenset({407, 408, 421, 425, 499})
"""Statuses that mean that the call did not get through, also in Act-On's own words."""


def is_refusal_text(body: bytes) -> bool:
    """Whether a short body that may be a file of any kind is surely a refusal."""
    told = _json_or_none(body) if len(body) <= _SHORT else None
    return is_refusal(told)


def is_refusal(body: Json) -> bool:
    """Whether the decoded body of a success says that it is none.

    Act-On's audience API answers so with ``isSuccess``; a code is believed only in a body that says little else,
    because records may have any heading for a key.
    """
    if body.__class__ is not dict:
        return False
    told: Body = body
    if ("isSuccess" in told and is_no(told["isSuccess"])) or ("success" in told and is_no(told["success"])):
        return True
    if (told.get("status") == "success" and "errorCode" not in told) or not told.keys() <= _REFUSAL_KEYS:
        return False
    return says_error(told) or any(told.get(key) for key in _REFUSAL_ONLY_KEYS)


def error_from_response(response: Response) -> APIError:
    """The error for an answer that is a failure."""
    refusal = parse_error_body(_json_or_none(response.body))
    kind = _kind_without_words(response) if refusal is None else _kind_by_words(response.status, refusal)
    refusal = refusal or ParsedError(_plain(response))
    message = refusal.message or f"The server answered HTTP {response.status} without a word."
    if 300 <= response.status < 400:
        message = "The server answered with a redirect, which is not followed: the bearer token is not for others."
    return kind(message, status=response.status, code=refusal.code, request_id=response.request_id)


def _kind_by_words(status: int, refusal: ParsedError) -> type[APIError]:
    """The error that an envelope means."""
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
    if 300 <= told < 400 or (told in _NOT_DELIVERED and not isinstance(code, int)):
        return GatewayError
    return _BY_STATUS.get(told, InvalidRequest)


def _kind_without_words(response: Response) -> type[APIError]:
    """The error that a status means alone, or with words that are not Act-On's."""
    status = response.status
    if API_DISABLED.encode() in response.body:
        return PermissionDenied
    if status >= 500:
        return ServerError
    if status < 300:
        return InvalidRequest
    if is_page(response) and status not in _BY_STATUS_OF_A_PAGE:
        return GatewayError
    return _BY_STATUS.get(status, GatewayError)


def is_page(response: Response) -> bool:
    """Whether a body is HTML or the like, which Act-On does not speak."""
    return response.body[:_SHORT].lstrip()[:1] == b"<" or "html" in response.headers.get("Content-Type", "").lower()


def missing_file_error(response: Response) -> ActOnError:
    """The error for a success whose body is not the file that was asked for."""
    if parse_error_body(_json_or_none(response.body)) is not None:
        return error_from_response(response)
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
    refusal = parse_error_body(_json_or_none(body))
    return refusal is not None and _says_throttled(refusal)


def _says_throttled(refusal: ParsedError) -> bool:
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
    low = text.lower()
    title = low.find("<title>")
    end = low.find("</title>", title) if title >= 0 else -1
    words = text[title + len("<title>") : end] if end >= 0 and len(low) == len(text) else _TAG.sub(" ", text)
    return " ".join(words.split())[:200]


_TAG: Final = re.compile("<[^<>]*>")
