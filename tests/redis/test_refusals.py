"""Redis that refuses: its words reach the callers and the log once, and what passes is not taken for a refusal."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from asyncsdk import FleetUnavailable, SessionClosed, StoreFailed
from asyncsdk.redis.checked_client import CheckedClient
from asyncsdk.redis.connect import limiter_client
from asyncsdk.redis.outage_mode import OutageMode
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_limiter import RedisLimiter
from tests.support.limiter_crowd import LimiterCrowd, limiter_crowd
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow


@asynccontextmanager
async def redis_at(url: str) -> AsyncIterator[Redis]:
    """A client beside that of the limiter."""
    async with limiter_client(RedisAddress(url)) as client:
        yield client


async def refused(crowd: LimiterCrowd) -> str:
    """What a call ends in that Redis refuses."""
    with pytest.raises(StoreFailed) as caught:
        await crowd.call(0)
    return str(caught.value)


async def test_a_value_of_another_kind_is_told(
    each_redis_url: str, account: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What others have written under the key is not overwritten: callers and the log are told what is there."""
    async with redis_at(each_redis_url) as redis, limiter_crowd([each_redis_url], account) as crowd:
        await redis.lpush(f"asyncsdk:{{{account}}}:limits", "mine")
        for _ in range(2):
            said = await refused(crowd)
            assert "wrong kind of value" in said
            assert account in said
        assert [record.levelno for record in caplog.records] == [logging.WARNING]
        await redis.delete(f"asyncsdk:{{{account}}}:limits")
        await crowd.call(0)


DAMAGE = [
    "",
    "{",
    "[]",
    "null",
    "7",
    '{"base":1}',
    '{"base":NaN,"day":[0,0,0]}',
    "[" * 999,
    "[" * 2_000,
    "x" * 5_000_000,
]


async def test_a_damaged_state_is_begun_anew(redis_url: str, account: str) -> None:
    """What is no state costs one closed moment, in which calls may be under way that are forgotten."""

    async def over(damage: str, name: str) -> None:
        async with redis_at(redis_url) as redis, limiter_crowd([redis_url], name) as crowd:
            await redis.set(f"asyncsdk:{{{name}}}:limits", damage, ex=60)
            begin = time.monotonic()
            await crowd.call(0)
            assert time.monotonic() - begin > 1.5
            assert crowd.limiters[0].usage().calls_made == 1

    await asyncio.gather(*(over(damage, f"{account}-{number}") for number, damage in enumerate(DAMAGE)))


async def test_a_password_that_is_missing_is_told(own_servers: OwnServers, account: str) -> None:
    """A server that wants a password is no server that is away."""
    server = own_servers(options=("--requirepass", "hush-hush"))
    async with limiter_crowd([server.url], account) as crowd:
        assert "Authentication required" in await refused(crowd)
        assert crowd.limiters[0].usage().unreachable_for is None


async def test_a_full_server_is_told_and_keeps_nothing_in_part(own_servers: OwnServers, account: str) -> None:
    """A server without memory refuses the whole step: nothing is counted of a call that was not let through."""
    server = own_servers()
    async with redis_at(server.url) as redis, limiter_crowd([server.url], account) as crowd:
        await crowd.call(0)
        kept = await redis.hgetall(f"asyncsdk:{{{account}}}:calls")
        await redis.config_set("maxmemory", "1")
        assert "maxmemory" in await refused(crowd)
        await redis.config_set("maxmemory", "0")
        assert await redis.hgetall(f"asyncsdk:{{{account}}}:calls") == kept
        await crowd.call(0)


@pytest.mark.parametrize("mode", ["wait", "share"])
async def test_a_replica_is_an_outage(own_servers: OwnServers, account: str, mode: OutageMode) -> None:
    """In a failover the old server may be read only for a while: callers wait until it can be written again."""
    server = own_servers()
    async with redis_at(server.url) as redis, limiter_crowd([server.url], account, mode) as crowd:
        await crowd.call(0)
        await redis.config_set("replica-serve-stale-data", "yes")
        await redis.execute_command("REPLICAOF", "127.0.0.1", "1")
        waiting = asyncio.create_task(crowd.call(0))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        assert crowd.limiters[0].usage().unreachable_for is not None
        await redis.execute_command("REPLICAOF", "NO", "ONE")
        await asyncio.wait_for(waiting, 10)


async def test_a_replica_refuses_calls_if_told(own_servers: OwnServers, account: str) -> None:
    """With "refuse" the error says that the server is read only."""
    server = own_servers()
    async with redis_at(server.url) as redis, limiter_crowd([server.url], account, "refuse") as crowd:
        await crowd.call(0)
        await redis.execute_command("REPLICAOF", "127.0.0.1", "1")
        with pytest.raises(FleetUnavailable, match="read only replica"):
            await crowd.call(0)


async def test_a_server_that_forgets_scripts_is_told_again(own_servers: OwnServers, account: str) -> None:
    """SCRIPT FLUSH costs one more request."""
    server = own_servers()
    async with redis_at(server.url) as redis, limiter_crowd([server.url], account) as crowd:
        await crowd.call(0)
        await redis.script_flush()
        await crowd.call(0)


async def test_a_client_that_may_not_be_used_is_told(account: str) -> None:
    """What the owner of the client says reaches each caller, and nobody waits for ever."""

    def check() -> None:
        raise SessionClosed("The fleet is closed.")

    limiter = RedisLimiter(CheckedClient(Redis(), check), account=account)
    done = await asyncio.wait_for(
        asyncio.gather(*(limiter.acquire() for _ in range(3)), return_exceptions=True), 10
    )
    assert [str(each) for each in done] == ["The fleet is closed."] * 3
    assert len({id(each) for each in done}) == 3
    await limiter.close()
