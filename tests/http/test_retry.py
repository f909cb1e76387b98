"""Retry rule: the whole table of failed attempts, the waits, and the session's budget of retries."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    Conflict,
    Effect,
    GatewayError,
    InvalidRequest,
    NotFound,
    NotSent,
    PayloadTooLarge,
    PermissionDenied,
    RateLimited,
    ReplyLost,
    RetryPolicy,
    ServerError,
)
from asyncsdk.errors import PlaceExpired, TokenUnavailable
from asyncsdk.http import retry_policy as retry
from asyncsdk.http.retry_policy import (
    BackoffDelays,
    Evidence,
    NextStep,
    Retry,
    RetryBudget,
    evidence_of,
    verdict,
)

AGAIN, TOKEN, ERROR = Retry(None), NextStep.RENEW, NextStep.FAIL
THROTTLED = Retry(None, throttled=True)
AT_ONCE = NextStep.ASK_FOR_PLACE


def refused(kind: type[APIError], status: int) -> APIError:
    """An error of the server."""
    return kind("x", status=status)


TABLE: list[tuple[str, ActOnError, Any, Any, Any]] = [
    ("the place in the limits expired", PlaceExpired("x"), AT_ONCE, AT_ONCE, AT_ONCE),
    ("the request surely was not sent", NotSent("x"), AGAIN, AGAIN, AGAIN),
    ("429, or a body that says the same", refused(RateLimited, 429), THROTTLED, THROTTLED, THROTTLED),
    ("429, or a body that says the same", refused(RateLimited, 200), THROTTLED, THROTTLED, THROTTLED),
    ("401", refused(AuthenticationFailed, 401), TOKEN, TOKEN, TOKEN),
    ("407, 421, 425", refused(GatewayError, 407), AGAIN, AGAIN, AGAIN),
    ("407, 421, 425", refused(GatewayError, 421), AGAIN, AGAIN, AGAIN),
    ("407, 421, 425", refused(GatewayError, 425), AGAIN, AGAIN, AGAIN),
    ("any other error of a gateway", refused(GatewayError, 408), AGAIN, AGAIN, ERROR),
    ("any other error of a gateway", refused(GatewayError, 499), AGAIN, AGAIN, ERROR),
    ("any other error of a gateway", refused(GatewayError, 302), AGAIN, AGAIN, ERROR),
    ("the answer was lost", ReplyLost("x"), AGAIN, AGAIN, ERROR),
    ("5xx", refused(ServerError, 500), AGAIN, AGAIN, ERROR),
    ("5xx", refused(ServerError, 503), AGAIN, AGAIN, ERROR),
    ("anything else", refused(AuthenticationFailed, 400), ERROR, ERROR, ERROR),
    ("anything else", refused(PermissionDenied, 403), ERROR, ERROR, ERROR),
    ("anything else", refused(NotFound, 404), ERROR, ERROR, ERROR),
    ("anything else", refused(InvalidRequest, 400), ERROR, ERROR, ERROR),
    ("anything else", refused(Conflict, 409), ERROR, ERROR, ERROR),
    ("anything else", refused(PayloadTooLarge, 413), ERROR, ERROR, ERROR),
]
WORDS = {"at once": (AT_ONCE,), "again": (AGAIN, THROTTLED), "new token": (TOKEN,), "error": (ERROR,)}


@pytest.mark.parametrize(("after", "error", "read", "idempotent", "unsafe"), TABLE)
def test_each_cell_of_the_table(after: str, error: ActOnError, read: Any, idempotent: Any, unsafe: Any) -> None:
    """What may be repeated depends on what is known and on what repeating would do, and on nothing else."""
    assert verdict(error, Effect.READ, None) == read
    assert verdict(error, Effect.IDEMPOTENT, None) == idempotent
    assert verdict(error, Effect.UNSAFE, None) == unsafe


def test_the_table_is_the_one_that_is_printed() -> None:
    """The table in the documentation has these rows and says the same in each cell."""
    printed = {
        line[:35].strip(): [line[35:47].strip(), line[47:59].strip(), line[59:].strip()]
        for line in (retry.__doc__ or "").split("=" * 33)[2].splitlines()[1:]
        if line.strip(" =")
    }
    assert set(printed) == {row[0] for row in TABLE}
    for after, _, *cells in TABLE:
        assert all(cell in WORDS[word] for cell, word in zip(cells, printed[after], strict=True))


def test_the_server_may_say_how_long_to_wait() -> None:
    """``Retry-After`` is taken over after a 429 and after a 5xx."""
    assert verdict(refused(RateLimited, 429), Effect.UNSAFE, 7.0) == Retry(7.0, throttled=True)
    assert verdict(refused(ServerError, 503), Effect.READ, 7.0) == Retry(7.0)
    assert verdict(refused(ServerError, 503), Effect.UNSAFE, 7.0) is NextStep.FAIL


def test_waits_grow_up_to_the_cap_with_full_jitter() -> None:
    """The n-th wait is drawn from 0 to base * 2**n, and never from more than the cap."""
    bounds: list[float] = []

    def half(bound: float) -> float:
        bounds.append(bound)
        return bound / 2

    waits = BackoffDelays(RetryPolicy(base=0.5, cap=30.0), half)
    assert [waits.next() for _ in range(9)] == [0.25, 0.5, 1, 2, 4, 8, 15, 15, 15]
    assert bounds == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    drawn = [BackoffDelays(RetryPolicy(base=1.0)).next() for _ in range(300)]
    assert (0 <= min(drawn) < 0.1, 0.9 < max(drawn) <= 1) == (True, True)


def test_waits_are_spread_and_bounded() -> None:
    """Callers that failed together do not come back together, and nobody waits longer than the bound."""
    policy = RetryPolicy(base=1.0, cap=4.0)
    rounds = [[waits.next() for _ in range(5)] for waits in (BackoffDelays(policy) for _ in range(300))]
    for number, bound in enumerate([1, 2, 4, 4, 4]):
        drawn = [waits[number] for waits in rounds]
        assert 0 <= min(drawn) < bound * 0.1
        assert bound * 0.9 < max(drawn) <= bound


def test_a_session_has_a_budget_of_retries() -> None:
    """Twenty retries, then none until calls succeed: ten successes buy one, and never more than twenty."""
    budget = RetryBudget()
    assert [budget.take() for _ in range(21)] == [True] * 20 + [False]
    for _ in range(9):
        budget.succeeded()
    assert not budget.take()
    budget.succeeded()
    assert [budget.take(), budget.take()] == [True, False]
    for _ in range(1_000):
        budget.succeeded()
    assert sum(budget.take() for _ in range(100)) == 20


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"base": 0}, {"cap": -1.0}])
def test_a_policy_that_never_tries_is_refused(wrong: dict[str, Any]) -> None:
    """At least one attempt, and positive waits."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RetryPolicy(**wrong)


@pytest.mark.parametrize(
    ("error", "undone"),
    [
        (NotSent("x"), True),
        (TokenUnavailable("x"), True),
        (PlaceExpired("x"), True),
        (RateLimited("x", status=429), True),
        (RateLimited("x", status=200), True),
        (AuthenticationFailed("x", status=401), True),
        (AuthenticationFailed("x", status=400), False),
        (AuthenticationFailed("x", status=500), False),
        (ReplyLost("x"), False),
        (ServerError("x", status=500), False),
        (ServerError("x", status=503), False),
        (PermissionDenied("x", status=403), False),
        (InvalidRequest("x", status=400), False),
        (Conflict("x", status=409), False),
        (NotFound("x", status=404), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_proves_that_nothing_was_done(error: ActOnError, undone: bool) -> None:
    """A call that was not sent, was one too many or came without a good token; what broke, may have acted."""
    assert (evidence_of(error) is Evidence.NOTHING_DONE) is undone
