"""From a request to an answer: a loop of attempts, each with its own token, place and body.

::

    token     who am I            single flight, keyed by the token that was refused
    place     when may I          every attempt takes its own
    wire      say it              the body is made anew for each attempt
    verdict   what now            done, again, another token, or give up
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from email.utils import parsedate_to_datetime
from functools import partial
from math import isfinite
from types import TracebackType
from typing import Final, TypeVar

from asyncsdk import clock
from asyncsdk.books import Bookkeeper
from asyncsdk.envelopes import error_of, no_file_in, refusal_in_text, says_throttled
from asyncsdk.errors import ActOnError, InvalidArgument, NotSent, TransportError
from asyncsdk.inflight import Call, Calls
from asyncsdk.limits import Place, RateLimiter
from asyncsdk.message import CallCount, Effect, Lane, Request, Response
from asyncsdk.renewal import TokenSource
from asyncsdk.retry import Again, Renew, RetryBudget, RetryPolicy, Waits, surely_undone, verdict
from asyncsdk.tokens import Token
from asyncsdk.upload import Upload
from asyncsdk.wire import Wire

__all__ = ["Transport"]

T = TypeVar("T")
_log = logging.getLogger("asyncsdk")

RENEWALS: Final = 2
"""How often one call may find its token refused."""


class Transport:
    """Sends requests on behalf of one session."""

    def __init__(
        self,
        *,
        wire: Wire,
        limiter: RateLimiter,
        books: Bookkeeper,
        tokens: Callable[[Transport], TokenSource],
        policy: RetryPolicy,
        upload_bytes: int,
    ) -> None:
        self._wire = wire
        self._limiter = limiter
        self._books = books
        self._policy = policy
        self._upload_bytes = upload_bytes
        self._budget = RetryBudget()
        self.calls = Calls()
        self.tokens = tokens(self)

    async def send(
        self, request: Request, lane: Lane = Lane.INTERACTIVE, *, count: CallCount | None = None
    ) -> Response:
        """Send a request until it is answered, refused, or given up.

        Args:
            request: what to send.
            lane: whose turn it is.
            count: counts the attempts.

        Raises:
            APIError: the server refused it.
            QuotaExhausted: a budget is spent.
            TransportError: the network failed.
        """
        if request.multipart is not None:
            self._check_files(request.multipart)
        with Call(self.calls) as call:
            exchange = partial(self._wire.exchange, request)
            return await self._attempts(request, lane, call, exchange, _answer, count)

    @asynccontextmanager
    async def stream(
        self,
        request: Request,
        lane: Lane = Lane.INTERACTIVE,
        *,
        whatever: bool = False,
        count: CallCount | None = None,
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Send a request like ``send`` does, and give the body of its answer piece by piece.

        Args:
            request: what to send.
            lane: whose turn it is.
            whatever: whether the file may be of any kind; else it is rows, and JSON is none.
            count: counts the attempts.

        Raises:
            ReplyLost: the answer broke off; what was given is a part of it.
        """
        async with AsyncExitStack() as stack:

            async def attempt(bearer: str, place: Place) -> tuple[Response, AsyncIterator[bytes] | None]:
                opened = self._wire.stream(request, bearer, place)
                answer, pieces = await stack.enter_async_context(opened)
                first = await anext(pieces, b"")
                if answer.status < 300 and (_begins_a_file(first) or (whatever and not _refuses(answer, first))):
                    return answer, _joined(first, pieces)
                body = first + b"".join([piece async for piece in pieces])
                return Response(answer.status, answer.headers, body), None

            with Call(self.calls) as call:
                answer, pieces = await self._attempts(request, lane, call, attempt, lambda given: given[0], count)
            if pieces is None:
                raise no_file_in(answer)
            yield pieces

    async def post_token(self, form: Mapping[str, str], login: bool) -> Response:
        """Post a form to ``/token``, once, whatever comes back.

        A login is entered in the store before it is sent: it counts even if the process dies now.
        """
        if login:
            await self._books.balance()
        place = await self._limiter.acquire(Lane.TOKEN, login=login)
        if login:
            await self._enter(place)
        request = Request("POST", "/token", form=form, effect=Effect.UNSAFE)
        with _At(place, self._books):
            response = await self._wire.exchange(request, None, place)
        if response.status == 429:
            self._limiter.throttled(_retry_after(response))
        return response

    async def _enter(self, place: Place) -> None:
        """Enter a login that is about to be sent; if that fails, it is not sent."""
        try:
            await self._books.balance()
        except BaseException:
            place.unused()
            raise

    async def _attempts(
        self,
        request: Request,
        lane: Lane,
        call: Call,
        attempt: Callable[[str, Place], Awaitable[T]],
        answer: Callable[[T], Response],
        count: CallCount | None,
    ) -> T:
        waits: Waits | None = None
        renewals = RENEWALS
        tries = self._policy.attempts
        while True:
            token, place = await self._token_and_place(lane)
            error: ActOnError
            retry_after: float | None = None
            call.on_wire = True
            if count is not None:
                count.made += 1
            try:
                with _At(place, self._books):
                    given = await attempt(token.access_token, place)
            except TransportError as failure:
                error = failure
                if count is not None and isinstance(failure, NotSent):
                    count.made -= 1
            else:
                response = answer(given)
                if response.status < 300 and not says_throttled(response):
                    self._budget.succeeded()
                    return given
                error, retry_after = error_of(response), _retry_after(response)
            call.on_wire = False
            if surely_undone(error):
                _tell_refused(request)
            decision = verdict(error, request.effect, retry_after)
            if isinstance(decision, Renew):
                renewals -= 1
                if renewals < 0:
                    raise error
                await self.tokens.renewed(token)
                continue
            tries -= 1
            if not isinstance(decision, Again):
                raise error
            if decision.throttled:
                self._limiter.throttled(decision.after)
            if tries <= 0 or not (decision.throttled or self._budget.take()):
                raise error
            _log.info("%s: trying again (%s).", request.method, type(error).__name__)
            if not decision.throttled:
                waits = waits or Waits(self._policy)
                await asyncio.sleep(waits.next() if decision.after is None else decision.after)

    async def _token_and_place(self, lane: Lane) -> tuple[Token, Place]:
        """A good token and a place; a token that expired while the call stood in line is renewed once."""
        if self.tokens.ready() is None:
            await self.tokens.renewed()
        place = await self._limiter.acquire(lane)
        token = self.tokens.ready()
        if token is not None:
            return token, place
        place.unused()
        token = await self.tokens.renewed()
        place = await self._limiter.acquire(lane)
        # One that expires at once is tried all the same: the server has the last word on it.
        return self.tokens.ready() or token, place

    def _check_files(self, parts: Mapping[str, str | Upload]) -> None:
        for part in parts.values():
            if isinstance(part, Upload):
                part.check(self._upload_bytes)


def _tell_refused(request: Request) -> None:
    """Tell the senders of files that the server has nothing of them, before anything is waited for."""
    for part in (request.multipart or {}).values():
        if isinstance(part, Upload) and part.on_refused is not None:
            part.on_refused()


class _At:
    """An exchange at its place: the limiter is told what became of it."""

    __slots__ = ("_books", "_place")

    def __init__(self, place: Place, books: Bookkeeper) -> None:
        self._place = place
        self._books = books

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._place.answered()
            self._books.touch()
        elif issubclass(kind, (NotSent, InvalidArgument)):
            self._place.unused()
        else:
            self._place.lost()


def _answer(response: Response) -> Response:
    return response


def _begins_a_file(first: bytes) -> bool:
    """Whether a body is rows, and not a refusal or a page that came with a success, or nothing at all."""
    start = first.lstrip()[:1]
    return start not in (b"", b"{", b"<")


def _refuses(answer: Response, first: bytes) -> bool:
    """Whether a body that may be of any kind is a refusal or a gateway's page all the same."""
    page = first.lstrip()[:1] == b"<" and "html" in answer.headers.get("Content-Type", "")
    return page or refusal_in_text(first)


async def _joined(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


def _retry_after(response: Response) -> float | None:
    """Seconds, from either form of the header; Act-On has never been seen to send it."""
    told = response.headers.get("Retry-After")
    if told is None:
        return None
    try:
        seconds = float(told)
        return max(0.0, seconds) if isfinite(seconds) else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - clock.wall())
    except ValueError:
        return None
