"""Hostile answers: whatever a server sends, the caller gets a value or an error of this library."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncsdk import (
    ActOnError,
    Column,
    PasswordGrant,
    PollPolicy,
    QuotaExhausted,
    Request,
    RetryPolicy,
    Session,
)
from tests.support.raw_server import RawServer, Seen, answer
from tests.support.stage import outcome
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow

DEPTHS = (90, 330, 490, 880, 940, 970, 3_000, 200_000)
BIG = "1" * 5_000


def _nested(depth: int, opening: str = "[", closing: str = "]", key: str | None = None) -> bytes:
    inner = opening * depth + closing * depth
    return (inner if key is None else f'{{"{key}": {inner}}}').encode()


KEYS = (
    "message",
    "errorCode",
    "errorName",
    "errors",
    "errorList",
    "error",
    "httpCode",
    "httpMessage",
    "status",
    "fault",
    "jobId",
    "importStatus",
    "data",
    "result",
    "headers",
    "totalCount",
    "details",
    "jobDetails",
    "account_id",
    "id",
    "access_token",
    "expires_in",
    "success",
    "isSuccess",
)
ODD = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    BIG,
    f'"{BIG}"',
    '"\\ud800"',
    '"\\ud83d"',
    "-0",
    "1e-999",
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"NaN"',
    '"1e999"',
    "[[]]",
    '[{"id": null}]',
    "9223372036854775808",
)
BODIES = [
    *(_nested(depth) for depth in DEPTHS),
    *(_nested(depth, '{"a":', "}").replace(b"{}", b"{1}") for depth in (3, 400, 3_000)),
    *(b'{"a":' * depth + b"[]" + b"}" * depth for depth in DEPTHS),
    *(_nested(depth, key=key) for key in KEYS for depth in (330, 880, 970)),
    *(f'{{"{key}": {odd}}}'.encode() for key in KEYS for odd in ODD),
    *(f'{{"errorCode": {odd}, "message": {odd}, "errorCodeId": {odd}}}'.encode() for odd in ODD),
    *(f'{{"headers": ["a"], "data": [[{odd}]], "totalCount": {odd}, "count": {odd}}}'.encode() for odd in ODD),
    *(odd.encode() for odd in ODD),
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b"{} {}",
    b"{'a': 1}",
    b"\x00",
    b'"\xed\xa0\x80"',
    b"\x1f\x8b",
]


async def _rows(acton: Session) -> Any:
    return [row async for row in acton.lists.rejected_records("r.csv")]


async def _records(acton: Session) -> Any:
    return [row async for row in acton.lists.records("l-1")]


async def _pages(acton: Session) -> Any:
    return [each async for each in acton.lists.all()]


async def _created(acton: Session) -> Any:
    return await (await acton.lists.create("L", file=b"Email\n", columns=[Column("Email", "EMAIL")]))


CALLS: dict[str, Callable[[Session], Any]] = {
    "a model": lambda acton: acton.account.get(),
    "pages": _pages,
    "records": _records,
    "rows": _rows,
    "a text": lambda acton: acton.messages.html("m-1"),
    "anything": lambda acton: acton.send(Request("GET", "/x")),
    "a write": lambda acton: acton.contacts.upsert("l-1", email="a@example.com", data={}),
    "a job": _created,
    "a job's status": lambda acton: acton.lists.job("1"),
    "an import's status": lambda acton: acton.imports.job("1"),
    "an event's status": lambda acton: acton.events.job("1"),
}
POLICY = {"retry": RetryPolicy(attempts=1), "polling": PollPolicy(deadline=5.0)}


def _fine(end: object) -> bool:
    if isinstance(end, BaseException):
        return isinstance(end, ActOnError) and bool(str(end)) and bool(repr(end))
    return True


@pytest.mark.parametrize("status", [200, 400, 503])
@pytest.mark.parametrize("name", list(CALLS))
@virtual_time
async def test_every_odd_body_ends_in_an_error_of_ours(name: str, status: int) -> None:
    """Bodies nested deep, numbers without an end, half characters: a value or an ActOnError, and nothing else."""
    ends: list[tuple[bytes, object]] = []
    now: list[bytes] = [b""]

    async def act(seen: Seen, writer: asyncio.StreamWriter) -> None:
        await answer(status, now[0])(seen, writer)

    # A refusal is read by the same code for every call: each call takes a seventh, and together they take all.
    bodies = BODIES if status == 200 else BODIES[list(CALLS).index(name) % 7 :: 7]
    async with RawServer([act]) as server, Session(token="t", base_url=server.url, **POLICY) as acton:
        for body in bodies:
            now[0] = body
            try:
                end = await outcome(CALLS[name](acton))
            except RecursionError as error:
                end = error
            ends.append((body[:60], end))
    assert [ascii(each) for each in ends if not _fine(each[1])] == []


@pytest.mark.parametrize("status", [200, 400, 503])
@virtual_time
async def test_every_odd_token_ends_in_an_error_of_ours(status: int) -> None:
    """The same for what /token answers, with a token in it and without."""
    deep = [_nested(depth).decode() for depth in DEPTHS]
    bodies = [
        *BODIES,
        *(f'{{"access_token": {token}, "refresh_token": "r"}}'.encode() for token in deep),
        *(f'{{"access_token": "a", "refresh_token": {token}}}'.encode() for token in deep),
        *(f'{{"access_token": "a", "expires_in": {life}}}'.encode() for life in deep),
    ] + [
        f'{{"access_token": {token}, "expires_in": {life}, "refresh_token": {token}}}'.encode()
        for token in ('"a"', *ODD)
        for life in ("3600", *ODD)
    ]
    for body in bodies[:: 1 if status == 200 else 7]:
        async with RawServer([answer(status, body), answer(200, {"account_id": 1})]) as server:
            grant = PasswordGrant("i", "s", "u", "p")
            async with Session(grant=grant, base_url=server.url, **POLICY) as acton:
                end = await outcome(acton.account.get())
                assert _fine(end), ascii((body[:200], end))


ODD_TIMES = [
    "1e400",
    "9" * 5_000,
    "-1",
    "nan",
    "\u0661",
    "1.5",
    "0x10",
    "1_0",
    ",,,,",
    ":",
    "0 0 0 0 0 0",
    "Sun, 06 Nov 1994",
    "Fri, 31 Dec 9999 23:59:59 -1200",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Mon, 01 Jan 0001 00:00:00 +1400",
    "Sun, 06 Nov 99999 08:49:37 GMT",
    "Sun, 06 Nov 1994 99:99:99 GMT",
    "Sun, 06 Nov 1994 08:49:37 +99999999999",
    "Thu, 1 Jan 1970 00:00:00",
]


@pytest.mark.parametrize("told", ODD_TIMES)
@pytest.mark.parametrize("status", [429, 503, 200])
@virtual_time
async def test_odd_times_are_no_trouble(status: int, told: str) -> None:
    """A ``Retry-After`` and a ``Date`` of any kind mean a time or nothing; nobody sleeps for years."""

    async def act(seen: Seen, writer: asyncio.StreamWriter) -> None:
        head = f"Retry-After: {told}\r\nDate: {told}\r\nContent-Length: 2\r\n"
        writer.write(f"HTTP/1.1 {status} Said\r\n{head}\r\n{{}}".encode())
        await writer.drain()

    async with RawServer([act, answer(200, b"{}")]) as server, Session(token="t", base_url=server.url) as acton:
        async with asyncio.timeout(130):
            end = await outcome(acton.send(Request("GET", "/x")))
        assert _fine(end)
        assert not isinstance(end, Exception) or isinstance(end, QuotaExhausted)
        if status != 429:
            async with asyncio.timeout(130):
                assert _fine(await outcome(acton.lists.download("l-1")))


HEADS = [
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999999\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/9.9 999 X\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
    b"\r\n\r\n",
    b"\x00" * 100,
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: \xff\xfe; charset=\xff\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=nonsense\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=rot13\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=idna\r\nContent-Length: 4\r\n\r\n\xff..a",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=" + b"a" * 3_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nSet-Cookie: \xff=\xff; expires=x\r\nx-request-id: \xff\xff\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 302 X\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 204 X\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000,
    b"HTTP/1.1 200 " + b"\xff" * 100 + b"\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 20x OK\r\n\r\n",
    b"ICY 200 OK\r\n\r\n",
]


@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
@pytest.mark.parametrize("name", ["a model", "rows", "a text", "a job's status"])
@virtual_time
async def test_odd_heads_end_in_an_error_of_ours(name: str, head: bytes) -> None:
    """Headers that are none, of any length, encoding and charset: a value or an ActOnError."""

    async def act(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await writer.drain()
        writer.close()

    async with RawServer([act]) as server, Session(token="t", base_url=server.url, **POLICY) as acton:
        assert _fine(await outcome(CALLS[name](acton)))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Y", "1e999", BIG]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON, status=st.sampled_from([200, 202, 302, 400, 404, 408, 500]), name=st.sampled_from(list(CALLS)))
def test_any_json_ends_in_an_error_of_ours(body: Any, status: int, name: str) -> None:
    """Any JSON at all, with the keys that are looked for in any place: a value or an ActOnError."""

    @virtual_time
    async def run() -> None:
        act = answer(status, json.dumps(body).encode())
        async with RawServer([act]) as server, Session(token="t", base_url=server.url, **POLICY) as acton:
            assert _fine(await outcome(CALLS[name](acton)))

    run()
