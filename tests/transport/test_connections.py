"""Connections: one request per attempt, whatever aiohttp would like to repeat, and the token goes nowhere else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from asyncsdk import APIError, Effect, NotSent, ReplyLost, Request, RetryPolicy, Session, Timeout
from tests.support.listening import listening, url_of
from tests.support.raw_server import RawServer, Seen, answer, hang_up, reset
from tests.support.stage import outcome
from tests.support.virtual_time import virtual_time, wall

FINE = answer(200, {"status": "success"})
ONCE = RetryPolicy(attempts=1)


@asynccontextmanager
async def _session(server: RawServer, injected: bool, retry: RetryPolicy = ONCE) -> AsyncIterator[Session]:
    """A session with a connection of its own, or with one of the caller's."""
    if injected:
        async with (
            aiohttp.ClientSession() as http,
            Session(token="secret-token", base_url=server.url, retry=retry, http=http) as acton,
        ):
            yield acton
    else:
        async with Session(token="secret-token", base_url=server.url, retry=retry) as acton:
            yield acton


@pytest.mark.parametrize("injected", [False, True], ids=["own", "injected"])
@pytest.mark.parametrize("cut", [hang_up, reset], ids=["hang up", "reset"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
@virtual_time
async def test_a_cut_keep_alive_connection_is_not_repeated_in_secret(
    method: str, cut: object, injected: bool
) -> None:
    """A second request on a kept-alive connection that is cut after it was read arrives exactly once."""
    async with RawServer([FINE, cut, FINE]) as server, _session(server, injected) as acton:
        await acton.send(Request("GET", "/first"))
        end = await outcome(acton.send(Request(method, "/second", effect=Effect.UNSAFE)))
        assert isinstance(end, ReplyLost)
        assert [seen.target for seen in server.seen] == ["/first", "/second"]
        assert server.seen[1].connection == 1


@pytest.mark.parametrize("injected", [False, True], ids=["own", "injected"])
@virtual_time
async def test_a_cut_keep_alive_connection_is_repeated_in_the_open(injected: bool) -> None:
    """An idempotent call is repeated by the policy: a place in the limits and a count for each attempt."""
    policy = RetryPolicy(attempts=2)
    async with RawServer([FINE, hang_up, FINE]) as server, _session(server, injected, policy) as acton:
        await acton.send(Request("GET", "/first"))
        response = await acton.send(Request("PUT", "/second", json={"a": 1}, effect=Effect.IDEMPOTENT))
        assert response.status == 200
        assert [seen.target for seen in server.seen] == ["/first", "/second", "/second"]
        assert server.seen[1].body == server.seen[2].body == b'{"a":1}'
        assert acton.usage().calls_made == 3


@virtual_time
async def test_connections_are_kept_alive() -> None:
    """Calls one after the other share one connection."""
    async with RawServer([FINE]) as server, _session(server, injected=False) as acton:
        for _ in range(4):
            await acton.send(Request("GET", "/"))
        assert server.connections == 1


@pytest.mark.parametrize("injected", [False, True], ids=["own", "injected"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@virtual_time
async def test_redirects_are_not_followed(status: int, injected: bool) -> None:
    """A redirect to another server is an error, and that server never sees the bearer token."""
    async with RawServer([FINE]) as other, RawServer([answer(status, Location=other.url + "/x")]) as server:
        async with _session(server, injected) as acton:
            end = await outcome(acton.send(Request("GET", "/")))
        assert isinstance(end, APIError)
        assert end.status == status
        assert "redirect" in str(end)
        assert server.seen[0].headers["authorization"] == "Bearer secret-token"
        assert other.seen == []
        assert other.connections == 0


@virtual_time
async def test_a_place_that_cannot_connect_in_time_is_not_sent() -> None:
    """A connection that is not accepted within the timeout is NotSent, after that timeout."""
    timeout = Timeout(connect=3.0)
    # An address of a documentation network: nobody answers, and no name is looked up.
    async with Session(token="t", base_url="http://192.0.2.1:9", timeout=timeout, retry=ONCE) as acton:
        began = wall()
        end = await outcome(acton.send(Request("GET", "/")))
        assert isinstance(end, NotSent)
        assert wall() - began <= 3.5


@virtual_time
async def test_a_slow_but_living_answer_is_awaited() -> None:
    """The read timeout is between two pieces: an answer that trickles for a minute comes whole."""

    async def trickle(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n")
        for number in range(20):
            await asyncio.sleep(3)
            writer.write(b"%d" % (number % 10))

    async with (
        RawServer([trickle]) as server,
        Session(token="t", base_url=server.url, retry=ONCE, timeout=Timeout(read=5.0)) as acton,
    ):
        assert (await acton.send(Request("GET", "/"))).body == b"01234567890123456789"


@virtual_time
async def test_cookies_are_not_kept() -> None:
    """What a load balancer sets in one answer is not sent with the next call."""
    async with RawServer([answer(200, {}, Set_Cookie="who=me")]) as server, _session(server, False) as acton:
        for _ in range(2):
            await acton.send(Request("GET", "/"))
        assert ["cookie" in seen.headers for seen in server.seen] == [False, False]


@pytest.mark.slow
@virtual_time
async def test_slow_steady_bodies_are_not_taken_for_silence() -> None:
    """Headers are progress, and so is each piece of a long body that the server takes slowly."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        left = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
        while left:
            left -= len(await reader.read(1 << 16))
            await asyncio.sleep(0.02)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        await asyncio.sleep(2.5)
        writer.write(b"{}")
        await writer.drain()

    async with (
        listening(serve, receive_buffer=1 << 16) as server,  # what is under way stays small
        Session(token="x", base_url=url_of(server), timeout=Timeout(read=3.0)) as acton,
    ):
        answer = await acton.send(Request("POST", "/x", json={"text": "x" * 24_000_000}))
        assert answer.body == b"{}"
        assert asyncio.get_running_loop().time() > 6


async def test_an_answer_that_came_while_the_event_loop_stood_still_is_not_lost() -> None:
    """A program that was busy for longer than the idle timeout takes the answer that waits for it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for busy in (0.0, 0.04):
            await reader.readuntil(b"\r\n\r\n")
            time.sleep(busy)  # noqa: ASYNC251 - the event loop stands still, that of the session
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async with (
        listening(serve) as server,
        Session(token="x", base_url=url_of(server), timeout=Timeout(read=0.02), retry=ONCE) as acton,
    ):
        for path in ("/connects", "/waits"):
            assert (await acton.send(Request("GET", path))).status == 200
