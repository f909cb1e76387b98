"""The tree of errors is the one that is drawn, and no error tells an address."""

from __future__ import annotations

import pickle
import re

import pytest

from asyncsdk import errors
from asyncsdk.errors import (
    ActOnError,
    APIError,
    DecodeError,
    FileTooLarge,
    InvalidArgument,
    JobFailed,
    NotSent,
    PayloadTooLarge,
    QuotaExhausted,
)


def drawn_parents() -> dict[str, str | None]:
    """Each class of the drawing in the module's docstring, and the class that it hangs on."""
    above: dict[int, str] = {}
    parents: dict[str, str | None] = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ((?:│   |    )*(?:[├└]── )?)([A-Z]\w+)", line)
        if found is not None:
            depth = len(found[1]) // 4
            parents[found[2]] = above.get(depth - 1)
            above[depth] = found[2]
    return parents


def test_the_drawing_names_every_class() -> None:
    """Whoever reads the drawing has seen every error there is."""
    assert set(drawn_parents()) == set(errors.__all__)


@pytest.mark.parametrize(("name", "parent"), drawn_parents().items())
def test_each_class_hangs_where_it_is_drawn(name: str, parent: str | None) -> None:
    """Catching a class of the drawing catches what hangs below it."""
    assert getattr(errors, name).__bases__[0].__name__ == (parent or "Exception")


def test_an_invalid_argument_is_a_value_error_too() -> None:
    """Callers that catch ValueError catch refused arguments, a file too large among them."""
    assert issubclass(InvalidArgument, ValueError)
    assert issubclass(FileTooLarge, ValueError)
    assert issubclass(FileTooLarge, PayloadTooLarge)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            APIError("Refused", status=400, code=10004, request_id="r-1"),
            "Refused (HTTP 400, code 10004, request r-1)",
        ),
        (APIError("Refused", status=403, code="access_denied"), "Refused (HTTP 403, code access_denied)"),
        (APIError("Refused", status=400, code=0), "Refused (HTTP 400, code 0)"),
        (FileTooLarge("Too long."), "Too long."),
        (NotSent("No way."), "No way."),
        (QuotaExhausted("day", 7.5, "All spent."), "All spent."),
        (DecodeError("Odd:", problems=("expected int @ $.a", "x @ $.b")), "Odd:\n  expected int @ $.a\n  x @ $.b"),
        (JobFailed("159", "Job 159 failed."), "Job 159 failed."),
    ],
)
def test_each_error_reads_as_a_sentence_with_its_facts(error: ActOnError, text: str) -> None:
    """``str`` of an error is what a person needs: the sentence, then status, code and request id."""
    assert str(error) == text


def test_errors_carry_their_facts_as_attributes() -> None:
    """A program reads status, code, request id, job id and budget from attributes, not from text."""
    refused = APIError("No", status=409, code="X", request_id="r")
    assert (refused.status, refused.code, refused.message, refused.request_id) == (409, "X", "No", "r")
    assert JobFailed("15959711", "x").job_id == "15959711"
    spent = QuotaExhausted("logins", 12.0, "x")
    assert (spent.budget, spent.resets_in) == ("logins", 12.0)
    odd = DecodeError("x", status=200, problems=("p @ $",), request_id="r")
    assert (odd.status, odd.problems, odd.request_id) == (200, ("p @ $",), "r")
    assert (FileTooLarge("x").status, FileTooLarge("x").code) == (0, None)


@pytest.mark.parametrize(
    "error",
    [
        InvalidArgument("ada@example.com is no number"),
        NotSent("to ada%40example.com"),
        APIError("No contact ada@example.com", status=400),
        DecodeError("about ada@example.com", problems=("bad ada@example.com @ $",)),
        JobFailed("1", "ada@example.com is twice there"),
    ],
)
def test_no_error_tells_an_address(error: ActOnError) -> None:
    """Addresses in a server's words are hidden in text, repr, arguments and attributes alike."""
    told = f"{error} {error!r} {error.args} {vars(error)}"
    assert "ada" not in told
    assert "***@***" in told


@pytest.mark.parametrize(
    "error",
    [APIError("No", status=409, code=1), QuotaExhausted("day", 1.0, "x"), JobFailed("1", "x"), DecodeError("x")],
)
def test_errors_travel_between_processes(error: ActOnError) -> None:
    """A worker process can hand an error to its parent, facts and all."""
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copied) is type(error)
    assert (str(copied), vars(copied)) == (str(error), vars(error))
