"""The copy of a run's journal in a Redis that loses what is written to it."""

from __future__ import annotations

import random
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from asyncsdk import StoreFailed
from asyncsdk.fleet.run_journal.redis_vault import RedisVault

pytestmark = pytest.mark.slow


class EmptyingRedis:
    """A client that removes a key after the first piece of some copies, as if Redis was emptied then.

    Args:
        redis: the client.
        key: the key.
        times: how often.
    """

    def __init__(self, redis: Redis, key: str, times: int) -> None:
        self._redis = redis
        self._key = key
        self._times = times

    async def execute_command(self, *args: Any) -> object:
        """Send a command."""
        answer = await self._redis.execute_command(*args)
        if len(args) > 11 and args[10] == "" and self._times:
            self._times -= 1
            await self._redis.delete(self._key)
        return answer


@pytest.mark.parametrize("times", [2, 100])
async def test_a_copy_is_kept_whole_or_not_at_all(redis_url: str, times: int) -> None:
    """Redis is emptied while a copy is written: it is there when ``keep`` returns, or that raises."""
    name, copy = f"run-{uuid4().hex}", random.Random(1).randbytes(2 << 20)
    async with Redis.from_url(redis_url) as redis:
        client = EmptyingRedis(redis, f"asyncsdk:run:{{{name}}}:copy", times)
        vault = RedisVault(client, "redis", name, lease_seconds=30, keep_seconds=60)
        assert await vault.take() is None
        if times == 100:
            with pytest.raises(StoreFailed, match="loses what is written"):
                await vault.keep(copy)
        else:
            await vault.keep(copy)
        await vault.give_back()
        kept = await RedisVault(redis, "redis", name, lease_seconds=30, keep_seconds=60).take()
        assert kept == (None if times == 100 else copy)
