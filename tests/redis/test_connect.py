"""Addresses of Redis: what can be used is used as it stands, and what cannot is told without a password."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.sentinel import Sentinel
from redis.exceptions import TimeoutError as NotAnswered

from asyncsdk import InvalidArgument
from asyncsdk.redis.connect import close_client, limiter_client, place_of, store_client
from asyncsdk.redis.redis_address import RedisAddress
from tests.support.redis_fixtures import OwnServers


@pytest.mark.parametrize(
    "url",
    [
        "redis://cache",
        "redis://cache:6379/0",
        "redis://[::1]:6379",
        "redis://user:p%40ss@cache:6379/3",
        "rediss://:secret@cache:6380/0?ssl_cert_reqs=none&ssl_ca_certs=/etc/ca.pem",
        "unix:///run/redis.sock",
        "unix://user@/run/redis.sock?db=2&password=secret",
    ],
)
async def test_addresses_that_can_be_used(url: str) -> None:
    """Each way to name a Redis is taken, by both kinds of clients, and nothing is connected for it."""
    for client_of in (limiter_client, store_client):
        async with client_of(RedisAddress(url)) as client:
            assert client.connection_pool.make_connection() is not None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "begins with none of"),
        ("cache:6379", "begins with none of"),
        ("http://s3cret@cache", "begins with none of"),
        ("redis://", "names no host"),
        ("redis:///0", "names no host"),
        ("redis://:s3cret@cache:99999", "cannot be told apart"),
        ("redis://:s3cret#1@cache", "cannot be told apart"),
        ("redis://:12#s3cret@cache", "holds a '#'"),
        ("redis://user:12/s3cret@cache/0", "only be the number of a database"),
        ("redis://:pa/s3cret@cache", "cannot be told apart"),
        ("redis://[::1", "cannot be told apart"),
        ("redis://cache/zero", "only be the number"),
        ("redis://cache?db=zero", "'db' is the number"),
        ("redis://cache?s3cret=1", "behind the '?' of redis:// there may only be db"),
        ("redis://cache?socket_timeout=99", "there may only be db"),
        ("rediss://cache?ssl_cert_reqs=s3cret", "'ssl_cert_reqs' is none, optional or required"),
        ("unix://", "no path"),
        ("unix://run/redis.sock", "no path"),
        ("redis://s3cret \n@cache", "no line of text"),
        ("redis://cache/" + "0" * 3_000, "no line of text"),
    ],
)
def test_addresses_that_cannot_be_used(url: str, why: str) -> None:
    """The error says what is wrong and how an address looks; no part of a password is in it, or behind it."""
    with pytest.raises(InvalidArgument, match="The address of Redis cannot be used") as caught:
        limiter_client(RedisAddress(url))
    assert why in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "***" not in str(caught.value)  # nothing in it looks like an e-mail address, which is masked
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.slow
@given(st.text() | st.builds("{}://{}".format, st.sampled_from(["redis", "rediss", "unix"]), st.text()))
def test_any_text_is_an_address_or_an_error(url: str) -> None:
    """No text ends in an error of somebody else's."""
    try:
        RedisAddress(url).check()
    except InvalidArgument:
        return
    store_client(RedisAddress(url))


@pytest.mark.slow
async def test_a_limiter_knows_soon_that_redis_is_away(own_servers: OwnServers) -> None:
    """A request to a Redis that does not answer ends after its second: it is not sent again and again."""
    server = own_servers()
    async with limiter_client(RedisAddress(server.url)) as client:
        await client.ping()
        server.freeze()
        begin = time.monotonic()
        with pytest.raises(NotAnswered):
            await client.ping()
        assert 0.9 < time.monotonic() - begin < 30
        server.wake()


@pytest.mark.parametrize(
    ("client", "place"),
    [
        (Redis(), "localhost:6379"),
        (Redis.from_url("redis://ada:s3cret@cache:6380/1"), "cache:6380"),
        (Redis(unix_socket_path="/run/redis.sock", password="s3cret"), "/run/redis.sock"),
        (Sentinel([("one", 26379)]).master_for("acme"), "its address"),
        (object(), "its address"),
    ],
)
def test_a_place_is_told_without_secrets(client: object, place: str) -> None:
    """Messages say where Redis is, of any kind of client, and never as whom."""
    assert place_of(client) == place


async def test_a_server_that_takes_no_leave_fails_no_closing() -> None:
    """redis-py raises where a connection does not end in time, as one with TLS to a dead machine does."""

    class Stuck(Redis):
        async def aclose(self, close_connection_pool: bool | None = None) -> None:
            raise NotAnswered("Timed out closing connection after 1")

    await close_client(Stuck())
