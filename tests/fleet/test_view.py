"""A fleet that is looked at: processes, who waits, and what is left, from a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from asyncsdk import AccountView, Lane, Limits
from asyncsdk.errors import InvalidArgument, StoreFailed
from asyncsdk.fleet import Fleet, FleetUnavailable, RedisLimiter
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow


async def looked(
    look: Callable[[], Awaitable[AccountView | None]], until: Callable[[AccountView], bool]
) -> AccountView:
    """The view as soon as it is so; fails with the last one after a minute."""
    seen: AccountView | None = None
    for _ in range(1_200):
        seen = await look()
        if seen is not None and until(seen):
            return seen
        await asyncio.sleep(0.05)
    raise AssertionError(seen)


async def test_the_processes_of_an_account(each_redis_url: str, account: str) -> None:
    """Each is told with its places and with who waits; looking takes no place and makes no member."""
    async with Fleet.from_url(each_redis_url) as fleet, Redis.from_url(each_redis_url) as client:
        assert await fleet.view(account) is None
        assert await fleet.processes(account) == ()
        web, nightly = (RedisLimiter(client, account=account, limits=Limits(calls_per_second=n)) for n in (5, 2))
        login = await web.acquire(Lane.INTERACTIVE, login=True)
        waiting = [asyncio.create_task(web.acquire()) for _ in range(6)]
        waiting += [asyncio.create_task(nightly.acquire(Lane.BULK)) for _ in range(3)]
        seen = await looked(
            lambda: fleet.view(account), lambda seen: seen.places_taken == 5 and sum(seen.waiting.values()) == 5
        )
        assert len(seen.processes) == 2
        assert {each.calls_per_second for each in seen.processes} == {None, 2.0}
        assert (seen.calls_made, seen.calls_left) == (5, 29_995)
        assert (seen.logins_made, seen.logins_left) == (1, 4)
        assert 3_500 < seen.logins_reset_in <= 3_600
        assert 86_000 < seen.calls_reset_in <= 86_460
        assert seen.paused_for < 2.0
        assert all(0 <= each.seen_ago < 10 for each in seen.processes)
        web.throttled(30.0)
        await looked(lambda: fleet.view(account), lambda seen: 25 < seen.paused_for <= 30)
        login.answered()
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await web.close()
        await nightly.close()
        assert await fleet.processes(account) == ()


async def test_accounts_are_found(redis_url: str, account: str) -> None:
    """Those that Redis keeps limits of; other keys, however named, are none."""
    async with Fleet.from_url(redis_url) as fleet, Redis.from_url(redis_url) as client:
        await client.set(f"asyncsdk:{{{account}}}:limits", "", px=5_000)
        await client.set("asyncsdk:{a b}:limits", "", px=5_000)
        await client.set(f"asyncsdk:{{{account}}}x:limits", "", px=5_000)
        found = await fleet.accounts()
        assert account in found
        assert list(found) == sorted(found)
        assert not {"a b", f"{account}}}x"} & {*found}


async def test_many_accounts_are_bounded(own_servers: OwnServers) -> None:
    """At most a hundred are told."""
    server = own_servers()
    async with Fleet.from_url(server.url) as fleet, Redis.from_url(server.url) as client:
        await client.mset({f"asyncsdk:{{a{n:04}}}:limits": "x" for n in range(3_000)})
        assert len(await fleet.accounts()) == 100


@pytest.mark.parametrize(
    "kept", [b"", b"{}", b"\xff\xfe", b"[" * 5_000, b'{"base": 1}', b'{"base": "\\u001b[2J"}', b"null"]
)
async def test_damaged_limits(redis_url: str, account: str, kept: bytes) -> None:
    """They are an error of the store, and what to do is said."""
    async with Fleet.from_url(redis_url) as fleet, Redis.from_url(redis_url) as client:
        await client.set(f"asyncsdk:{{{account}}}:limits", kept, px=5_000)
        with pytest.raises(StoreFailed, match=f"limits of account {account} in Redis at .* are damaged"):
            await fleet.view(account)


@pytest.mark.parametrize("part", ["limits", "calls"])
async def test_keys_of_another_type(redis_url: str, account: str, part: str) -> None:
    """Something else in place of the limits or the calls is told in the words of Redis, as callers are told."""
    async with Fleet.from_url(redis_url) as fleet, Redis.from_url(redis_url) as client:
        await client.rpush(f"asyncsdk:{{{account}}}:{part}", "x")
        with pytest.raises(StoreFailed, match=r"refuses: .*wrong kind of value"):
            await fleet.view(account)
        await client.delete(f"asyncsdk:{{{account}}}:{part}")


async def test_redis_is_away(own_servers: OwnServers) -> None:
    """A look ends in ``FleetUnavailable``, and works again when Redis is back."""
    server = own_servers()
    async with Fleet.from_url(server.url) as fleet:
        server.kill()
        with pytest.raises(FleetUnavailable, match="cannot be reached"):
            await fleet.view("acme")
        with pytest.raises(FleetUnavailable, match="cannot be reached"):
            await fleet.accounts()
        server.start()
        assert await fleet.view("acme") is None


async def test_a_user_who_may_not_search(own_servers: OwnServers) -> None:
    """It is told which right is missing; accounts that are named can be looked at."""
    server = own_servers()
    async with Redis.from_url(server.url) as client:
        await client.acl_setuser("default", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-scan"])
        async with Fleet.from_url(server.url) as fleet:
            with pytest.raises(StoreFailed, match=r"Allow the user \+scan"):
                await fleet.accounts()
            assert await fleet.view("acme") is None


async def test_a_name_that_cannot_be_one(redis_url: str) -> None:
    """It is refused before Redis is asked."""
    async with Fleet.from_url(redis_url) as fleet:
        for name in ("", "ada@example.com", "*"):
            with pytest.raises(InvalidArgument, match="name of an account"):
                await fleet.view(name)
