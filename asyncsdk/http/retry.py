"""Retry rule: what follows a failed attempt, by what is known of it and by what repeating it would do.

=================================  ==========  ==========  ======
after                              READ        IDEMPOTENT  UNSAFE
=================================  ==========  ==========  ======
the request surely was not sent    again       again       again
429, or a body that says the same  again       again       again
401                                new token   new token   new token
407, 421, 425                      again       again       again
the answer was lost                again       again       error
any other trouble of the way       again       again       error
5xx                                again       again       error
anything else                      error       error       error
=================================  ==========  ==========  ======

What proves that nothing was done: 429 and 401 are said before Act-On looks at a call. 421 is said by a server that
is not the one the call is for (RFC 9110, 15.5.20), 425 by one that will not risk to act on it (RFC 8470, 5.2), and
407 by a proxy that passes nothing on without its own credentials (RFC 9110, 15.5.8). 408 and 499 prove nothing:
gateways say them as well where the server behind them was slow, and may have acted.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Final, TypeAlias

from attrs import field, frozen

from asyncsdk.errors import (
    ActOnError,
    AuthenticationFailed,
    GatewayError,
    NotSent,
    RateLimited,
    ReplyLost,
    ServerError,
)
from asyncsdk.http.messages import Effect
from asyncsdk.validators import number, whole_number

__all__ = [
    "BackoffDelays",
    "Fail",
    "RenewToken",
    "Retry",
    "RetryBudget",
    "RetryPolicy",
    "Verdict",
    "may_have_acted",
    "surely_undone",
    "verdict",
]


@frozen
class RetryPolicy:
    """How often and how long a call is tried."""

    attempts: int = field(default=4, validator=whole_number(1))
    """Attempts in all, the first one included."""

    base: float = field(default=0.5, validator=number(above=0))
    """The first wait is up to so many seconds; each further one up to twice as many."""

    cap: float = field(default=30.0, validator=number(above=0))
    """No wait is longer than this many seconds, unless the server asks for it by ``Retry-After``."""


@frozen
class Retry:
    """Try again after a wait of so many seconds; None: as the policy says."""

    after: float | None
    throttled: bool = False


@frozen
class RenewToken:
    """Get another token, then try again."""


@frozen
class Fail:
    """Raise the error."""


Verdict: TypeAlias = Retry | RenewToken | Fail

_AGAIN: Final = Retry(None)

_UNDONE: Final = frozenset({407, 421, 425})
"""By these a gateway says that it has passed nothing on."""


def verdict(error: ActOnError, effect: Effect, retry_after: float | None) -> Verdict:
    """Decide what follows a failed attempt. Pure."""
    if isinstance(error, NotSent):
        return _AGAIN
    if isinstance(error, RateLimited):
        return Retry(retry_after, throttled=True)
    if isinstance(error, AuthenticationFailed) and error.status == 401:
        return RenewToken()
    if _passed_nothing_on(error) or (isinstance(error, (ReplyLost, ServerError)) and effect is not Effect.UNSAFE):
        return Retry(retry_after)
    return Fail()


def surely_undone(error: ActOnError) -> bool:
    """Whether a failed attempt proves that the server has done nothing of what it asked. Pure."""
    if isinstance(error, AuthenticationFailed):
        return error.status == 401
    return isinstance(error, (NotSent, RateLimited)) or _passed_nothing_on(error)


def may_have_acted(error: ActOnError) -> bool:
    """Whether a failed attempt leaves open what the server has done. Pure."""
    return isinstance(error, (ReplyLost, ServerError)) and not surely_undone(error)


def _passed_nothing_on(error: ActOnError) -> bool:
    return isinstance(error, GatewayError) and error.status in _UNDONE


class BackoffDelays:
    """Exponential backoff of one call, with full jitter, so that callers that failed together part.

    Args:
        policy: the first delay and the longest.
        jitter: draws a delay below the bound that it is given; by default from all of them alike.
    """

    def __init__(self, policy: RetryPolicy, jitter: Callable[[float], float] | None = None) -> None:
        # Most programs never wait between two attempts: the import is left to those that do.
        import backoff

        self._jitter: Callable[[float], float] = jitter or backoff.full_jitter
        self._bounds: Generator[float | None, None, None] = backoff.expo(2, policy.base, policy.cap)
        next(self._bounds)  # backoff's generators start with a value for their decorator

    def next(self) -> float:
        """Seconds to wait now."""
        return self._jitter(next(self._bounds) or 0.0)


class RetryBudget:
    """Retries of a whole session: a failing server is not hammered by everybody's retries at once.

    Each retry takes one; each success gives back a tenth. At first there are as many as are allowed.
    """

    ALLOWED: Final = 20
    SUCCESSES: Final = 10
    """So many successes give back a retry."""

    def __init__(self) -> None:
        self._full = self._left = self.ALLOWED * self.SUCCESSES

    def take(self) -> bool:
        """Take a retry, if one is left."""
        if self._left < self.SUCCESSES:
            return False
        self._left -= self.SUCCESSES
        return True

    def succeeded(self) -> None:
        """Give back a part of a retry."""
        if self._left < self._full:
            self._left += 1
