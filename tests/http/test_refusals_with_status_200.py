"""Answers of HTTP 200 that say no: none of them may be taken for a success."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from asyncsdk import APIError, Conflict, Outcome, RetryPolicy, Session
from tests.support.raw_server import RawServer, answer
from tests.support.stage import outcome
from tests.support.virtual_time import virtual_time

Make = Callable[[Session], Awaitable[Any]]


async def answered(make: Make, body: object) -> Any:
    """What a call gives when the server answers so, with 200."""
    async with (
        RawServer([answer(200, body)]) as server,
        Session(token="t", base_url=server.url, retry=RetryPolicy(attempts=1)) as acton,
    ):
        end = await outcome(make(acton))
        assert len(server.seen) == 1
        return end


def upsert(acton: Session) -> Awaitable[Any]:
    """A write of a record."""
    return acton.contacts.upsert("l-0001", email="ada@example.com", data={})


def delete_page(acton: Session) -> Awaitable[Any]:
    """A write that answers with an outcome."""
    return acton.pages.delete("p-0001")


def send(acton: Session) -> Awaitable[Any]:
    """A mail."""
    return acton.transactional.send("t-0003", to="ada@example.com", account_id="1")


def html(acton: Session) -> Awaitable[Any]:
    """A page that is no JSON."""
    return acton.messages.html("s-0001-2409", "l-0001:0")


def add_segment(acton: Session) -> Awaitable[Any]:
    """A write of the audience."""
    return acton.segments.create(name="S", parent_id="l-1", type="DIRECT_SELECT", account_id="1")


async def query(acton: Session) -> Any:
    """Rows of custom data."""
    return await acton.custom_data.query("o", "d", account_id="1")


@pytest.mark.parametrize(
    ("make", "body"),
    [
        (upsert, {"httpCode": "500", "httpMessage": "Internal Server Error", "moreInformation": ""}),
        (delete_page, {"status": "error", "message": "No"}),
        (delete_page, {"errorCode": 10054, "message": "The id is invalid", "status": "error", "id": "1"}),
        (send, {"errorName": "EmailServiceException", "message": "No"}),
        (query, {"errorId": "1", "errorMessage": "Bad", "errorList": ["bad"], "status": "400 BAD_REQUEST"}),
        (query, {"errors": ["bad"]}),
        (add_segment, {"source": None, "errorMessage": "It exists", "statusCode": 409, "isSuccess": "false"}),
        (add_segment, {"source": None, "errorMessage": "It exists", "statusCode": 409, "isSuccess": False}),
        (html, {"errorCode": 10030, "message": "Invalid or deleted message"}),
    ],
)
@virtual_time
async def test_a_refusal_is_an_error_whatever_its_status(make: Make, body: object) -> None:
    """Each envelope of the platform raises, also where it comes with 200."""
    end = await answered(make, body)
    assert isinstance(end, APIError)
    assert isinstance(end, Conflict) == ("statusCode" in str(body))


@virtual_time
async def test_a_success_that_holds_a_null_code_is_one() -> None:
    """A key of refusals that says nothing is no refusal."""
    end = await answered(delete_page, {"status": "success", "message": "Page deleted", "errorCode": None})
    assert end == Outcome("success", "Page deleted")
