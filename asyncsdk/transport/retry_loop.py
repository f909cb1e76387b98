"""Retry loop: a call is attempted until it is answered, refused, or given up.

An attempt takes a good token and a place in the limits, and is one exchange of a request for a response. After one
that failed comes another place, another token, or a wait; or the call ends with its error.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from datetime import UTC, datetime
from math import inf
from typing import Final, TypeVar

from asyncsdk import clock
from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.token_source import TokenSource
from asyncsdk.auth.tokens import Token
from asyncsdk.errors import (
    ActOnError,
    AuthenticationFailed,
    FleetUnavailable,
    InvalidArgument,
    PermissionDenied,
    QuotaExhausted,
    SessionClosed,
    StoreFailed,
    TokenUnavailable,
    TransportError,
)
from asyncsdk.http.error_bodies import error_from_response, says_throttled
from asyncsdk.http.messages import Response
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.http.retry_after import retry_after
from asyncsdk.http.retry_policy import (
    BackoffDelays,
    NextStep,
    Retry,
    RetryBudget,
    RetryPolicy,
)
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.protocol import Place, RateLimiter
from asyncsdk.transport.attempt import Attempt
from asyncsdk.transport.call_state import CallState, Failure, failed_attempt
from asyncsdk.transport.expired_places import no_more_places

__all__ = ["RetryLoop"]

R = TypeVar("R", bound=Response)
_log = logging.getLogger("asyncsdk")

_NO_TOKEN: Final = (
    AuthenticationFailed,
    FleetUnavailable,
    PermissionDenied,
    QuotaExhausted,
    SessionClosed,
    StoreFailed,
    TokenUnavailable,
)
"""Errors of getting a token that mean the same for the call; all others are failures of the token endpoint."""


class RetryLoop:
    """Retry loop for the calls of one session.

    Args:
        limiter: gives each attempt its place.
        quota_sync: writes into the store that calls were made.
        tokens: gives each attempt its token.
        policy: how often a call is attempted.
        limits: how long a pause may be.
        pauses: how long one is.
    """

    def __init__(
        self,
        *,
        limiter: RateLimiter,
        quota_sync: QuotaSync,
        tokens: TokenSource,
        policy: RetryPolicy,
        limits: Limits,
        pauses: PausePolicy,
    ) -> None:
        self._limiter = limiter
        self._quota_sync = quota_sync
        self._tokens = tokens
        self._policy = policy
        self._limits = limits
        self._pauses = pauses
        self._budget = RetryBudget()

    async def send(self, call: CallState[R]) -> R:
        """Attempt a call until an attempt succeeds.

        Raises:
            ActOnError: nothing is left to try.
        """
        with call:
            while True:
                if self._tokens.ready() is None:
                    await self._renewal(call)
                place = await self._place(call)
                token = self._tokens.ready()
                if token is None:  # it expired during the wait for the place
                    token, place = await self._renewed(call, place)
                if call.unsafe_calls is not None or call.options.before_attempt is not None:
                    await _before_attempt(call, place)
                call.on_wire = True
                attempt = Attempt(place, call.task, self._quota_sync, call.options.counter)
                try:
                    exchanging = call.exchange(call.request, token, attempt)
                    response = await (exchanging if call.recorder is None else call.recorder.attempt(exchanging))
                except BaseException as error:
                    attempt.failed(error)
                    if not isinstance(error, TransportError):
                        raise
                    failure = failed_attempt(call, error, None)
                else:
                    attempt.answered()
                    if call.options.on_response is not None:
                        call.options.on_response(response)
                    if response.status < 300 and not says_throttled(response):
                        self._budget.succeeded()
                        return response
                    failure = failed_attempt(call, error_from_response(response), retry_after(response))
                await self._after_failure(call, failure, token)

    async def _after_failure(self, call: CallState[R], failure: Failure, refused: Token) -> None:
        """Get ready for the next attempt: another place, another token, or a wait.

        Raises:
            ActOnError: there is none.
        """
        if failure.verdict is NextStep.ASK_FOR_PLACE:
            call.places_left -= 1
            if not call.places_left:
                raise no_more_places() from failure.error
            call.record_retry(failure.error)
        elif failure.verdict is NextStep.RENEW:
            call.renewals_left -= 1
            if call.renewals_left < 0:
                raise failure.error
            call.record_retry(failure.error)
            await self._renewal(call, refused)
        else:
            await self._before_retry(call, failure)

    async def _before_retry(self, call: CallState[R], failure: Failure) -> None:
        """Wait until the next attempt may be made.

        Raises:
            ActOnError: there is none.
        """
        error, decision = failure.error, failure.verdict
        if not isinstance(decision, Retry):
            raise error
        if decision.throttled and call.options.place is None:
            self._limiter.throttled(self._pause_for_all(decision.after))
            if call.recorder is not None:
                call.recorder.throttled(decision.after)
        if decision.after is not None and decision.after > self._limits.longest_pause:
            raise _too_long(decision.after, self._limits.longest_pause) from error
        call.attempts_left -= 1
        if call.attempts_left <= 0 or not (decision.throttled or self._budget.take()):
            raise error
        _log.info(
            "%s: trying again (%s).",
            call.request.method,
            type(error).__name__,
            extra={
                "acton_event": "retry",
                "acton_method": call.request.method,
                "acton_error": type(error).__name__,
            },
        )
        if decision.throttled:
            call.record_retry(error)
            return
        call.waits = call.waits or BackoffDelays(self._policy)
        seconds = self._pauses.seconds(call.waits.next() if decision.after is None else decision.after)
        call.record_retry(error, seconds)
        await asyncio.sleep(seconds)

    def _pause_for_all(self, asked: float | None) -> float | None:
        """Seconds that all calls wait after a 429; one too long to be waited for stays as it is, to be refused."""
        longest = min(self._limits.longest_pause, self._limits.max_wait or inf)
        if not self._pauses.is_short or (asked is not None and asked > longest):
            return asked
        return self._pauses.longest if asked is None else self._pauses.seconds(asked)

    async def _renewed(self, call: CallState[R], place: Place) -> tuple[Token, Place]:
        """Another token, renewed once, and another place for it."""
        place.unused()
        token = await self._renewal(call)
        place = await self._place(call)
        # One that expires at once is used all the same: the server decides.
        return self._tokens.ready() or token, place

    def _place(self, call: CallState[R]) -> Awaitable[Place]:
        options = call.options
        place = self._limiter.acquire(options.lane) if options.place is None else options.place(self._limiter)
        return place if call.recorder is None else call.recorder.place(options.lane.value, place)

    def _renewal(self, call: CallState[R], refused: Token | None = None) -> Awaitable[Token]:
        renewal = self._renew(refused)
        return renewal if call.recorder is None else call.recorder.token(renewal)

    async def _renew(self, refused: Token | None = None) -> Token:
        """Get another token. An answer of ``/token`` is never raised as the answer to the call.

        Raises:
            TokenUnavailable: there is none now.
        """
        try:
            return await self._tokens.renew(refused)
        except _NO_TOKEN:
            raise
        except InvalidArgument as error:
            raise AuthenticationFailed(f"The credentials cannot be sent: {error}", status=0) from error
        except ActOnError as error:
            if type(error) is ActOnError:  # a wrong step of the program's, such as a limiter in two event loops
                raise
            why = str(error).removesuffix(" Nothing was sent.").removesuffix(".")
            raise TokenUnavailable(f"There is no token now: {why}. Nothing was sent.") from error


async def _before_attempt(call: CallState[R], place: Place) -> None:
    """Await what comes before an attempt; the place goes to the next call if that fails."""
    try:
        if call.unsafe_calls is not None:
            await call.unsafe_calls.leaves()
        if call.options.before_attempt is not None:
            await call.options.before_attempt()
    except BaseException:
        place.unused()
        raise


def _too_long(pause: float, longest: float) -> QuotaExhausted:
    until = datetime.fromtimestamp(clock.wall() + pause, UTC)
    return QuotaExhausted(
        "pause",
        pause,
        f"The server asks to wait for {pause:,.0f} s, until {until:%Y-%m-%d %H:%M} UTC. That is longer than"
        f" Limits.longest_pause, {longest:g} s, so nothing is waited for. The call was not carried out.",
    )
