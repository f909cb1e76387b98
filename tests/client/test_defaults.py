"""What holds where nothing is said: the numbers that the documentation promises."""

from __future__ import annotations

import hashlib
import json

import pytest

from asyncsdk import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    Conflict,
    InvalidRequest,
    NotFound,
    NotSent,
    PasswordGrant,
    PermissionDenied,
    PollPolicy,
    RateLimited,
    ReplyLost,
    Response,
    RetryPolicy,
    ServerError,
    Timeout,
)
from asyncsdk.errors import TokenUnavailable
from asyncsdk.http.error_bodies import error_from_response
from asyncsdk.http.retry import surely_undone


def test_a_call_is_tried_four_times() -> None:
    """Four attempts in all, with waits of half a second that double, up to half a minute."""
    policy = RetryPolicy()
    assert (policy.attempts, policy.base, policy.cap) == (4, 0.5, 30.0)


def test_a_job_is_given_an_hour() -> None:
    """Looks come 0.3 to 60 s apart, one costs 2 s of waiting, and a job ends after an hour."""
    policy = PollPolicy()
    assert (policy.min_gap, policy.max_gap, policy.price, policy.deadline) == (0.3, 60.0, 2.0, 3600.0)


def test_the_network_is_given_ten_seconds_to_connect_and_a_minute_to_answer() -> None:
    """So long may opening a connection take, and so long the silence between two pieces of an answer."""
    timeout = Timeout()
    assert (timeout.connect, timeout.read) == (10.0, 60.0)


def test_the_name_of_an_owner_stays_the_same_from_version_to_version() -> None:
    """Token files hold it: under another name their tokens would be nobody's, and each start would need a login."""
    grant = PasswordGrant("id-1", "secret-1", "ada@example.com", "password-1")
    assert grant.owner() == hashlib.sha256(b"password\0id-1\0ada@example.com").hexdigest()[:32]


@pytest.mark.parametrize(
    ("error", "undone"),
    [
        (NotSent("x"), True),
        (TokenUnavailable("x"), True),
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
    assert surely_undone(error) is undone


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (900_799, InvalidRequest),
        (900_800, RateLimited),
        (900_899, RateLimited),
        (900_900, AuthenticationFailed),
        (900_999, AuthenticationFailed),
        (901_000, InvalidRequest),
    ],
)
def test_the_codes_of_the_legacy_gateway_are_known_by_their_hundred(code: int, kind: type[APIError]) -> None:
    """9008xx is throttling and 9009xx a token that is no good, whatever the HTTP status."""
    body = json.dumps({"fault": {"code": code, "message": "x"}}).encode()
    assert type(error_from_response(Response(400, {}, body))) is kind


@pytest.mark.parametrize(("status", "redirect"), [(299, False), (300, True), (399, True), (400, False)])
def test_a_redirect_is_told_as_such(status: int, redirect: bool) -> None:
    """Only an answer with such a status says that it is a redirect, which is not followed."""
    assert (
        "redirect" in str(error_from_response(Response(status, {}, b'{"errorCode": 1, "message": "No"}')))
    ) is redirect
