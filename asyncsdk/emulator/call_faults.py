"""Faults of a call: what its client gets in place of the answer, or how it gets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.emulator import validators

__all__ = ["CallFault", "Cut", "ExpireToken", "Hang", "Pass", "Reply", "Slow"]

_GATEWAY_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n"
)


def _no_headers() -> Mapping[str, str]:
    return {}


@frozen
class Reply:
    """Answer with this instead.

    Args:
        status: the HTTP status, from 200 to 599.
        body: a JSON value; bytes as they are; or a text as it is, where ``content_type`` is not JSON.
        headers: further headers.
        content_type: what the body claims to be.
        acted: whether the call is carried out all the same.
    """

    status: int = field(validator=validators.http_status)
    body: Any = field(default=b"", validator=validators.json_or_bytes)
    headers: Mapping[str, str] = field(factory=_no_headers, validator=validators.header_texts)
    content_type: str = field(default="application/json", validator=validators.header_text)
    acted: bool = field(default=False, validator=validators.yes_or_no)

    @classmethod
    def throttled(cls, retry_after: float | str | None = None, *, status: int = 429) -> Reply:
        """Too many calls, in the gateway's words; with ``status=200`` only the body says so.

        Args:
            retry_after: seconds, or a date, for the header ``Retry-After``; None for no such header.
            status: the HTTP status.
        """
        body = {
            "httpCode": "429",
            "httpMessage": "Too Many Requests",
            "moreInformation": "Rate Limit exceeded",
        }
        return cls(status, body, {} if retry_after is None else {"Retry-After": str(retry_after)})

    @classmethod
    def unavailable(cls, retry_after: float | str | None = None, *, acted: bool = False) -> Reply:
        """The server is out of order.

        Args:
            retry_after: seconds, or a date, for the header ``Retry-After``; None for no such header.
            acted: whether the call is carried out all the same.
        """
        body = {"httpCode": "503", "httpMessage": "Service Unavailable", "moreInformation": ""}
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return cls(503, body, headers, acted=acted)

    @classmethod
    def gateway_page(cls, status: int = 502, *, acted: bool = False) -> Reply:
        """A gateway's HTML page."""
        return cls(status, _GATEWAY_PAGE, content_type="text/html", acted=acted)

    @classmethod
    def broken_json(cls, status: int = 200, *, acted: bool = True) -> Reply:
        """JSON that ends too early."""
        return cls(status, b'{"status":"succ', acted=acted)

    @classmethod
    def empty(cls, status: int = 200, *, acted: bool = True) -> Reply:
        """No body at all."""
        return cls(status, b"", acted=acted)


@frozen
class Cut:
    """Cut the connection.

    Args:
        when: ``arrival``: before the request is read; ``acted``: when it is read and carried out, before the
            answer; ``midway``: in the middle of the answer's body.
    """

    when: Literal["arrival", "acted", "midway"] = field(
        default="arrival", validator=validators.one_of("arrival", "acted", "midway")
    )


@frozen
class Hang:
    """Never answer; the connection is cut when the server stops.

    Args:
        acted: whether the call is carried out first.
    """

    acted: bool = field(default=False, validator=validators.yes_or_no)


@frozen
class Slow:
    """Carry the call out, and answer late.

    Args:
        seconds: how late, by the event loop's clock.
    """

    seconds: float = field(validator=validators.seconds())


@frozen
class ExpireToken:
    """The call's access token expires right before it is looked at: 401."""


@frozen
class Pass:
    """Nothing goes wrong."""


CallFault: TypeAlias = Reply | Cut | Hang | Slow | ExpireToken | Pass
"""Faults of a call."""
