"""Processes of one account that share a Redis: what becomes of their calls when something happens to it."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

import pytest

from tests.fleet.homes import Home
from tests.support.arrivals import Arrival, accepted_rate, best_rate, fullest_second, longest_gap, refused
from tests.support.measured_again import measured_again
from tests.support.redis_fixtures import OwnServers
from tests.support.redis_server import RedisServer
from tests.support.relay import Relay
from tests.support.strict_server import strict_server

pytestmark = pytest.mark.slow

FOUR = ["w1", "w2", "w3", "w4"]

NEVER = 1e6
"""Seconds: what is under way for so long does not arrive."""


@pytest.fixture
def redis(own_servers: OwnServers) -> RedisServer:
    """A server that may be harmed."""
    return own_servers(tcp=True)


def home_at(url: str, **settings: object) -> Home:
    """An account that lives in a Redis."""
    return Home("redis", {"redis_url": url, "account": "a", **settings})


async def killed_for(redis: RedisServer, seconds: float) -> float:
    """SIGKILL, and an empty Redis after so many seconds; gives the moment of the kill."""
    redis.kill()
    moment = time.monotonic()
    await asyncio.sleep(seconds)
    await asyncio.to_thread(redis.start)
    return moment


def between(arrivals: list[Arrival], first: float, last: float) -> list[Arrival]:
    """The calls of some time."""
    return [each for each in arrivals if first <= each.time < last]


@measured_again
async def test_a_dead_redis_is_bridged(redis: RedisServer) -> None:
    """SIGKILL for five seconds, then an empty one: none is refused, and after two seconds processes go on alone."""
    async with strict_server() as server:
        home = home_at(redis.url, rules={"settling": 0.0})  # else 12 s must pass until a new Redis deals out places
        async with home.workers(server, FOUR, seconds=90, calls=12) as group:
            for who in FOUR:
                await group.called(who, 4)  # each has been told by now what it may do alone
            dead = await killed_for(redis, 5.0)
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert len(arrivals) == 48
    assert refused(arrivals) == 0
    assert fullest_second(arrivals) <= 5
    assert len(between(arrivals, dead + 2.0, dead + 5.0)) >= 3


@measured_again
async def test_calls_wait_for_a_dead_redis_if_told(redis: RedisServer) -> None:
    """With ``outage="wait"`` nothing is called without Redis, and what has waited comes through afterwards."""
    async with strict_server() as server:
        async with home_at(redis.url, outage="wait").workers(server, FOUR, seconds=90, calls=6) as group:
            for who in FOUR:
                await group.called(who)
            dead = await killed_for(redis, 3.5)
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert len(arrivals) == 24
    assert refused(arrivals) == 0
    assert between(arrivals, dead + 1.5, dead + 3.5) == []


@measured_again
async def test_an_emptied_redis_costs_no_refusal(redis: RedisServer) -> None:
    """FLUSHALL under four processes: none is refused, and nobody is blocked."""
    async with strict_server() as server:
        async with home_at(redis.url).workers(server, FOUR, seconds=90, calls=6) as group:
            await group.called("w1", 2)
            redis.flush()
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert len(arrivals) == 24
    assert refused(arrivals) == 0
    assert fullest_second(arrivals) <= 5
    assert longest_gap(arrivals) < 4.0


@measured_again
async def test_a_short_stop_of_redis_costs_no_refusal(redis: RedisServer) -> None:
    """SIGSTOP of Redis for 0.8 s: none is refused, and the calls go on."""
    async with strict_server() as server:
        async with home_at(redis.url).workers(server, FOUR, seconds=90, calls=6) as group:
            await group.called("w1", 2)
            redis.freeze()
            await asyncio.sleep(0.8)
            redis.wake()
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert len(arrivals) == 24
    assert refused(arrivals) == 0
    assert fullest_second(arrivals) <= 5
    assert longest_gap(arrivals) < 4.0


@measured_again
async def test_a_slow_way_to_redis_costs_pace_and_no_refusal(redis: RedisServer) -> None:
    """With 150 ms to Redis and as long back none is refused, and the calls go on."""
    async with strict_server() as server, Relay(lambda _: 0.15).to(redis.url) as relayed:
        async with home_at(_redis_url(relayed)).workers(server, FOUR, seconds=10) as group:
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert refused(arrivals) == 0
    assert fullest_second(arrivals) <= 5
    assert accepted_rate(arrivals) > 0.3 * best_rate(server.low, server.high)


@measured_again
async def test_one_process_is_cut_off(redis: RedisServer) -> None:
    """Cut off alone, with ``outage="wait"``, it waits until the way is there; the others are not held up."""
    delays = [0.0]
    async with strict_server() as server, Relay(lambda _: delays[-1]).to(redis.url) as relayed:
        one = home_at(_redis_url(relayed), outage="wait").workers(server, ["cut"], seconds=90, calls=8)
        async with home_at(redis.url).workers(server, FOUR, seconds=90, calls=8) as others, one as group:
            await group.called("cut", 2)
            delays.append(NEVER)
            cut = time.monotonic()
            await asyncio.sleep(4.0)
            delays.append(0.0)
            await group.finished()
            await others.finished()
        arrivals = await server.arrivals()
    assert group.errors() + others.errors() == []
    assert len(arrivals) == 40
    assert refused(arrivals) == 0
    assert fullest_second(arrivals) <= 5
    while_cut = between(arrivals, cut + 1.5, cut + 4.0)
    assert {each.who for each in while_cut} & {"cut", *FOUR} == set(FOUR)


def _redis_url(relayed: str) -> str:
    return f"redis://{urlsplit(relayed).netloc}/0"
