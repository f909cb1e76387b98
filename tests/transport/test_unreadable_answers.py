"""Unreadable answers: pages, broken JSON, and nothing at all."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk import (
    APIError,
    Conflict,
    DecodeError,
    GatewayError,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
    ReplyLost,
    RetryPolicy,
    ServerError,
    Session,
)
from asyncsdk.emulator import Reply
from tests.support.raw_server import RawServer, answer
from tests.support.stage import outcome, stage
from tests.support.virtual_time import virtual_time

PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>Oh</h1></body></html>"
ACCOUNT = {"account_id": "12345", "account_name": "Mine"}


async def _account(*script: Any) -> Any:
    """What ``account.get`` gives when the server answers like this, and repeats the last answer."""
    async with (
        RawServer(list(script)) as server,
        Session(token="t", base_url=server.url, retry=RetryPolicy(attempts=1)) as acton,
    ):
        return await outcome(acton.account.get())


@virtual_time
async def test_a_page_in_the_place_of_json() -> None:
    """A gateway's page with 502 is a ServerError, with 200 a DecodeError; both with status and request id."""
    end = await _account(answer(502, PAGE, Content_Type="text/html"))
    assert isinstance(end, ServerError)
    assert (end.status, end.request_id) == (502, "r-1")
    assert "Bad Gateway" in str(end)
    assert "<" not in str(end)
    end = await _account(answer(200, PAGE, Content_Type="text/html"))
    assert isinstance(end, DecodeError)
    assert (end.status, end.request_id) == (200, "r-1")
    assert "HTML page" in str(end)


@virtual_time
async def test_json_under_a_wrong_content_type() -> None:
    """JSON is read as JSON, whatever the header says, in answers and in refusals."""
    assert (await _account(answer(200, ACCOUNT, Content_Type="text/html"))).account_id == 12345
    end = await _account(answer(404, {"errorCode": "10162", "message": "No"}, Content_Type="text/plain"))
    assert isinstance(end, NotFound)
    assert (end.code, end.message) == (10162, "No")


@pytest.mark.parametrize(
    ("body", "words"), [(b"", "empty body"), (b'{"account_id":', "broken JSON"), (b"[1]", "")], ids=str
)
@virtual_time
async def test_a_success_that_cannot_be_read(body: bytes, words: str) -> None:
    """An empty, broken or misshapen body is a DecodeError with status and request id, not a bare Python error."""
    end = await _account(answer(200, body))
    assert isinstance(end, DecodeError)
    assert (end.status, end.request_id) == (200, "r-1")
    assert words in str(end)


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"no"', b"\xff\xfe"], ids=str)
@virtual_time
async def test_a_refusal_that_cannot_be_read(body: bytes) -> None:
    """A refusal is told by its status even if its body makes no sense."""
    end = await _account(answer(403, body))
    assert isinstance(end, PermissionDenied)
    assert (end.status, end.request_id, end.code) == (403, "r-1", None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, InvalidRequest), (404, NotFound), (409, Conflict), (413, PayloadTooLarge), (422, InvalidRequest),
     (500, ServerError), (504, ServerError), (599, ServerError), (304, GatewayError)],
)  # fmt: skip
@virtual_time
async def test_each_status_has_its_error(status: int, kind: type[APIError]) -> None:
    """The kind of error follows the status, and is one of the tree's."""
    end = await _account(answer(status, b""))
    assert type(end) is kind
    assert end.status == status


@virtual_time
async def test_refusals_are_not_repeated() -> None:
    """A call that the server refuses for what it says is sent once."""
    async with stage() as (server, acton):
        server.faults.add(
            Reply(400, {"errorCode": 10121, "message": "Missing parameter"}), on="account.get", times=9
        )
        end = await outcome(acton.account.get())
        assert isinstance(end, InvalidRequest)
        assert end.code == 10121
        assert len(server.calls) == 1


@virtual_time
async def test_an_unreadable_success_is_not_repeated() -> None:
    """A call that acted, but whose answer makes no sense, is not made again."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Reply.broken_json(acted=True), on="contacts.add")
        assert isinstance(await outcome(acton.contacts.add(leads, data={"Email": "a@b.de"})), DecodeError)
        assert server.rows(leads) == [["a@b.de"]]


@virtual_time
async def test_an_accepted_job_without_an_id_is_told() -> None:
    """A submission that is accepted without a job id is a DecodeError, not a job that nobody can watch."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Reply(200, {"status": "success"}), on="contacts.submit_upsert")
        end = await outcome(acton.contacts.submit_upsert(leads, email="a@b.de", data={}))
        assert isinstance(end, DecodeError)
        assert end.request_id


@virtual_time
async def test_a_stream_that_breaks_says_so() -> None:
    """Rows that break off in the middle end in an error, so that nobody takes a part for the whole."""
    async with (
        RawServer([_half_a_table]) as server,
        Session(token="t", base_url=server.url, retry=RetryPolicy(attempts=1)) as acton,
    ):
        rows = []

        async def read() -> None:
            async for row in acton.lists.rejected_records("bad.csv"):
                rows.append(row)  # noqa: PERF401

        assert isinstance(await outcome(read()), ReplyLost)
        assert rows == [{"Email": "a", "Why": "b"}]


async def _half_a_table(_: Any, writer: Any) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nEmail,Why\na,b\n")
    await writer.drain()
    writer.close()


@virtual_time
async def test_a_refused_stream_is_told_before_any_row() -> None:
    """A download that is refused raises the refusal with its words, not an empty list of rows."""
    async with stage() as (server, acton):
        server.faults.add(Reply(404, {"errorCode": 10162, "message": "No such file"}))
        rows = acton.lists.rejected_records("bad.csv")
        with pytest.raises(NotFound, match="No such file"):
            await anext(aiter(rows))


async def _garbage(_: Any, writer: Any) -> None:
    writer.write(b"\x00\x01nonsense\r\n\r\n")
    writer.close()


async def _no_gzip(_: Any, writer: Any) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd")


async def _no_chunk(_: Any, writer: Any) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")


async def _long_header(_: Any, writer: Any) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n")


@pytest.mark.parametrize("act", [_garbage, _no_gzip, _no_chunk, _long_header])
@virtual_time
async def test_what_is_no_http_is_a_lost_reply(act: Any) -> None:
    """An answer that is no HTTP is ReplyLost: the call may have acted, so an unsafe one is not repeated."""
    async with RawServer([act]) as server, Session(token="t", base_url=server.url) as acton:
        end = await outcome(acton.contacts.add("l-1", data={"Email": "a@b.de"}))
        assert isinstance(end, ReplyLost)
        assert len(server.seen) == 1
