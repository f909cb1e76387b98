"""Time without Redis: never more calls in a second than are allowed, whatever becomes of the server.

Several limiters stand for as many processes. Servers are real: they are killed, frozen, emptied, slowed and cut
off. Calls are counted strictly, where they arrive.
"""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from asyncsdk import FleetUnavailable, Limits, QuotaExhausted
from asyncsdk.redis.outage_mode import OutageMode
from tests.support.arrivals import fullest_second
from tests.support.cut_relay import cut_relay
from tests.support.limiter_crowd import limiter_crowd
from tests.support.redis_fixtures import OwnServers
from tests.support.script_home import age_account
from tests.support.stage import until

pytestmark = pytest.mark.slow

PLACES = 5

SILENCE = 1.5
"""Seconds for which no call can be made after Redis was there for the last time."""


async def test_a_server_that_dies_and_comes_back_empty(own_servers: OwnServers, account: str) -> None:
    """Processes go on alone with their part of the second, and find together again: never six in a second."""
    server = own_servers()
    age_account(server.url, account)
    async with limiter_crowd([server.url] * 4, account) as crowd:
        crowd.busy(6)
        await crowd.each_called(3)
        server.kill()
        await crowd.called(7, since=time.monotonic() + SILENCE)
        assert all(limiter.usage().unreachable_for for limiter in crowd.limiters)
        await asyncio.to_thread(server.start)
        await crowd.called(10, since=time.monotonic() + 1.0)
        await crowd.rest()
        assert fullest_second(crowd.arrivals) <= PLACES
        assert not crowd.failures
        await crowd.check_day()


async def test_a_server_that_stands_still_with_its_memory(own_servers: OwnServers, account: str) -> None:
    """What it carries out late, when it goes on, lets no call through that is one too many."""
    server = own_servers()
    age_account(server.url, account)
    async with limiter_crowd([server.url] * 8, account) as crowd:
        crowd.busy(4)
        await crowd.each_called(2)
        server.freeze()
        await crowd.called(7, since=time.monotonic() + SILENCE)
        server.wake()
        await crowd.called(10, since=time.monotonic() + 1.0)
        await crowd.rest()
        assert fullest_second(crowd.arrivals) <= PLACES
        assert not crowd.failures
        await crowd.check_day()


async def test_a_network_that_fails_for_all(own_servers: OwnServers, account: str) -> None:
    """Who finds Redis again first lets no call through as long as others may not have noticed."""
    server = own_servers(tcp=True)
    age_account(server.url, account)
    async with (
        cut_relay(server.port) as relay,
        limiter_crowd([f"redis://127.0.0.1:{relay.port}/0"] * 5, account) as crowd,
    ):
        crowd.busy(6)
        await crowd.each_called(3)
        for _ in range(2):
            relay.refuse()
            await crowd.called(7, since=time.monotonic() + SILENCE)
            relay.mend()
            await crowd.called(5, since=time.monotonic() + 1.0)
        await crowd.rest()
        assert fullest_second(crowd.arrivals) <= PLACES
        assert not crowd.failures
        await crowd.check_day()


async def test_a_server_that_stands_still_for_a_moment(own_servers: OwnServers, account: str) -> None:
    """Callers wait for as long as it does, and nothing else happens."""
    server = own_servers()
    async with limiter_crowd([server.url] * 4, account) as crowd:
        crowd.busy(6)
        await crowd.each_called(1)
        server.freeze()
        await asyncio.sleep(0.8)
        server.wake()
        await crowd.called(8, since=time.monotonic())
        await crowd.rest()
        assert fullest_second(crowd.arrivals) <= PLACES
        assert not crowd.failures


async def test_a_server_that_is_emptied(own_servers: OwnServers, account: str) -> None:
    """Redis forgets all at once: it waits until the calls of the last moment are over, and is told of all."""
    server = own_servers()
    async with limiter_crowd([server.url] * 4, account) as crowd:
        crowd.busy(6)
        await crowd.each_called(1)
        server.flush()
        await crowd.called(8, since=time.monotonic() + 1.0)
        await crowd.rest()
        assert fullest_second(crowd.arrivals) <= PLACES
        assert not crowd.failures
        await crowd.check_day()


async def test_a_newcomer_on_an_emptied_server(own_servers: OwnServers, account: str) -> None:
    """It cannot know that others have just used the second, and waits until that is over."""
    server = own_servers()
    age_account(server.url, account)
    async with limiter_crowd([server.url] * 2, account) as crowd:
        await asyncio.gather(*(crowd.call(0) for _ in range(5)))
        server.flush()
        await asyncio.gather(*(crowd.call(1) for _ in range(5)))
        assert fullest_second(crowd.arrivals) <= PLACES


async def test_one_process_that_is_cut_off(own_servers: OwnServers, account: str) -> None:
    """The others go on as before, and the one has its part of the second on top of theirs, and not more."""
    server = own_servers(tcp=True)
    age_account(server.url, account)
    async with (
        cut_relay(server.port) as relay,
        limiter_crowd([server.url] * 3 + [f"redis://127.0.0.1:{relay.port}/0"], account) as crowd,
    ):
        crowd.busy(6)
        await crowd.each_called(3)
        relay.cut()
        cut = time.monotonic()
        await crowd.called(3, since=cut + SILENCE, who="3")
        await crowd.called(6, since=cut + SILENCE, who="0")
        relay.mend()
        mended = time.monotonic()
        await crowd.called(2, since=mended + 5.0, who="3")
        await crowd.rest()
        assert fullest_second(crowd.arrived_between(0, cut + 1)) <= PLACES
        assert fullest_second(crowd.arrivals) <= PLACES + 1
        assert fullest_second(crowd.arrived_between(mended + 5.0, mended + 99)) <= PLACES
        assert not crowd.failures
        assert crowd.limiters[3].usage().unreachable_for is None


@pytest.mark.parametrize("delay", [0.15, 0.3])
async def test_a_server_that_is_far_away(own_servers: OwnServers, account: str, delay: float) -> None:
    """Over a way of so many seconds in each direction calls are made, more slowly, and none too many."""
    server = own_servers(tcp=True)
    age_account(server.url, account)
    async with (
        cut_relay(server.port, delay) as relay,
        limiter_crowd([f"redis://127.0.0.1:{relay.port}/0"] * 4, account) as crowd,
    ):
        crowd.busy(6)
        await crowd.each_called(2)
        await crowd.rest()
        assert fullest_second(crowd.arrivals) <= PLACES
        assert not crowd.failures


async def test_calls_that_wait_for_redis(own_servers: OwnServers, account: str) -> None:
    """With "wait" no call is made while Redis is away, none fails, and one that may not wait so long says so."""
    server = own_servers()
    age_account(server.url, account)
    patient = limiter_crowd([server.url] * 3, account, "wait")
    hasty = limiter_crowd([server.url], account, "wait", Limits(max_wait=1.0))
    async with patient as crowd, hasty as another:
        crowd.busy(4)
        await crowd.each_called(1)
        server.kill()
        died = time.monotonic()
        with pytest.raises(QuotaExhausted, match="max_wait"):
            await another.call(0)
        await asyncio.sleep(3.0)
        back = time.monotonic()
        await asyncio.to_thread(server.start)
        await crowd.called(6, since=back)
        await crowd.rest()
        assert fullest_second(crowd.arrivals) <= PLACES
        assert not crowd.arrived_between(died + 0.6, back)
        assert not crowd.failures


async def test_calls_that_are_refused_without_redis(own_servers: OwnServers, account: str) -> None:
    """With "refuse" a call ends at once while Redis is away, and is made when it is there again."""
    server = own_servers()
    async with limiter_crowd([server.url], account, "refuse") as crowd:
        await crowd.call(0)
        server.kill()
        with pytest.raises(FleetUnavailable, match=f"account {account}"):
            await crowd.call(0)
        begin = time.monotonic()
        with pytest.raises(FleetUnavailable):
            await crowd.call(0)
        assert time.monotonic() - begin < 10
        await asyncio.to_thread(server.start)
        for _ in range(600):
            try:
                await crowd.call(0)
                break
            except FleetUnavailable:
                await asyncio.sleep(0.1)
        assert len(crowd.arrivals) == 2


@pytest.mark.parametrize("mode", ["share", "wait"])
async def test_logins_wait_for_redis(own_servers: OwnServers, account: str, mode: OutageMode) -> None:
    """Nobody logs in alone: two who do make each other's token invalid, and may lock the account."""
    server = own_servers()
    age_account(server.url, account)
    async with limiter_crowd([server.url], account, mode) as crowd:
        await crowd.call(0)
        server.kill()
        login = asyncio.create_task(crowd.call(0, login=True))
        if mode == "share":
            await crowd.call(0)
        await asyncio.sleep(1.0)
        assert not login.done()
        await asyncio.to_thread(server.start)
        await asyncio.wait_for(login, 60)


async def test_an_outage_is_announced_once(
    own_servers: OwnServers, account: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has one warning when it begins and one line when it ends, without the password of the server."""
    server = own_servers(tcp=True, options=("--requirepass", "hush-hush"))
    url = server.url.replace("redis://", "redis://:hush-hush@")
    with caplog.at_level(logging.INFO, "asyncsdk"):
        async with limiter_crowd([url], account, "wait") as crowd:
            await crowd.call(0)
            assert not caplog.records
            server.kill()
            crowd.busy(3)
            await until(lambda: crowd.limiters[0].usage().unreachable_for)
            await asyncio.to_thread(server.start)
            await until(lambda: len(caplog.records) > 1)
            await asyncio.sleep(1.0)  # no third line follows
    began, ended = caplog.records
    assert began.levelno == logging.WARNING
    assert "Redis" in began.getMessage()
    assert account in began.getMessage()
    assert ended.levelno == logging.INFO
    assert "hush" not in caplog.text
