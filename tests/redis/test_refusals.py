"""Redis that refuses: its words reach the callers and the log once, and what passes is not taken for a refusal."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from asyncsdk import FleetUnavailable, QuotaExhausted, SessionClosed, StoreFailed
from asyncsdk.redis.checked_client import CheckedClient
from asyncsdk.redis.connect import limiter_client
from asyncsdk.redis.outage_mode import OutageMode
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_limiter import RedisLimiter
from tests.support.limiter_crowd import LimiterCrowd, limiter_crowd
from tests.support.redis_fixtures import OwnServers
from tests.support.script_home import age_account
from tests.support.stage import until

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
        await until(lambda: crowd.limiters[0].usage().unreachable_for is not None)
        assert not waiting.done()
        await redis.execute_command("REPLICAOF", "NO", "ONE")
        await asyncio.wait_for(waiting, 60)


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
        asyncio.gather(*(limiter.acquire() for _ in range(3)), return_exceptions=True), 60
    )
    assert [str(each) for each in done] == ["The fleet is closed."] * 3
    assert len({id(each) for each in done}) == 3
    await limiter.close()


async def test_a_server_that_refuses_after_an_outage_is_not_asked_all_the_time(
    own_servers: OwnServers, account: str
) -> None:
    """A process that was alone asks a Redis that refuses about once a second, and tells its callers."""
    server = own_servers()
    age_account(server.url, account)
    async with redis_at(server.url) as redis, limiter_crowd([server.url], account) as crowd:
        await crowd.call(0)
        server.kill()
        await crowd.call(0)  # alone
        await asyncio.to_thread(server.start)
        async with redis.pipeline() as together:  # the limiter may have written its own there again
            key = f"asyncsdk:{{{account}}}:limits"
            await together.delete(key).lpush(key, "mine").execute()
        crowd.busy(2)
        await until(lambda: crowd.failures)
        assert "wrong kind of value" in str(crowd.failures[0])
        began, before = time.monotonic(), (await redis.info("commandstats"))["cmdstat_get"]["calls"]
        await asyncio.sleep(1.0)
        asked = (await redis.info("commandstats"))["cmdstat_get"]["calls"] - before
        assert asked <= 8 * (time.monotonic() - began)
        await redis.delete(f"asyncsdk:{{{account}}}:limits")
        await crowd.called(1, since=time.monotonic())


async def test_a_pause_of_a_month_is_told(redis_url: str, account: str) -> None:
    """A 429 that asks for longer than a day closes the account, and breaks nothing."""
    age_account(redis_url, account)
    async with limiter_crowd([redis_url], account) as crowd:
        await crowd.call(0)
        crowd.limiters[0].throttled(30 * 86_400.0)
        await asyncio.sleep(0.2)
        with pytest.raises(QuotaExhausted):
            await crowd.call(0)


async def test_any_failure_of_a_client_is_told(account: str) -> None:
    """Whatever a client raises, its callers are told that, and nobody waits for ever."""

    class Broken:
        async def execute_command(self, *args: object) -> object:
            raise RuntimeError("the handler is closed")

    limiter = RedisLimiter(Broken(), account=account)
    async with asyncio.timeout(60):
        with pytest.raises(StoreFailed, match="the handler is closed"):
            await limiter.acquire()
        await limiter.close()
