"""Fleet: it opens and closes what it owns, gives sessions of any account, and says clearly what is wrong."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
import redis
from redis.asyncio import Redis

from asyncsdk import (
    ActOnError,
    InvalidArgument,
    Limits,
    MemoryStore,
    PasswordGrant,
    Session,
    SessionClosed,
    StoreFailed,
)
from asyncsdk.emulator import Emulator
from asyncsdk.fleet import Fleet, FleetUnavailable, RedisLimiter, RedisStore
from asyncsdk.redis.outage_mode import OutageMode
from tests.support.redis_fixtures import OwnServers, is_alone
from tests.support.stage import outcome

GRANT = PasswordGrant("id", "s3cret", "ada@example.com", "s3cret")


async def test_sessions_of_an_account_share_its_token(
    each_redis_url: str, account: str, acton_server: Emulator
) -> None:
    """Sessions of two fleets, as two processes have them, log in once for one account, and once for another."""
    grant = PasswordGrant(**acton_server.credentials)
    async with Fleet.from_url(each_redis_url) as one, Fleet.from_url(each_redis_url) as other:
        for fleet in (one, other):
            async with fleet.session(account, grant=grant, base_url=acton_server.url) as acton:
                assert (await acton.account.get()).account_id == 12345
        assert len(acton_server.calls.of("token")) == 1
        async with one.session(f"{account}-2", grant=grant, base_url=acton_server.url) as acton:
            await acton.account.get()
        assert len(acton_server.calls.of("token")) == 2


async def test_usage_is_known_before_the_first_call(redis_url: str, account: str, acton_server: Emulator) -> None:
    """A session that has just opened tells what other processes have called."""
    grant = PasswordGrant(**acton_server.credentials)
    async with Fleet.from_url(redis_url) as one, Fleet.from_url(redis_url) as other:
        async with one.session(account, grant=grant, base_url=acton_server.url) as acton:
            await acton.account.get()
        async with other.session(account, grant=grant, base_url=acton_server.url) as acton:
            usage = acton.usage()
    assert (usage.calls_made, usage.logins_left, usage.source) == (2, 4, "Redis")


@pytest.mark.slow
async def test_a_fleet_closes_what_it_opened(own_servers: OwnServers, acton_server: Emulator) -> None:
    """No connection to Redis stays behind; twice is harmless."""
    server = own_servers()
    fleet = Fleet.from_url(server.url)
    await fleet.open()
    grant = PasswordGrant(**acton_server.credentials)
    async with fleet.session("acme", grant=grant, base_url=acton_server.url) as acton:
        await acton.account.get()
    async with Redis.from_url(server.url) as redis:
        assert len(await redis.client_list()) > 1
        await fleet.close()
        await fleet.close()
        assert await is_alone(redis)


@pytest.mark.slow
async def test_closing_waits_once_for_a_redis_that_stands_still(
    own_servers: OwnServers, acton_server: Emulator
) -> None:
    """A fleet of many accounts leaves all of them in the time of one request, not one after the other."""
    server = own_servers()
    acton_server.settings.calls_per_second = None
    token = acton_server.issue_token()["access_token"]
    async with Fleet.from_url(server.url) as fleet:
        async with AsyncExitStack() as stack:
            sessions = [fleet.session(f"a-{n}", token=token, base_url=acton_server.url) for n in range(20)]
            await asyncio.gather(*[(await stack.enter_async_context(acton)).account.get() for acton in sessions])
        server.freeze()
        began = time.monotonic()
        await fleet.close()
        assert time.monotonic() - began < 15  # and not 20


@pytest.mark.slow
async def test_a_client_of_the_callers_stays_open(own_servers: OwnServers) -> None:
    """A fleet on the caller's client leaves it open, and works as well."""
    server = own_servers()
    async with Redis.from_url(server.url) as redis:
        async with Fleet(redis) as fleet, fleet.session("acme", grant=GRANT):
            pass
        assert await redis.ping()
        assert await is_alone(redis)


async def test_a_client_of_another_kind_is_told(redis_url: str) -> None:
    """Who passes a client that is not for asyncio is told which one to pass."""
    with redis.Redis.from_url(redis_url) as client, pytest.raises(ActOnError, match=r"redis\.asyncio"):
        await Fleet(client).open()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda fleet: fleet.session("a b", grant=GRANT), "The name of an account"),
        (lambda fleet: fleet.session("acme"), "grant"),
        (lambda fleet: fleet.session("acme", grant=GRANT, store=MemoryStore()), "leave both out"),
        (lambda fleet: fleet.session("acme", grant=GRANT, limiter=None), "leave both out"),
        (lambda _: Fleet.from_url("redis://cache", outage="panic"), "'share', 'wait' or 'refuse'"),
        (lambda _: Fleet.from_url("cache:6379"), "The address of Redis cannot be used"),
        (lambda _: Fleet("redis://cache:6379/0"), r"Fleet\.from_url\(\.\.\.\) takes an address"),  # type: ignore[arg-type]
        (lambda _: Fleet(redis.Redis()), r"must be a client of redis\.asyncio"),
        (lambda _: RedisLimiter(redis.Redis(), account="acme"), r"must be a client of redis\.asyncio"),
        (lambda _: RedisStore(redis.Redis(), account="acme"), r"must be a client of redis\.asyncio"),
    ],
)
async def test_what_cannot_be_is_told_at_once(make: Callable[[Fleet], object], why: str, redis_url: str) -> None:
    """Each wrong argument is an InvalidArgument, before anything is sent."""
    async with Fleet.from_url(redis_url) as fleet:
        with pytest.raises(InvalidArgument, match=why):
            make(fleet)


async def test_equal_sessions_share_a_limiter(redis_url: str, account: str) -> None:
    """Any number of sessions of an account can be made in a process; other limits are another limiter's."""
    async with Fleet.from_url(redis_url) as fleet:
        limiters = {id(fleet.session(account, grant=GRANT)._limiter) for _ in range(3)}
        assert len(limiters) == 1
        limited = fleet.session(account, grant=GRANT, limits=Limits(calls_per_second=2))
        assert id(limited._limiter) not in limiters


async def test_each_wrong_step_has_its_sentence(redis_url: str, account: str) -> None:
    """A fleet that is not open, is open already, or is closed says so."""
    fleet = Fleet.from_url(redis_url)
    with pytest.raises(ActOnError, match="This fleet is not open yet"):
        fleet.session(account, grant=GRANT)
    async with fleet:
        with pytest.raises(ActOnError, match="opens only once"):
            await fleet.open()
        fleet.session(account, grant=GRANT)
    with pytest.raises(ActOnError, match="This fleet is closed"):
        fleet.session(account, grant=GRANT)
    with pytest.raises(ActOnError, match="opens only once"):
        await fleet.open()


async def test_a_session_outlives_no_fleet(redis_url: str, account: str, acton_server: Emulator) -> None:
    """A session that is used after its fleet was closed says so, connects no more, and can be closed."""
    async with Fleet.from_url(redis_url) as fleet:
        acton = fleet.session(account, grant=PasswordGrant(**acton_server.credentials), base_url=acton_server.url)
        late = fleet.session(account, grant=GRANT)
        await acton.open()
    with pytest.raises(ActOnError, match="This fleet is closed"):
        await acton.account.get()
    with pytest.raises(ActOnError, match="This fleet is closed"):
        await late.open()
    await acton.close()
    with pytest.raises(SessionClosed):
        await acton.account.get()


async def test_another_event_loop_is_told(redis_url: str, account: str) -> None:
    """A fleet serves the event loop in which it was opened; another one gets a sentence that says so."""
    async with Fleet.from_url(redis_url) as fleet:
        session = fleet.session(account, grant=GRANT)

        async def elsewhere() -> None:
            with pytest.raises(ActOnError, match="opened in another event loop"):
                fleet.session(account, grant=GRANT)
            with pytest.raises(ActOnError, match="opened in another event loop"):
                await session.open()
            with pytest.raises(ActOnError, match="can be closed only there"):
                await fleet.close()

        await asyncio.to_thread(asyncio.run, elsewhere())


async def test_a_fleet_without_redis_does_not_open() -> None:
    """It says where it looked, and leaves nothing open."""
    fleet = Fleet.from_url("redis://user:s3cret@127.0.0.1:1/0")
    with pytest.raises(FleetUnavailable, match=r"Redis at 127\.0\.0\.1:1 cannot be reached") as caught:
        await fleet.open()
    assert "s3cret" not in f"{caught.value!r} {fleet!r}"
    assert repr(fleet) == "<Fleet 127.0.0.1:1 closed>"


@pytest.mark.slow
async def test_a_fleet_on_a_cache_does_not_open(own_servers: OwnServers) -> None:
    """The check of the server is made when it opens, and the connection of the check is closed."""
    server = own_servers(options=("--maxmemory-policy", "allkeys-lfu"))
    with pytest.raises(StoreFailed, match="allkeys-lfu"):
        async with Fleet.from_url(server.url):
            raise AssertionError("it opened")
    async with Redis.from_url(server.url) as redis:
        assert await is_alone(redis)


@pytest.mark.slow
@pytest.mark.parametrize("outage", ["refuse", "wait"])
async def test_a_fleet_says_what_calls_do_without_redis(
    outage: OutageMode, own_servers: OwnServers, acton_server: Emulator
) -> None:
    """Its sessions follow it while Redis is away, and all of them call again when it is back."""
    server = own_servers()
    async with (
        Fleet.from_url(server.url, outage=outage) as fleet,
        fleet.session("acme", token=acton_server.issue_token()["access_token"], base_url=acton_server.url) as acton,
    ):
        await acton.account.get()
        server.kill()
        before = len(acton_server.calls)
        ended = await asyncio.wait_for(outcome(call_for(acton, 4.0)), 60)
        assert isinstance(ended, FleetUnavailable if outage == "refuse" else TimeoutError), ended
        assert len(acton_server.calls) <= before + 5  # they had their places before
        server.start()
        for _ in range(600):
            if not isinstance(await outcome(acton.account.get()), FleetUnavailable):
                break
            await asyncio.sleep(0.1)
        await acton.account.get()


async def call_for(acton: Session, seconds: float) -> None:
    """Make one call after the other for some time; at its end the one under way is cut off."""
    async with asyncio.timeout(seconds):
        while True:
            await acton.account.get()


@pytest.mark.slow
def test_without_redis_py_it_says_what_to_install() -> None:
    """The import names the extra, and the library itself needs none."""
    program = "import sys; sys.modules['redis'] = None; import asyncsdk; asyncsdk.Session; import asyncsdk.fleet"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=180)  # noqa: S603
    assert 'ModuleNotFoundError: asyncsdk.fleet needs redis-py: pip install "asyncsdk[fleet]"' in done.stderr
