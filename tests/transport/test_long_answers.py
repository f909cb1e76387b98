"""Answers without an end, and answers that grow when they are unpacked: each is read to a bound, and told."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from asyncsdk import (
    AnswerTooLong,
    DecodeError,
    InvalidRequest,
    JobDetached,
    Limits,
    PasswordGrant,
    RateLimited,
    Request,
    RetryPolicy,
    ServerError,
    Session,
    TokenUnavailable,
)
from tests.support.raw_server import Act, RawServer, Seen, answer
from tests.support.stage import outcome
from tests.support.virtual_time import virtual_time

PIECE = 1 << 16
MOST = 60_000_000
"""Bytes that a server would send; what is accepted of them is a few millions, for the sockets hold some."""

SHORT = Limits(answer_bytes=2_000_000)


class _Endless:
    """A server whose answer has no end."""

    def __init__(self, status: int, piece: bytes = b" ", first: bytes = b"") -> None:
        self._status = status
        self._first = first
        self._piece = piece * (PIECE // len(piece))
        self.sent = 0

    async def __call__(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {self._status} Said\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        writer.write(head)
        if self._first:
            writer.write(b"%x\r\n%b\r\n" % (len(self._first), self._first))
        try:
            while self.sent < MOST:
                writer.write(b"%x\r\n%b\r\n" % (len(self._piece), self._piece))
                await writer.drain()
                self.sent += len(self._piece)
        finally:
            writer.close()


async def _account(acton: Session) -> Any:
    return await acton.account.get()


async def _send(acton: Session) -> Any:
    return await acton.send(Request("POST", "/x", json={}))


async def _rejects(acton: Session) -> Any:
    return [row async for row in acton.lists.rejected_records("rejects.csv")]


async def _export(acton: Session) -> Any:
    return [row async for row in acton.lists.download_rows("l-0001")]


async def _job(acton: Session) -> Any:
    return await acton.lists.job("5")


Call = Callable[[Session], Any]
ENDLESS: list[tuple[str, int, bytes, Call, type[Exception]]] = [
    ("a success", 200, b" ", _account, AnswerTooLong),
    ("a success in JSON", 200, b'{"a": 1}', _send, AnswerTooLong),
    ("an error", 503, b" ", _account, ServerError),
    ("an error with words", 400, b"Bad gateway ", _send, InvalidRequest),
    ("throttling", 429, b" ", _account, RateLimited),
    ("an error of a download", 500, b" ", _rejects, ServerError),
    ("a download of nothing", 200, b" ", _rejects, DecodeError),
    ("a download of a page", 200, b"<p>", _export, DecodeError),
    ("a line without an end", 200, b"a", _rejects, DecodeError),
    ("a row without an end", 200, b"a,", _export, DecodeError),
    ("the status of a job", 200, b" ", _job, JobDetached),
]


@pytest.mark.parametrize("own", [True, False], ids=["own", "given"])
@pytest.mark.parametrize(
    ("status", "piece", "call", "kind"), [row[1:] for row in ENDLESS], ids=[row[0] for row in ENDLESS]
)
@virtual_time
async def test_an_answer_without_an_end_is_given_up(
    status: int, piece: bytes, call: Call, kind: type[Exception], own: bool
) -> None:
    """No answer is read for ever: the call ends in a clear error, and the server cannot send on."""
    act = _Endless(status, piece)
    async with RawServer([act]) as server, aiohttp.ClientSession() as http:
        options: Any = {} if own else {"http": http}
        policy = RetryPolicy(attempts=1)
        async with Session(token="t", base_url=server.url, limits=SHORT, retry=policy, **options) as acton:
            end = await outcome(call(acton))
            assert type(end) is kind, end
            assert len(str(end)) < 6_000
            assert act.sent < MOST / 2


@virtual_time
async def test_a_quote_without_an_end_is_given_up() -> None:
    """Lines that a quote hides belong to one row, which is bounded."""
    act = _Endless(200, b"a\n", first=b'Email\n"')
    async with RawServer([act]) as server, Session(token="t", base_url=server.url) as acton:
        with pytest.raises(DecodeError, match="begins in line 2 has more"):
            await _rejects(acton)
    assert act.sent < MOST / 2


@virtual_time
async def test_a_token_without_an_end_is_given_up() -> None:
    """An endless answer of /token is trouble of /token."""
    act = _Endless(200)
    grant = PasswordGrant("i", "s", "u", "p")
    async with RawServer([act]) as server, Session(grant=grant, base_url=server.url) as acton:
        end = await outcome(acton.account.get())
    assert isinstance(end, TokenUnavailable)
    assert isinstance(end.__cause__, AnswerTooLong)
    assert act.sent < MOST / 2


@cache
def _bomb(encoding: str) -> bytes:
    """100 MB of blanks, packed: made once, by the process that needs it."""
    if encoding == "gzip":
        return gzip.compress(b" " * 100_000_000, 9)
    return zlib.compress(b" " * 100_000_000, 9)


def _packed(encoding: str, status: int) -> Act:
    return answer(status, _bomb(encoding), Content_Encoding=encoding)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize(
    ("status", "call", "kind"),
    [(200, _account, AnswerTooLong), (503, _account, ServerError), (500, _rejects, ServerError),
     (200, _rejects, DecodeError), (200, _job, JobDetached)],
    ids=["success", "error", "error of a download", "download", "job"],
)  # fmt: skip
@virtual_time
async def test_a_bomb_is_not_unpacked(encoding: str, status: int, call: Call, kind: type[Exception]) -> None:
    """100 KB that become 100 MB are counted as they are unpacked, and take a few MB."""
    act = _packed(encoding, status)
    policy = RetryPolicy(attempts=1)
    async with (
        RawServer([act]) as server,
        Session(token="t", base_url=server.url, limits=SHORT, retry=policy) as acton,
    ):
        tracemalloc.start()
        try:
            end = await outcome(call(acton))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert type(end) is kind, end
        assert peak < 20_000_000


@virtual_time
async def test_the_bound_is_a_setting() -> None:
    """An answer of as many bytes as allowed is read; one byte more is refused, and the setting is named."""
    body = b'"' + b"x" * 998 + b'"'
    async with RawServer([answer(200, body)]) as server:
        request = Request("GET", "/x")
        async with Session(token="t", base_url=server.url, limits=Limits(answer_bytes=1000)) as acton:
            assert (await acton.send(request)).body == body
        async with Session(token="t", base_url=server.url, limits=Limits(answer_bytes=999)) as acton:
            with pytest.raises(AnswerTooLong, match=r"999 bytes.*HTTP 200.*Limits\.answer_bytes") as caught:
                await acton.send(request)
            assert (caught.value.status, caught.value.request_id) == (200, "r-1")


@pytest.mark.slow
@virtual_time
async def test_a_download_may_have_any_length(tmp_path: Path) -> None:
    """Streams are bounded by the row, and not in all: a file of twenty times the bound arrives whole."""
    row = b'"ada@example.com",' + b"x" * 9_000 + b"\n"
    text = b"Email,More\n" + row * 2_000
    limits = Limits(answer_bytes=1_000_000)
    async with (
        RawServer([answer(200, text)]) as server,
        Session(token="t", base_url=server.url, limits=limits) as acton,
    ):
        assert len(await _rejects(acton)) == 2_000


@virtual_time
async def test_the_error_names_the_line() -> None:
    """A quote that is never closed is told with the line in which its row begins."""
    text = b"Email,More\n" + b'"a@x.example","two\nlines"\n' * 10 + b'"b@x.example\n' + b"c@x.example,d\n" * 100_000
    async with RawServer([answer(200, text)]) as server, Session(token="t", base_url=server.url) as acton:
        with pytest.raises(DecodeError, match="line 22 has more than 1,000,000"):
            await _rejects(acton)


@virtual_time
async def test_short_answers_give_their_connection_back() -> None:
    """A call after errors of every length goes over a connection that is whole."""
    async with RawServer([answer(503, b"x" * 2_000_000), answer(503, b"x" * 900_000), answer(200, {})]) as server:
        async with Session(token="t", base_url=server.url) as acton:
            assert (await acton.send(Request("GET", "/x"))).body == b"{}"
            assert (await acton.send(Request("GET", "/x"))).body == b"{}"
        assert server.connections == 2
