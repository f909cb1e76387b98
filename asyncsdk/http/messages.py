"""HTTP request and response values; no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final, TypeAlias, cast

from attrs import Factory, field, frozen

from asyncsdk.errors import InvalidArgument
from asyncsdk.files.upload import Upload
from asyncsdk.redaction import masked_repr

__all__ = ["Effect", "Json", "Request", "Response", "Texts", "request_of", "response_of"]

Json: TypeAlias = Any
"""Any JSON value. Where a type says no more than this, nobody has published the shape."""


Texts: TypeAlias = Mapping[str, str | Sequence[str]]
"""Parameters by name; a sequence repeats its name."""


class Effect(Enum):
    """What repeating a call does, hence when it may be repeated."""

    READ = "read"
    """Changes nothing."""

    IDEMPOTENT = "idempotent"
    """Done twice is as good as done once."""

    UNSAFE = "unsafe"
    """Done twice is wrong: repeated only if it surely was not done."""


_PATH: Final = re.compile(r"/[!\"$->@-~]*").fullmatch
"""A path, percent-encoded: printable ASCII but for the marks that end it."""


def _upper(method: str) -> str:
    return method.upper()


def _nothing() -> dict[str, str]:
    return {}


class _OpenRequest:
    """The fields of a ``Request``, which can be set."""

    __slots__ = ("__weakref__", "effect", "form", "json", "method", "multipart", "path", "query")

    def __init__(
        self,
        method: str,
        path: str,
        query: Texts,
        form: Texts | None,
        json: Json,
        multipart: Mapping[str, str | Upload] | None,
        effect: Effect,
    ) -> None:
        self.method: str = method
        self.path: str = path
        self.query: Texts = query
        self.form: Texts | None = form
        self.json: Json = json
        self.multipart: Mapping[str, str | Upload] | None = multipart
        self.effect: Effect = effect


@frozen
class Request(_OpenRequest):
    """One call, as a value that can be sent any number of times.

    At most one of ``form``, ``json`` and ``multipart`` may be given.
    """

    method: str = field(converter=_upper)
    """``GET``, ``POST``, ``PUT`` or ``DELETE``."""

    path: str = field(repr=masked_repr)
    """From the host on, already percent-encoded: ``/api/1/list/l-0001``."""

    query: Texts = field(factory=_nothing, repr=masked_repr)
    """The query parameters."""

    form: Texts | None = field(default=None, repr=False)
    """The fields of an ``application/x-www-form-urlencoded`` body."""

    json: Json = field(default=None, repr=False)
    """The value of an ``application/json`` body: JSON values, or models of this library."""

    multipart: Mapping[str, str | Upload] | None = field(default=None, repr=False)
    """The parts of a ``multipart/form-data`` body: texts, and files as ``Upload``."""

    effect: Effect = Factory(lambda self: Effect.READ if self.method == "GET" else Effect.UNSAFE, takes_self=True)
    """What repeating it does: by default a GET reads, and everything else is unsafe to repeat."""

    def __attrs_post_init__(self) -> None:
        if (self.form is not None) + (self.json is not None) + (self.multipart is not None) > 1:
            raise InvalidArgument("A request has one body: give only one of form, json and multipart.")
        if not _PATH(self.path):
            if not self.path.startswith("/"):
                raise InvalidArgument("A path starts at the host, with '/'; the host is the session's base_url.")
            raise InvalidArgument("A path must be percent-encoded, without '?' and '#'; parameters go in query.")


def request_of(
    method: str,
    path: str,
    query: Texts,
    form: Texts | None,
    json: Json,
    multipart: Mapping[str, str | Upload] | None,
    effect: Effect,
) -> Request:
    """A request of the library's own encoders, which need not be checked.

    attrs sets the fields of a frozen object one after the other through ``object.__setattr__``, which takes longer
    than all that is encoded for them. So they are set in an object that is open, and frozen by its class then.
    """
    request: Any = _OpenRequest(method, path, query, form, json, multipart, effect)
    request.__class__ = Request
    return cast("Request", request)


class _OpenResponse:
    """The fields of a ``Response``, which can be set."""

    __slots__ = ("__weakref__", "body", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status: int = status
        self.headers: Mapping[str, str] = headers
        self.body: bytes = body


@frozen
class Response(_OpenResponse):
    """An answer, with its body read whole."""

    status: int
    """The HTTP status."""

    headers: Mapping[str, str] = field(repr=False)
    """The headers; names are looked up without regard to case."""

    body: bytes = field(default=b"", repr=False)
    """The body as it came, decompressed."""

    @property
    def request_id(self) -> str | None:
        """The ``x-request-id`` header, which Act-On's gateway sends with every answer."""
        return self.headers.get("x-request-id")


def response_of(status: int, headers: Mapping[str, str], body: bytes) -> Response:
    """A response, made as ``request_of`` makes a request."""
    response: Any = _OpenResponse(status, headers, body)
    response.__class__ = Response
    return cast("Response", response)
