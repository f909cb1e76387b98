"""Requests to Redis: a script survives a restart of the server, and a cancellation is never swallowed."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from asyncsdk.redis.connect import store_client
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.script import Script
from tests.support.redis_fixtures import OwnServers

SUM = Script("return tonumber(ARGV[1]) + tonumber(ARGV[2])")


def new_script() -> Script:
    """The same, as a server does not know it yet."""
    return Script(f"return tonumber(ARGV[1]) + tonumber(ARGV[2]) -- {uuid4()}")


async def test_a_script_is_known_after_its_first_run(each_redis_url: str, account: str) -> None:
    """It is sent whole once, and gives its answer each time."""
    async with store_client(RedisAddress(each_redis_url)) as redis:
        assert [await SUM.run(redis, [account], [number, 4]) for number in range(3)] == [4, 5, 6]


@pytest.mark.slow
async def test_a_script_survives_a_restart(own_servers: OwnServers) -> None:
    """A server that was restarted knows no scripts, and is told again."""
    server = own_servers()
    async with store_client(RedisAddress(server.url)) as redis:
        assert await SUM.run(redis, ["a"], [3, 4]) == 7
        server.kill()
        await asyncio.to_thread(server.start)
        assert await SUM.run(redis, ["a"], [3, 5]) == 8


@pytest.mark.parametrize("connected", [False, True])
async def test_a_cancellation_is_never_swallowed(connected: bool, redis_url: str, account: str) -> None:
    """A caller that is cancelled before its answer is there ends so, and the next one gets its own answer."""
    for turns in range(8):
        async with store_client(RedisAddress(redis_url)) as redis:
            if connected:
                await SUM.run(redis, [account], [0, 0])
            asking = asyncio.ensure_future(new_script().run(redis, [account], [3, 4]))
            for _ in range(turns):
                await asyncio.sleep(0)
            was_done = asking.done()
            asking.cancel()
            (ended,) = await asyncio.gather(asking, return_exceptions=True)
            assert ended == 7 if was_done else isinstance(ended, asyncio.CancelledError)
            assert await SUM.run(redis, [account], [3, 5]) == 8
