"""Saying it: one request, one answer, over aiohttp. The only part of the client that knows aiohttp.

One attempt is one request: aiohttp's own repeat of a PUT or DELETE whose kept-alive connection was cut is
stopped, no redirect is followed, and no time is limited but connecting and waiting between two pieces.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, BinaryIO, Final, cast
from urllib.parse import quote, urlencode

import aiohttp
from aiohttp import ClientSession, payload
from aiohttp.abc import AbstractStreamWriter
from attrs import field, frozen
from attrs.validators import gt
from multidict import CIMultiDict
from yarl import URL

from asyncsdk.errors import InvalidArgument, NotSent, ReplyLost, TransportError
from asyncsdk.json_text import encode_json
from asyncsdk.limits import Place
from asyncsdk.message import Request, Response, Texts
from asyncsdk.patience import Attempt, Patience
from asyncsdk.upload import Upload

__all__ = ["ClientSession", "Timeout", "Wire"]

PIECE: Final = 1 << 18
"""Bytes of a file that are read and sent at a time."""

_NOT_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_NO_KIND: Final = ("Content-Type",)
"""A header that aiohttp would make up for a POST without a body."""


@frozen
class Timeout:
    """How long to wait for the network; the wait for a place in the limits never counts."""

    connect: float = field(default=10.0, validator=gt(0))
    """Seconds to open a connection."""

    read: float = field(default=60.0, validator=gt(0))
    """Seconds between two pieces of an answer."""


class _Departure:
    """When one attempt leaves, and that it leaves only once."""

    __slots__ = ("attempt", "left", "place")

    def __init__(self, place: Place, attempt: Attempt | None) -> None:
        self.place = place
        self.attempt = attempt
        self.left = False

    def leave(self, *, now: bool) -> None:
        """The request is about to be written; ``now`` tells whether nothing can come between."""
        if self.left:
            raise ReplyLost("The connection was cut before the answer came; the call may have acted.")
        self.left = True
        if now:
            self.place.left()
            if self.attempt is not None:
                self.attempt.progress()


_departure: ContextVar[_Departure] = ContextVar("asyncsdk departure")


class _Connector(aiohttp.TCPConnector):
    """Tells the moment at which a connection is there, fresh or kept alive: the request leaves then."""

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
        """Get a connection for one request."""
        connection = await super().connect(req, traces, timeout)
        departure = _departure.get()
        if departure.left:
            connection.release()
        departure.leave(now=True)
        return connection


async def _leave_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """For a session of the caller's, whose connections cannot be watched."""
    _departure.get().leave(now=False)
    return await handler(request)


class Wire:
    """The connection to one host."""

    def __init__(self, base_url: str, timeout: Timeout, http: ClientSession | None) -> None:
        url = URL(base_url)
        if url.scheme not in {"http", "https"} or not url.host or url.query_string or url.fragment:
            raise InvalidArgument(
                "base_url must be http or https, with a host and no query: use asyncsdk.US or EU."
            )
        self._scheme = url.scheme
        self._authority = url.raw_authority
        self._prefix = url.raw_path.rstrip("/")
        self._patience = Patience(timeout.read)
        self._strict = aiohttp.ClientTimeout(total=None, sock_connect=timeout.connect, sock_read=timeout.read)
        # Patience looks after the reading, but where it cannot be known when a request has left.
        self._lenient = self._strict if http else aiohttp.ClientTimeout(total=None, sock_connect=timeout.connect)
        self._given = http
        self._http: ClientSession | None = None
        self._streams: set[aiohttp.ClientResponse] = set()
        self._middlewares: tuple[aiohttp.ClientMiddlewareType, ...] | None = None

    async def open(self) -> None:
        """Get ready; nothing is connected yet."""
        self._patience.start()
        if self._given is not None:
            self._http = self._given
            # Middlewares given with a request replace the session's own, which have no public name.
            self._middlewares = (*(getattr(self._given, "_middlewares", None) or ()), _leave_once)
            return
        self._http = ClientSession(
            connector=_Connector(limit=100),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "asyncsdk", "Accept": "*/*"},
        )

    async def close(self) -> None:
        """Close what was opened here; a session of the caller's stays open."""
        http, self._http = self._http, None
        self._patience.stop()
        # Whoever reads one would wait for ever: aiohttp closes the connection and does not tell the reader.
        for answer in list(self._streams):
            answer.close()
        if http is not None and http is not self._given:
            await http.close()

    async def exchange(self, request: Request, bearer: str | None, place: Place) -> Response:
        """Send the request once and read its answer whole.

        Raises:
            NotSent: it surely never reached the server.
            ReplyLost: it may have.
        """
        with Attempt(self._patience) as attempt:
            departure = _Departure(place, attempt)
            try:
                answer = await self._request(request, bearer, departure, self._lenient)
                attempt.progress()
                # read() gives the connection back, or closes it if it fails or is cancelled.
                body = await (answer.read() if answer.content.is_eof() else _whole(answer, attempt))
            except (aiohttp.ClientError, OSError) as error:
                raise _told(error, departure) from None
            return Response(answer.status, answer.headers, body)

    @asynccontextmanager
    async def stream(
        self, request: Request, bearer: str | None, place: Place
    ) -> AsyncGenerator[tuple[Response, AsyncIterator[bytes]]]:
        """Send the request once and give its answer without its body, and the body piece by piece."""
        departure = _Departure(place, None)
        async with AsyncExitStack() as stack:
            try:
                answer = await stack.enter_async_context(self._request(request, bearer, departure, self._strict))
            except (aiohttp.ClientError, OSError) as error:
                raise _told(error, departure) from None
            self._streams.add(answer)
            stack.callback(self._streams.discard, answer)
            yield Response(answer.status, answer.headers), _pieces(answer, departure)

    def _request(
        self, request: Request, bearer: str | None, departure: _Departure, timeout: aiohttp.ClientTimeout
    ) -> Any:
        if self._http is None or self._http.closed:
            raise NotSent("The connection is closed.")
        body, kind = _body(request, departure.attempt)
        _departure.set(departure)
        return self._http.request(
            request.method,
            self._url(request),
            data=body,
            headers=_headers(kind, bearer),
            timeout=timeout,
            allow_redirects=False,
            raise_for_status=False,
            middlewares=self._middlewares,
            skip_auto_headers=_NO_KIND if body is None else None,
        )

    def _url(self, request: Request) -> URL:
        return URL.build(
            scheme=self._scheme,
            authority=self._authority,
            path=self._prefix + request.path,
            query_string=_query(request.query),
            encoded=True,
        )


def _query(texts: Texts) -> str:
    """A query whose every special character is percent-encoded: ``+``, ``;`` and ``&`` mean themselves."""
    try:
        return "&".join(
            f"{_quoted(name)}={_quoted(value)}"
            for name, values in texts.items()
            for value in ([values] if isinstance(values, str) else values)
        )
    except (AttributeError, TypeError) as error:
        raise InvalidArgument("The values of a query are texts, or sequences of texts.") from error


_PERCENT: Final = {code: f"%{code:02X}" for code in range(128) if not (chr(code).isalnum() or chr(code) in "_.-~")}


def _quoted(text: str) -> str:
    return text.translate(_PERCENT) if text.isascii() else quote(text, safe="")


def _body(request: Request, attempt: Attempt | None) -> tuple[Any, str | None]:
    """The body, made anew for each attempt, and its content type, where aiohttp does not know it."""
    if request.json is not None:
        return _piecewise(encode_json(request.json), attempt), _JSON
    if request.form is not None:
        return _piecewise(urlencode(request.form, doseq=True).encode(), attempt), _FORM
    if request.multipart is not None:
        return _multipart(request.multipart, attempt), None
    return None, None


def _piecewise(body: bytes, attempt: Attempt | None) -> Any:
    """A long body is sent piece by piece, so that sending it counts as progress."""
    return body if len(body) <= PIECE else _FilePayload(Upload(body), attempt)


@lru_cache(maxsize=4)
def _headers(kind: str | None, bearer: str | None) -> CIMultiDict[str]:
    """The headers of a call, which are the same for most: aiohttp copies them."""
    headers = CIMultiDict[str]()
    if kind is not None:
        headers["Content-Type"] = kind
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    return headers


def _multipart(parts: Mapping[str, str | Upload], attempt: Attempt | None) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, part in parts.items():
        if isinstance(part, str):
            form.add_field(name, part)
        elif not isinstance(cast("object", part), Upload):
            raise InvalidArgument(f"The part {name} must be a text or an Upload, not {type(part).__name__}.")
    for name, upload in parts.items():
        if isinstance(upload, Upload):
            form.add_field(name, _FilePayload(upload, attempt), filename=upload.name)
    return form


class _FilePayload(payload.Payload):
    """A file of known length that is read piece by piece, off the event loop, and not closed."""

    def __init__(self, upload: Upload, attempt: Attempt | None) -> None:
        super().__init__(upload, content_type="application/octet-stream", filename=upload.name)
        self._upload = upload
        self._attempt = attempt
        self._length = upload.size()

    @property
    def size(self) -> int:
        """The length in bytes."""
        return self._length

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The file as text; aiohttp asks for it only to show a body."""
        with self._upload.opened() as file:
            return file.read().decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write all of it."""
        await self.write_with_length(writer, None)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write all of it, from its start.

        Raises:
            InvalidArgument: it changed its length meanwhile.
        """
        left = self._length if content_length is None else min(content_length, self._length)
        with self._upload.opened() as file:
            while left:
                piece = await _read(file, min(PIECE, left))
                if not piece:
                    raise InvalidArgument(f"{self._upload.name} became shorter while it was being sent.")
                left -= len(piece)
                await writer.write(piece)
                if self._attempt is not None:
                    self._attempt.progress()


async def _read(file: BinaryIO, size: int) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(None, file.read, size)


async def _whole(answer: aiohttp.ClientResponse, attempt: Attempt) -> bytes:
    """The body of an answer that is still arriving; each piece is progress."""
    pieces: list[bytes] = []
    try:
        async for piece in answer.content.iter_any():
            attempt.progress()
            pieces.append(piece)
    except BaseException:
        answer.close()
        raise
    answer.release()
    return b"".join(pieces)


async def _pieces(answer: aiohttp.ClientResponse, departure: _Departure) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.content.iter_chunked(PIECE):
            yield piece
    except (aiohttp.ClientError, OSError) as error:
        raise _told(error, departure) from None


def _told(error: Exception, departure: _Departure) -> TransportError:
    """What the caller is told. The original is not chained: its text can hold the URL, hence an address."""
    reason = getattr(error, "strerror", None) or type(error).__name__
    if isinstance(error, _NOT_SENT) or not departure.left:
        return NotSent(f"The server could not be reached: {reason}. Nothing was sent.")
    if isinstance(error, (aiohttp.ServerTimeoutError, TimeoutError)):
        return ReplyLost("The server did not answer in time; the call may have acted.")
    return ReplyLost(f"The connection broke before the answer came ({reason}); the call may have acted.")
