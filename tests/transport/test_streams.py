"""Streamed answers: a stream that is no file is an error, and one that was refused is asked for again."""

from __future__ import annotations

import pytest

from asyncsdk import Column, DecodeError, InvalidRequest
from asyncsdk.emulator import Reply
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

COLUMNS = [Column("Email", "EMAIL")]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, b'{"errorCode": 10017, "message": "Invalid or expired Job Id"}'), InvalidRequest),
        (Reply.gateway_page(200), DecodeError),
        (Reply(200, b""), DecodeError),
    ],
    ids=["refusal", "page", "nothing"],
)
@virtual_time
async def test_a_success_without_a_file_is_not_an_empty_file(reply: Reply, error: type[Exception]) -> None:
    """Rejected rows that come as a refusal, a page or nothing raise; nobody is told that nothing was rejected."""
    async with stage() as (server, acton):
        server.faults.add(reply, on="lists.rejected_records")
        with pytest.raises(error):
            _ = [row async for row in acton.lists.rejected_records("rejects.csv")]


@virtual_time
async def test_a_stream_is_asked_for_again_after_a_body_that_says_429() -> None:
    """Rejected rows are asked for again when a success says in its body that there were too many requests."""
    async with stage() as (server, acton):
        job = await acton.lists.create("Leads", file=b"Email\nada@example.com\nnobody\n", columns=COLUMNS)
        report = await job
        server.faults.add(Reply.throttled(status=200), on="lists.rejected_records")
        assert [row async for row in acton.lists.rejected_records(report)] == [{"Email": "nobody"}]
