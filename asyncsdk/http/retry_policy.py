"""Retry rule: what follows a failed attempt, by what is known of it and by what repeating it would do.

=================================  ==========  ==========  ======
after                              READ        IDEMPOTENT  UNSAFE
=================================  ==========  ==========  ======
the place in the limits expired    at once     at once     at once
the request surely was not sent    again       again       again
429, or a body that says the same  again       again       again
401                                new token   new token   new token
407, 421, 425                      again       again       again
the answer was lost                again       again       error
any other error of a gateway       again       again       error
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
from enum import Enum
from typing import Final, TypeAlias

from attrs import field, frozen

from asyncsdk.errors import (
    ActOnError,
    AuthenticationFailed,
    GatewayError,
    NotSent,
    PlaceExpired,
    RateLimited,
    ReplyLost,
    ServerError,
)
from asyncsdk.http.messages import Effect
from asyncsdk.validators import number, whole_number

__all__ = [
    "BackoffDelays",
    "Evidence",
    "NextStep",
    "Retry",
    "RetryBudget",
    "RetryPolicy",
    "Verdict",
    "evidence_of",
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


class NextStep(Enum):
    """What follows where nothing is to be known but the step."""

    ASK_FOR_PLACE = "ask for a place"
    """Get another place in the limits and try again at once; it was no attempt."""

    RENEW = "renew"
    """Get another token, then try again."""

    FAIL = "fail"
    """Raise the error."""


Verdict: TypeAlias = Retry | NextStep

_AGAIN: Final = Retry(None)


class Evidence(Enum):
    """Proof: what a failed attempt shows about the server."""

    NOTHING_DONE = "nothing done"
    """The server has done nothing."""

    UNKNOWN = "unknown"
    """The server may have acted."""

    ANSWERED = "answered"
    """The server has said how the call ended."""


_EVIDENCE: Final[tuple[tuple[type[ActOnError], frozenset[int] | None, Evidence], ...]] = (
    (NotSent, None, Evidence.NOTHING_DONE),
    (RateLimited, None, Evidence.NOTHING_DONE),
    (AuthenticationFailed, frozenset({401}), Evidence.NOTHING_DONE),
    (GatewayError, frozenset({407, 421, 425}), Evidence.NOTHING_DONE),
    (ReplyLost, None, Evidence.UNKNOWN),
    (ServerError, None, Evidence.UNKNOWN),
)
"""Errors, their statuses (None: any), and what they prove; the first that fits. All others are answers."""


def evidence_of(error: ActOnError) -> Evidence:
    """Classify a failed attempt by what it shows about the server. Pure."""
    status = getattr(error, "status", None)
    for kind, statuses, evidence in _EVIDENCE:
        if isinstance(error, kind) and (statuses is None or status in statuses):
            return evidence
    return Evidence.ANSWERED


def verdict(error: ActOnError, effect: Effect, retry_after: float | None) -> Verdict:
    """Decide what follows a failed attempt. Pure."""
    if isinstance(error, PlaceExpired):
        return NextStep.ASK_FOR_PLACE
    if isinstance(error, NotSent):
        return _AGAIN
    if isinstance(error, RateLimited):
        return Retry(retry_after, throttled=True)
    evidence = evidence_of(error)
    if evidence is Evidence.NOTHING_DONE and isinstance(error, AuthenticationFailed):
        return NextStep.RENEW
    repeatable = evidence is Evidence.UNKNOWN and effect is not Effect.UNSAFE
    return Retry(retry_after) if repeatable or evidence is Evidence.NOTHING_DONE else NextStep.FAIL


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
    """Successes that give back one retry."""

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
