"""What an error says of rows that were being sent is told by one table."""

from __future__ import annotations

import pytest

from asyncsdk import errors
from asyncsdk.errors import ActOnError, APIError, InvalidRequest
from asyncsdk.uploads.error_classification import classify

OUTCOMES = {
    "stops": {"SessionClosed", "JobDetached"},
    "unknown": {"ReplyLost", "ServerError", "GatewayError", "DecodeError", "AnswerTooLong"},
    "shared": {
        "ActOnError",
        "AuthenticationFailed",
        "FleetUnavailable",
        "JobError",
        "JobFailed",
        "JobTimeout",
        "ListChanged",
        "NotSent",
        "PlaceExpired",
        "QuotaExhausted",
        "RateLimited",
        "SessionNotOpen",
        "StoreFailed",
        "TokenUnavailable",
        "TransportError",
    },
    "rejected": {"Conflict", "FileTooLarge", "InvalidArgument", "InvalidRequest"},
    "denied": {"NotFound", "PermissionDenied"},
    "too_large": {"PayloadTooLarge"},
    "unexplained": {"APIError"},
}


def made(name: str) -> Exception:
    """An error of this kind that says nothing."""
    kind = getattr(errors, name)
    error: Exception = kind.__new__(kind)
    if isinstance(error, APIError):
        error.code = None
    return error


@pytest.mark.parametrize(
    ("outcome", "name"), [(outcome, name) for outcome in OUTCOMES for name in sorted(OUTCOMES[outcome])]
)
def test_each_error_has_its_outcome(outcome: str, name: str) -> None:
    """Who sends rows learns of each error whether they were saved, and whether others would be."""
    assert classify(made(name)) == outcome


def test_no_error_is_forgotten() -> None:
    """A new kind of error has to be placed in the table, or to be found fit for its default."""
    kinds = {
        name
        for name in errors.__all__
        if isinstance(kind := getattr(errors, name), type) and issubclass(kind, ActOnError)
    }
    assert kinds == set().union(*OUTCOMES.values())


@pytest.mark.parametrize("code", [10004, 10010])
def test_codes_of_the_list_say_nothing_of_the_row(code: int) -> None:
    """A list that is gone rejects no row: the run ends, and nothing is taken for a bad value."""
    error = made("InvalidRequest")
    assert isinstance(error, InvalidRequest)
    error.code = code
    assert classify(error) == "denied"
