"""Fleet: one account, its limits and its token, for many processes on many machines; they meet in Redis.

    async with Fleet.from_url("redis://cache:6379/0") as fleet:
        async with fleet.session("acme", grant=PasswordGrant(...)) as acton:
            await acton.contacts.upsert("l-0001", email="ada@example.com", data={"First Name": "Ada"})

It needs ``pip install "asyncsdk[fleet]"``, and Redis 6.2 or later, or Valkey.
"""

from __future__ import annotations

from importlib.util import find_spec

from asyncsdk.errors import FleetUnavailable

if find_spec("redis") is None:
    raise ModuleNotFoundError('asyncsdk.fleet needs redis-py: pip install "asyncsdk[fleet]".', name="redis")

from asyncsdk.fleet.fleet import Fleet
from asyncsdk.redis.redis_limiter import RedisLimiter
from asyncsdk.redis.redis_store import RedisStore

__all__ = ["Fleet", "FleetUnavailable", "RedisLimiter", "RedisStore"]
