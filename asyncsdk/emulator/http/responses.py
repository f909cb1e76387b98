"""HTTP responses: bodies, and refusals in the error envelopes of the platform."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, TypeAlias
from uuid import uuid4

from attrs import field, frozen

__all__ = [
    "UNPUBLISHED",
    "Answer",
    "Refusal",
    "Reply",
    "Stream",
    "empty",
    "gateway",
    "listed",
    "missing",
    "named",
    "oauth",
    "refusal",
    "spring",
    "success",
]

Reply: TypeAlias = Any
"""The result of a handler: a JSON body as it is sent, or an ``Answer``."""

UNPUBLISHED: Final = 10000
"""The error number of refusals whose true number is not published."""


def _no_headers() -> Mapping[str, str]:
    return {}


@frozen
class Stream:
    """A body that is sent in pieces while it is made."""

    chunks: AsyncIterator[bytes]


@frozen
class Answer:
    """An answer that is more than a JSON body with status 200."""

    body: Any = None
    """Bytes as they are, a stream, or a JSON value; a text as it is, where the content type is not JSON."""

    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(factory=_no_headers)

    def payload(self) -> bytes | AsyncIterator[bytes]:
        """The body to send."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, Stream):
            return self.body.chunks
        if isinstance(self.body, str) and "json" not in self.content_type:
            return self.body.encode()
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


def success(message: str, **told: Any) -> dict[str, Any]:
    """The body that says that something was done, and tells more."""
    return {"status": "success", "message": message, **told}


class Refusal(Exception):
    """Ends the handling of a call with an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def refusal(code: int | str, message: str, *, status: int = 400) -> Refusal:
    """The application's envelope."""
    return Refusal(Answer({"errorCode": code, "message": message}, status))


def missing(name: str) -> Refusal:
    """A parameter is missing; number, text and status are known from two content endpoints only."""
    if name == "url":
        return refusal(90004, "Empty or improperly formatted URL given")
    return refusal(10121, f"Missing parameter - {name}", status=422)


def gateway(status: int, message: str, more: str = "") -> Answer:
    """The gateway's envelope."""
    return Answer({"httpCode": str(status), "httpMessage": message, "moreInformation": more}, status)


def spring(status: int, name: str, message: str, *details: str) -> Refusal:
    """The envelope of the custom-data service; ``name`` is the status's name, such as ``NOT_FOUND``."""
    body = {
        "errorId": str(uuid4()),
        "requestUri": "",
        "errorMessage": message,
        "errorList": list(details),
        "status": f"{status} {name}",
    }
    return Refusal(Answer(body, status))


def named(status: int, name: str, message: str) -> Refusal:
    """The envelope of the transactional mail service."""
    return Refusal(Answer({"errorName": name, "message": message}, status))


def listed(*errors: str, status: int = 400) -> Refusal:
    """The audience service's envelope for a bad request."""
    return Refusal(Answer({"errors": list(errors)}, status))


def empty(status: int) -> Refusal:
    """The audience service's envelope for everything else: nothing."""
    return Refusal(Answer(b"", status, "text/plain"))


def oauth(status: int, error: str, description: str) -> Answer:
    """The token endpoint's envelope."""
    return Answer({"error": error, "error_description": description}, status)
