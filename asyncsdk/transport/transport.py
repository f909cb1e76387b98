"""From a request to an answer: a loop of attempts, each with its own token, place and body.

::

    token     who am I            single flight, keyed by the token that was refused
    place     when may I          every attempt takes its own
    wire      say it              the body is made anew for each attempt
    verdict   what now            done, again, another token, or give up
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TypeVar

from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.token_source import TokenSource
from asyncsdk.auth.tokens import Token
from asyncsdk.files.upload import Upload
from asyncsdk.http.error_bodies import no_file_in, says_throttled
from asyncsdk.http.file_response import begins_rows, bytes_of, joined, refuses
from asyncsdk.http.messages import Request, Response
from asyncsdk.http.retry import RetryPolicy
from asyncsdk.http.retry_after import retry_after
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.rate_limiter import Place, RateLimiter
from asyncsdk.transport import SHORT_ANSWER, Connection
from asyncsdk.transport.attempts import AtPlace, Attempts
from asyncsdk.transport.open_calls import OpenCall, OpenCalls
from asyncsdk.transport.options import DEFAULT_OPTIONS, CallOptions

__all__ = ["Transport"]

T = TypeVar("T")
_log = logging.getLogger("asyncsdk")


class Transport:
    """Sends requests on behalf of one session."""

    def __init__(
        self,
        *,
        wire: Connection,
        limiter: RateLimiter,
        books: QuotaSync,
        tokens: Callable[[Transport], TokenSource],
        policy: RetryPolicy,
        limits: Limits,
    ) -> None:
        self._wire = wire
        self._limiter = limiter
        self._books = books
        self._limits = limits
        self.calls: OpenCalls = OpenCalls()
        self.tokens: TokenSource = tokens(self)
        self._attempts = Attempts(limiter=limiter, books=books, tokens=self.tokens, policy=policy, limits=limits)

    async def send(self, request: Request, options: CallOptions = DEFAULT_OPTIONS) -> Response:
        """Send a request until it is answered, refused, or given up.

        Args:
            request: what to send.
            options: how.

        Raises:
            APIError: the server refused it.
            QuotaExhausted: a budget is spent.
            TransportError: the network failed.
        """
        if request.multipart is not None:
            self._check_files(request.multipart)
        with OpenCall(self.calls) as call:
            exchange = partial(self._wire.exchange, request, longest=self._limits.answer_bytes)
            return await self._attempts.until_done(request, options, call, exchange, _answer)

    @asynccontextmanager
    async def stream(
        self,
        request: Request,
        options: CallOptions = DEFAULT_OPTIONS,
        *,
        whatever: bool = False,
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Send a request like ``send`` does, and give the body of its answer piece by piece.

        Args:
            request: what to send.
            options: how.
            whatever: whether the file may be of any kind; else it is rows, and JSON is none.

        Raises:
            ReplyLost: the answer broke off; what was given is a part of it.
        """
        async with AsyncExitStack() as stack:

            async def attempt(token: Token, place: Place) -> tuple[Response, AsyncIterator[bytes] | None]:
                async with AsyncExitStack() as opening:
                    opened = self._wire.stream(request, token, place)
                    answer, pieces = await opening.enter_async_context(opened)
                    first = await anext(pieces, b"")
                    if answer.status < 300 and (begins_rows(first) or (whatever and not refuses(answer, first))):
                        await stack.enter_async_context(opening.pop_all())
                        return answer, joined(first, pieces)
                    body = await bytes_of(first, pieces, SHORT_ANSWER)
                    return Response(answer.status, answer.headers, body), None

            with OpenCall(self.calls) as call:
                answer, pieces = await self._attempts.until_done(
                    request, options, call, attempt, lambda given: given[0]
                )
            if pieces is None:
                raise no_file_in(answer)
            yield pieces

    async def post_token(self, request: Request, login: bool) -> Response:
        """Send a request to ``/token``, once, whatever comes back.

        A login is entered in the store before it is sent: it counts even if the process dies now.
        """
        if login:
            await self._books.balance()
        place = await self._limiter.acquire(Lane.TOKEN, login=login)
        if login:
            await self._enter(place)
        with AtPlace(place, self._books):
            response = await self._wire.exchange(request, None, place, longest=SHORT_ANSWER)
        if response.status == 429 or says_throttled(response):
            self._limiter.throttled(retry_after(response))
        return response

    async def _enter(self, place: Place) -> None:
        """Enter a login that is about to be sent; if that fails, it is not sent."""
        try:
            await self._books.balance()
        except BaseException:
            place.unused()
            raise

    def _check_files(self, parts: Mapping[str, str | Upload]) -> None:
        for part in parts.values():
            if isinstance(part, Upload):
                part.check(self._limits.upload_bytes)


def _answer(response: Response) -> Response:
    return response
