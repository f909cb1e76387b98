"""One call until it is answered, refused, or given up: a loop of attempts, each with its own token and place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TypeVar

from attrs import frozen

from asyncsdk import clock
from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.token_source import TokenSource
from asyncsdk.auth.tokens import Token
from asyncsdk.errors import (
    ActOnError,
    AuthenticationFailed,
    InvalidArgument,
    NotSent,
    PermissionDenied,
    QuotaExhausted,
    SessionClosed,
    StoreFailed,
    TokenUnavailable,
    TransportError,
)
from asyncsdk.files.upload import Upload
from asyncsdk.http.call_count import CallCount
from asyncsdk.http.error_bodies import error_from_response, says_throttled
from asyncsdk.http.messages import Effect, Request, Response
from asyncsdk.http.retry import (
    BackoffDelays,
    RenewToken,
    Retry,
    RetryBudget,
    RetryPolicy,
    may_have_acted,
    surely_undone,
    verdict,
)
from asyncsdk.http.retry_after import retry_after
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.rate_limiter import Place, RateLimiter
from asyncsdk.transport.open_calls import OpenCall
from asyncsdk.transport.options import CallOptions

__all__ = ["AtPlace", "Attempts"]

T = TypeVar("T")
_log = logging.getLogger("asyncsdk")

RENEWALS: Final = 2
"""How often one call may find its token refused."""

_NO_TOKEN: Final = (
    AuthenticationFailed,
    PermissionDenied,
    QuotaExhausted,
    SessionClosed,
    StoreFailed,
    TokenUnavailable,
)
"""What getting a token may end in, and means the same for the call; all else is trouble of the token endpoint."""


@frozen
class _Failure:
    """One attempt that failed."""

    error: ActOnError
    retry_after: float | None = None
    """Seconds that the server asks to wait."""


class _Left:
    """What is left to one call."""

    __slots__ = ("renewals", "tries", "waits")

    def __init__(self, policy: RetryPolicy) -> None:
        self.tries = policy.attempts
        self.renewals = RENEWALS
        self.waits: BackoffDelays | None = None


class Attempts:
    """Makes the attempts of all calls of one session.

    Args:
        limiter: gives each attempt its place.
        books: told that calls were made.
        tokens: gives each attempt its token.
        policy: how often a call is tried.
        limits: how long a pause may be.
    """

    def __init__(
        self,
        *,
        limiter: RateLimiter,
        books: QuotaSync,
        tokens: TokenSource,
        policy: RetryPolicy,
        limits: Limits,
    ) -> None:
        self._limiter = limiter
        self._books = books
        self._tokens = tokens
        self._policy = policy
        self._limits = limits
        self._budget = RetryBudget()

    async def until_done(
        self,
        request: Request,
        options: CallOptions,
        call: OpenCall,
        attempt: Callable[[Token, Place], Awaitable[T]],
        answer: Callable[[T], Response],
    ) -> T:
        """Make attempts until one succeeds.

        Args:
            request: what is asked.
            options: how.
            call: the call that the attempts belong to.
            attempt: makes one of them, with a token, at a place in the limits.
            answer: the server's answer in what an attempt gives.

        Raises:
            ActOnError: there is nothing more to try.
        """
        effect = options.effect or request.effect
        left = _Left(self._policy)
        while True:
            token, place = await self._token_and_place(options.lane)
            call.on_wire = True
            given = await self._attempt(token, place, attempt, answer, options.counter)
            if not isinstance(given, _Failure):
                return given
            call.on_wire = False
            _note(given.error, request, effect, call)
            await self._before_next(given, request, effect, token, left)

    async def _attempt(
        self,
        token: Token,
        place: Place,
        attempt: Callable[[Token, Place], Awaitable[T]],
        answer: Callable[[T], Response],
        count: CallCount | None,
    ) -> T | _Failure:
        """Make one attempt."""
        if count is not None:
            count.made += 1
        try:
            with AtPlace(place, self._books):
                given = await attempt(token, place)
        except (NotSent, InvalidArgument) as failure:
            if count is not None:
                count.made -= 1
            if isinstance(failure, InvalidArgument):
                raise
            return _Failure(failure)
        except TransportError as failure:
            return _Failure(failure)
        response = answer(given)
        if response.status < 300 and not says_throttled(response):
            self._budget.succeeded()
            return given
        return _Failure(error_from_response(response), retry_after(response))

    async def _before_next(
        self, failure: _Failure, request: Request, effect: Effect, token: Token, left: _Left
    ) -> None:
        """Do and wait for what must come before another attempt.

        Raises:
            ActOnError: there is no other attempt.
        """
        error = failure.error
        decision = verdict(error, effect, failure.retry_after)
        if isinstance(decision, RenewToken):
            left.renewals -= 1
            if left.renewals < 0:
                raise error
            await self._renewed(token)
            return
        if not isinstance(decision, Retry):
            raise error
        if decision.throttled:
            self._limiter.throttled(decision.after)
        if decision.after is not None and decision.after > self._limits.longest_pause:
            raise _too_long(decision.after, self._limits.longest_pause) from error
        left.tries -= 1
        if left.tries <= 0 or not (decision.throttled or self._budget.take()):
            raise error
        _log.info("%s: trying again (%s).", request.method, type(error).__name__)
        if not decision.throttled:
            left.waits = left.waits or BackoffDelays(self._policy)
            await asyncio.sleep(left.waits.next() if decision.after is None else decision.after)

    async def _token_and_place(self, lane: Lane) -> tuple[Token, Place]:
        """A good token and a place; a token that expired while the call stood in line is renewed once."""
        if self._tokens.ready() is None:
            await self._renewed()
        place = await self._limiter.acquire(lane)
        token = self._tokens.ready()
        if token is not None:
            return token, place
        place.unused()
        token = await self._renewed()
        place = await self._limiter.acquire(lane)
        # One that expires at once is tried all the same: the server has the last word on it.
        return self._tokens.ready() or token, place

    async def _renewed(self, refused: Token | None = None) -> Token:
        """Another token. What ``/token`` answers is never taken for the answer to a call.

        Raises:
            TokenUnavailable: there is none now.
        """
        try:
            return await self._tokens.renewed(refused)
        except _NO_TOKEN:
            raise
        except InvalidArgument as error:
            raise AuthenticationFailed(f"The credentials cannot be sent: {error}", status=0) from error
        except ActOnError as error:
            if type(error) is ActOnError:  # a wrong step of the program's, such as a limiter in two event loops
                raise
            why = str(error).removesuffix(" Nothing was sent.").removesuffix(".")
            raise TokenUnavailable(f"There is no token now: {why}. Nothing was sent.") from error


def _note(error: ActOnError, request: Request, effect: Effect, call: OpenCall) -> None:
    """Keep in mind what a failed attempt leaves open, whatever may follow it."""
    if surely_undone(error):
        if call.unsure is None:
            _tell_refused(request)
    elif may_have_acted(error):
        if effect is not Effect.READ:
            call.unsure = error
    elif call.unsure is not None:
        # The server's own word on this call, which tells more than that nobody knows.
        error.add_note("An earlier attempt of this call was left without an answer, and may have acted.")
        call.unsure = None


def _too_long(pause: float, longest: float) -> QuotaExhausted:
    until = datetime.fromtimestamp(clock.wall() + pause, UTC)
    return QuotaExhausted(
        "pause",
        pause,
        f"The server asks to wait for {pause:,.0f} s, until {until:%Y-%m-%d %H:%M} UTC. That is longer than"
        f" Limits.longest_pause, {longest:g} s, so nothing is waited for. The call was not carried out.",
    )


def _tell_refused(request: Request) -> None:
    """Tell the senders of files that the server has nothing of them, before anything is waited for."""
    for part in (request.multipart or {}).values():
        if isinstance(part, Upload) and part.on_refused is not None:
            part.on_refused()


class AtPlace:
    """An exchange at its place: the limiter is told what became of it."""

    __slots__ = ("_books", "_place")

    def __init__(self, place: Place, books: QuotaSync) -> None:
        self._place = place
        self._books = books

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._place.answered()
        elif issubclass(kind, (NotSent, InvalidArgument)):
            self._place.unused()
            return
        else:
            self._place.lost()
        self._books.touch()
