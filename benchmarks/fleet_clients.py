"""Ways to keep to five calls a second in several processes: the library's, and what people take instead.

Run by ``workers`` of the tests, as the program of worker processes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, TypeAlias

import aiohttp

from tests.support.worker_clients import CLIENTS, Client, MakeCall
from tests.support.worker_program import main

__all__ = ["PEERS"]

Acquire: TypeAlias = Callable[[], Awaitable[object]]

Settings: TypeAlias = Mapping[str, Any]


async def aiolimiter_each(_: Settings) -> Acquire:
    """The account's limit in each process."""
    from aiolimiter import AsyncLimiter

    return AsyncLimiter(5, 1).acquire


async def aiolimiter_split(settings: Settings) -> Acquire:
    """An equal part of the limit in each process, whether it has work or not."""
    from aiolimiter import AsyncLimiter

    return AsyncLimiter(1, settings["processes"] / 5).acquire


async def pyrate_limiter(settings: Settings) -> Acquire:
    """A bucket in Redis."""
    from pyrate_limiter import Limiter, Rate
    from pyrate_limiter.buckets import RedisBucket
    from redis.asyncio import Redis

    redis = Redis.from_url(settings["redis_url"])
    limiter = Limiter(await RedisBucket.init([Rate(5, 1000)], redis, settings["account"]), buffer_ms=0)
    return limiter.try_acquire_async


async def limits(settings: Settings) -> Acquire:
    """A moving window in Redis."""
    from limits import RateLimitItemPerSecond
    from limits.aio.storage import RedisStorage
    from limits.aio.strategies import MovingWindowRateLimiter

    window = MovingWindowRateLimiter(RedisStorage("async+" + settings["redis_url"], implementation="redispy"))
    item, account = RateLimitItemPerSecond(5, 1), settings["account"]

    async def acquire() -> None:
        while not await window.hit(item, account):
            reset = (await window.get_window_stats(item, account)).reset_time
            await asyncio.sleep(max(0.002, reset - time.time()))

    return acquire


async def throttled(settings: Settings) -> Acquire:
    """The generic cell rate algorithm in Redis."""
    from throttled.asyncio import Throttled, rate_limiter, store

    quota = rate_limiter.per_duration(timedelta(seconds=1), limit=5, burst=5)
    kept = store.RedisStore(server=settings["redis_url"])
    return Throttled(key=settings["account"], using="gcra", quota=quota, store=kept, timeout=1e9).limit


def raw(limiter: Callable[[Settings], Awaitable[Acquire]]) -> Client:
    """The same call by hand with aiohttp; after a 429 the limiter is asked again."""

    @asynccontextmanager
    async def client(settings: Settings) -> AsyncIterator[MakeCall]:
        acquire = await limiter(settings)
        url = f"{settings['url']}/api/1/list/l-0001/record"
        async with aiohttp.ClientSession(headers={"Authorization": "Bearer static"}) as http:

            async def call(email: str) -> None:
                status = 429
                while status == 429:
                    await acquire()
                    async with http.put(url, params={"email": email}, json={"First Name": "Ada"}) as answer:
                        await answer.read()
                        status = answer.status

            yield call

    return client


PEERS: Final[Mapping[str, Client]] = {
    each.__name__: raw(each) for each in (aiolimiter_each, aiolimiter_split, pyrate_limiter, limits, throttled)
}

if __name__ == "__main__":
    main({**CLIENTS, **PEERS})
