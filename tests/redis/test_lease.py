"""Right to renew in Redis: one holder in the whole fleet, whatever dies, stands still or is cancelled."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from asyncsdk import StoreFailed, Tally, Token
from asyncsdk.redis.connect import limiter_client, store_client
from asyncsdk.redis.lease import Lease
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_store import RedisStore, renewal_right
from tests.support.redis_fixtures import OwnServers

SHORT = 0.15
"""Seconds that a right outlives a dead holder in these tests."""


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the shared server."""
    async with store_client(RedisAddress(redis_url)) as client:
        yield client


async def is_free(redis: Redis, account: str) -> bool:
    """Whether nobody holds the right."""
    return not await redis.exists(f"asyncsdk:{{{account}}}:renewer")


async def taken_and_left(redis: Redis, account: str) -> Lease:
    """The right of a holder that died: it took it, and does nothing more."""
    dead = Lease(redis, renewal_right(account), SHORT)
    async with dead.held(10):
        kept = await redis.get(f"asyncsdk:{{{account}}}:renewer")
    await redis.set(f"asyncsdk:{{{account}}}:renewer", kept, px=round(SHORT * 1000))
    return dead


@pytest.mark.slow
async def test_a_dead_holder_keeps_it_for_its_time_only(redis: Redis, account: str) -> None:
    """Others wait until the right of a holder that was killed has ended, and not much longer."""
    begin = time.monotonic()
    await taken_and_left(redis, account)
    async with RedisStore(redis, account=account).exclusive():
        assert SHORT <= time.monotonic() - begin < 60


@pytest.mark.slow
async def test_a_living_holder_keeps_it(redis: Redis, account: str) -> None:
    """However long a renewal takes, nobody else gets the right meanwhile."""
    lease = 2.0  # most of it is for a machine that is busy
    async with RedisStore(redis, account=account, lease_seconds=lease).exclusive():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5 * lease), RedisStore(redis, account=account).exclusive():
                raise AssertionError("two hold the right")
    assert await is_free(redis, account)


@pytest.mark.slow
async def test_patience_ends(redis: Redis, account: str) -> None:
    """A holder that neither works nor dies is told of in an error, and not waited for for ever."""
    async with Lease(redis, renewal_right(account)).held(10):
        with pytest.raises(StoreFailed, match=r"has held the right to renew the token of account \S+ for 0\.1 s"):
            async with Lease(redis, renewal_right(account)).held(0.1):
                raise AssertionError("two hold the right")


async def test_one_of_two_waiters_is_cancelled(redis: Redis, account: str) -> None:
    """The other one gets the right as soon as it is free, and nothing stays held."""
    order: list[str] = []

    async def wait(name: str) -> None:
        async with RedisStore(redis, account=account).exclusive():
            order.append(name)

    async with RedisStore(redis, account=account).exclusive():
        first, second = asyncio.create_task(wait("first")), asyncio.create_task(wait("second"))
        await asyncio.sleep(0.02)
        first.cancel()
        await asyncio.wait({first})
        assert first.cancelled()
    async with asyncio.timeout(60):
        await second
    assert order == ["second"]
    assert await is_free(redis, account)


@pytest.mark.parametrize("turns", range(8))
async def test_whenever_a_try_is_cancelled_nothing_stays_held(turns: int, redis: Redis, account: str) -> None:
    """A try that was cancelled while its request was on the way gives back what it may have got."""
    async with RedisStore(redis, account=f"{account}-2").exclusive():
        pass  # there is a connection, and the scripts are known

    async def take() -> None:
        async with RedisStore(redis, account=account).exclusive():
            await asyncio.sleep(60)

    trying = asyncio.create_task(take())
    for _ in range(turns):
        await asyncio.sleep(0)
    trying.cancel()
    await asyncio.wait({trying})
    assert trying.cancelled()
    assert await is_free(redis, account)


async def test_a_cancelled_release_frees_it(redis: Redis, account: str) -> None:
    """A holder that is cancelled while it gives the right back, even twice, leaves it free."""

    async def hold() -> None:
        async with RedisStore(redis, account=account).exclusive():
            held.set()
            await asyncio.sleep(60)

    held = asyncio.Event()
    holding = asyncio.create_task(hold())
    await held.wait()
    holding.cancel()
    await asyncio.sleep(0)
    holding.cancel()
    await asyncio.wait({holding})
    async with asyncio.timeout(60), RedisStore(redis, account=account).exclusive():
        pass
    assert holding.cancelled()


async def test_a_late_writer_is_fenced(redis: Redis, account: str, caplog: pytest.LogCaptureFixture) -> None:
    """A holder that stood still while another renewed writes nothing, and the log says so."""
    late, other = (RedisStore(redis, account=account, lease_seconds=60) for _ in range(2))
    async with late.exclusive():
        await redis.delete(f"asyncsdk:{{{account}}}:renewer")  # as if its time were over
        async with other.exclusive():
            await other.save(Token("newer"))
        await late.save(Token("older"))
    assert await late.load() == Token("newer")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "another process renewed it meanwhile" in caplog.text
    assert "older" not in caplog.text


async def test_a_late_writer_whom_nobody_overtook_is_not_lost(redis: Redis, account: str) -> None:
    """A token that was got after the end of the right is kept, if nobody else took the right since."""
    late = RedisStore(redis, account=account, lease_seconds=60)
    async with late.exclusive():
        await redis.delete(f"asyncsdk:{{{account}}}:renewer")
        await late.save(Token("new"))
    assert await late.load() == Token("new")


@pytest.mark.slow
@pytest.mark.parametrize("overtaken", [False, True])
async def test_a_token_that_could_not_be_kept_follows(own_servers: OwnServers, overtaken: bool) -> None:
    """It is kept with the next counting, unless another process has renewed the token since."""
    server = own_servers()
    async with limiter_client(RedisAddress(server.url)) as redis:
        store, other = RedisStore(redis, account="acme"), RedisStore(redis, account="acme")
        async with store.exclusive():
            server.kill()
            with pytest.raises(StoreFailed):
                await store.save(Token("new"))
        with pytest.raises(StoreFailed):
            await store.count(Tally())
        server.start()
        if overtaken:
            async with other.exclusive():
                await other.save(Token("newer"))
        await store.count(Tally())
        assert await other.load() == Token("newer" if overtaken else "new")


@pytest.mark.slow
async def test_a_holder_takes_its_right_back_where_nobody_did(redis: Redis, account: str) -> None:
    """A right whose time was over, or that a Redis forgot, is its living holder's again."""
    async with RedisStore(redis, account=account, lease_seconds=SHORT).exclusive():
        await redis.delete(*(f"asyncsdk:{{{account}}}:{part}" for part in ("renewer", "fence")))
        async with asyncio.timeout(60):
            while await is_free(redis, account):  # noqa: ASYNC110 - Redis sets no event
                await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_a_redis_that_dies_while_it_is_held(own_servers: OwnServers) -> None:
    """The holder ends its work, is told that its token is not kept, and hangs nowhere; the next one begins anew."""
    server = own_servers()
    async with limiter_client(RedisAddress(server.url)) as redis:
        store = RedisStore(redis, account="acme", lease_seconds=SHORT)
        async with asyncio.timeout(60):
            async with store.exclusive():
                server.kill()
                await asyncio.sleep(SHORT)
                with pytest.raises(StoreFailed):
                    await store.save(Token("new"))
            with pytest.raises(StoreFailed):
                async with store.exclusive():
                    raise AssertionError("no right without Redis")
            server.start()
            async with store.exclusive():
                await store.save(Token("new"))
            assert await store.load() == Token("new")


@pytest.mark.slow
async def test_a_holder_dies_with_its_redis_frozen(own_servers: OwnServers) -> None:
    """A cancelled holder whose Redis stands still ends within a few seconds."""
    server = own_servers()
    async with store_client(RedisAddress(server.url)) as redis:
        held = asyncio.Event()

        async def hold() -> None:
            async with RedisStore(redis, account="acme").exclusive():
                held.set()
                await asyncio.sleep(60)

        holding = asyncio.create_task(hold())
        await held.wait()
        server.freeze()
        begin = time.monotonic()
        holding.cancel()
        await asyncio.wait({holding})
        assert holding.cancelled()
        assert time.monotonic() - begin < 30
        server.wake()


async def test_one_try_tells_at_once(redis: Redis, account: str) -> None:
    """A try finds the right held and ends; once it is given back the next try gets it, and is sure of it."""
    first, second = (Lease(redis, renewal_right(account)) for _ in range(2))
    assert await first.take()
    assert not await second.take()
    assert (first.is_sure, second.is_sure) == (True, False)
    await first.give_back()
    assert await second.take()
    assert (first.is_sure, second.is_sure) == (False, True)
    await second.give_back()
    assert await is_free(redis, account)


@pytest.mark.slow
async def test_a_holder_is_sure_while_its_clock_says_so(own_servers: OwnServers) -> None:
    """With Redis away it is not sure before the others may have the right; it is again where nobody took it."""
    server = own_servers()
    async with limiter_client(RedisAddress(server.url)) as redis:
        lease = Lease(redis, renewal_right("acme"), SHORT)
        assert await lease.take()
        server.freeze()
        await asyncio.sleep(SHORT)
        assert not lease.is_sure
        assert not lease.lost.is_set()
        server.wake()
        async with asyncio.timeout(60):
            while not lease.is_sure:  # noqa: ASYNC110 - its clock sets no event
                await asyncio.sleep(0.01)
        await lease.give_back()


@pytest.mark.slow
async def test_a_holder_learns_that_another_has_it(redis: Redis, account: str) -> None:
    """One that overslept its lease, so that another took the right, is told by its next question."""
    lease, other = (Lease(redis, renewal_right(account), SHORT) for _ in range(2))
    assert await other.take()
    others = await redis.get(f"asyncsdk:{{{account}}}:renewer")
    await other.give_back()
    assert await lease.take()
    # In one step, so that it does not take back a right that nobody has.
    await redis.set(f"asyncsdk:{{{account}}}:renewer", others, px=60_000)
    async with asyncio.timeout(60):
        await lease.lost.wait()
    assert not lease.is_sure
    await lease.give_back()
    assert not await is_free(redis, account)
