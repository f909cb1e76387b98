"""HTTP connection to one host, over aiohttp: sends one request, reads one response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import aiohttp
from aiohttp import ClientSession
from attrs import field, frozen
from yarl import URL

from asyncsdk.auth.tokens import Token
from asyncsdk.errors import AnswerTooLong, InvalidArgument, NotSent, ReplyLost, TransportError
from asyncsdk.http.messages import Request, Response, response_of
from asyncsdk.transport.attempt import Attempt
from asyncsdk.transport.idle_timeout import IdleTimeouts
from asyncsdk.transport.request_encoding import PIECE, body_of, headers_of, query_of
from asyncsdk.transport.resend_guard import Connector, current_attempt, send_once
from asyncsdk.validators import number

__all__ = ["SHORT_ANSWER", "ClientSession", "Connection", "Timeout"]

SHORT_ANSWER: Final = 1_000_000
"""Bytes that are read of an error, and of an answer of the token endpoint."""

_NOT_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
_NO_KIND: Final = ("Content-Type",)
"""A header that aiohttp would make up for a POST without a body."""


@frozen
class Timeout:
    """How long to wait for the network; the wait for a place in the limits never counts."""

    connect: float = field(default=10.0, validator=number(above=0))
    """Seconds to open a connection."""

    read: float = field(default=60.0, validator=number(above=0))
    """Seconds between two pieces of an answer."""


class Connection:
    """HTTP connection to one host.

    Args:
        base_url: the host.
        timeout: how long to wait for it.
        http: an aiohttp session of the program, which is used and not closed; None: one of its own.
        answer_bytes: how long the answer to a call may be, decompressed.
    """

    def __init__(
        self, base_url: str, timeout: Timeout, http: ClientSession | None, answer_bytes: int = SHORT_ANSWER
    ) -> None:
        url = _checked(base_url)
        self._scheme = url.scheme
        self._authority = url.raw_authority
        self._prefix = url.raw_path.rstrip("/")
        self._idle_timeouts = IdleTimeouts(timeout.read)
        self._timeout = timeout
        self._answer_bytes = answer_bytes
        self._given = http
        self._http: ClientSession | None = None
        self._streams: set[aiohttp.ClientResponse] = set()
        self._options: dict[str, Any] = {}
        self._stream_options: dict[str, Any] = {}

    async def open(self) -> None:
        """Get ready; nothing is connected yet."""
        self._idle_timeouts.start()
        connect, read = self._timeout.connect, self._timeout.read
        strict = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)
        self._stream_options = {"timeout": strict}
        if self._given is not None:
            self._http = self._given
            # Middlewares given with a request replace the session's own, which have no public name.
            middlewares = (*(getattr(self._given, "_middlewares", None) or ()), send_once)
            # The idle timeout does not know when a request was sent.
            self._stream_options |= {"middlewares": middlewares, "raise_for_status": False}
            self._options = self._stream_options
            return
        # What holds for most requests is told once: aiohttp is not fast at taking what is told with each.
        self._http = ClientSession(
            connector=Connector(limit=100),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "asyncsdk"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect),
        )

    async def close(self) -> None:
        """Close what was opened here; a session of the caller's stays open."""
        http, self._http = self._http, None
        self._idle_timeouts.stop()
        # A reader would wait for ever: aiohttp closes the connection and does not tell the reader.
        for answer in list(self._streams):
            answer.close()
        if http is not None and http is not self._given:
            await http.close()

    async def exchange(self, request: Request, token: Token | None, attempt: Attempt) -> Response:
        """Send the request once and read its answer whole.

        Of an error no more than ``SHORT_ANSWER`` is read, and of the answer to a request without a token.

        Args:
            request: what to send.
            token: what the request carries; None for one without.
            attempt: what records the moment of sending.

        Raises:
            NotSent: it surely never reached the server.
            ReplyLost: it may have.
            AnswerTooLong: an answer that is no error is too long.
        """
        self._idle_timeouts.watch(attempt)
        try:
            answer = await self._request(request, token, attempt, self._options)
            longest = SHORT_ANSWER if answer.status >= 300 or token is None else self._answer_bytes
            # read() gives the connection back, or closes it if it fails or is cancelled.
            body = await (answer.read() if answer.content.is_eof() else _whole(answer, attempt, longest))
            if len(body) > longest:
                _refuse_success(answer, longest)
                body = body[:longest]
        except BaseException as error:
            ended_by_us = attempt.timed_out and attempt.takes_back_cancel()
            if isinstance(error, (aiohttp.ClientError, OSError)):
                raise _transport_error(error, attempt) from None
            if ended_by_us and isinstance(error, asyncio.CancelledError):
                raise ReplyLost("The server did not answer in time; the call may have acted.") from None
            raise
        finally:
            self._idle_timeouts.forget(attempt)
        return response_of(answer.status, answer.headers, body)

    @asynccontextmanager
    async def stream(
        self, request: Request, token: Token | None, attempt: Attempt
    ) -> AsyncGenerator[tuple[Response, AsyncIterator[bytes]]]:
        """Send the request once and give its answer without its body, and the body piece by piece."""
        async with AsyncExitStack() as stack:
            try:
                answer = await stack.enter_async_context(
                    self._request(request, token, attempt, self._stream_options)
                )
            except (aiohttp.ClientError, OSError) as error:
                raise _transport_error(error, attempt) from None
            self._streams.add(answer)
            stack.callback(self._streams.discard, answer)
            yield Response(answer.status, answer.headers), _pieces(answer, attempt)

    def _request(self, request: Request, token: Token | None, attempt: Attempt, options: Mapping[str, Any]) -> Any:
        if self._http is None or (self._given and self._http.closed):
            raise NotSent("The connection is closed.")
        body, kind = body_of(request, attempt)
        if body is None:
            options = {**options, "skip_auto_headers": _NO_KIND}
        current_attempt.set(attempt)
        return self._http.request(
            request.method,
            URL.build(
                scheme=self._scheme,
                authority=self._authority,
                path=self._prefix + request.path,
                query_string=query_of(request.query) if request.query else "",
                encoded=True,
            ),
            data=body,
            # The body tells its content type, but not against a header that the program's session sends always.
            headers=headers_of(kind if self._given else None, token),
            allow_redirects=False,
            **options,
        )


def _checked(base_url: str) -> URL:
    """The address of the server.

    Raises:
        InvalidArgument: it cannot be one.
    """
    try:
        url = URL(base_url)
        (url.raw_host or "").encode("idna")  # what the look-up of the name would refuse later
        odd = url.query_string or url.fragment or url.raw_user or url.raw_password
        if url.scheme in {"http", "https"} and url.host and not odd:
            return url
    except (TypeError, ValueError):
        pass
    # The message does not show it: it may hold a password.
    raise InvalidArgument(
        "base_url must be http or https, with a host and without a user or a query: use asyncsdk.US or EU."
    )


async def _whole(answer: aiohttp.ClientResponse, attempt: Attempt, longest: int) -> bytes:
    """The body of an answer that is still arriving, as far as it is wanted; each piece is progress.

    Raises:
        AnswerTooLong: a success is longer than ``longest`` bytes.
    """
    attempt.progress()
    pieces: list[bytes] = []
    size = 0
    try:
        # aiohttp decompresses no more at a time than it is asked for, so that a bomb is noticed by its size.
        async for piece in answer.content.iter_any():
            attempt.progress()
            pieces.append(piece)
            size += len(piece)
            if size > longest:
                _refuse_success(answer, longest)
                answer.close()
                break
    except BaseException:
        answer.close()
        raise
    answer.release()
    return b"".join(pieces)


def _refuse_success(answer: aiohttp.ClientResponse, longest: int) -> None:
    """Refuse a success that is too long: it is worth nothing without its end, as an error is.

    Raises:
        AnswerTooLong: it is a success.
    """
    if answer.status >= 300:
        return
    request_id = answer.headers.get("x-request-id")
    raise AnswerTooLong(
        f"The server's answer is longer than the {longest:,} bytes that are read of it (HTTP {answer.status},"
        f" request {request_id}). Limits.answer_bytes says how long the answer to a call may be.",
        status=answer.status,
        request_id=request_id,
    )


async def _pieces(answer: aiohttp.ClientResponse, attempt: Attempt) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.content.iter_chunked(PIECE):
            yield piece
    except (aiohttp.ClientError, OSError) as error:
        raise _transport_error(error, attempt) from None


def _transport_error(error: Exception, attempt: Attempt) -> TransportError:
    """The library's error for one of aiohttp's; not chained, as its text can hold the URL, hence an address."""
    reason = getattr(error, "strerror", None) or type(error).__name__
    if isinstance(error, _NOT_SENT) or not attempt.sent:
        return NotSent(f"The server could not be reached: {reason}. Nothing was sent.")
    if isinstance(error, (aiohttp.ServerTimeoutError, TimeoutError)):
        return ReplyLost("The server did not answer in time; the call may have acted.")
    return ReplyLost(f"The connection broke before the answer came ({reason}); the call may have acted.")
