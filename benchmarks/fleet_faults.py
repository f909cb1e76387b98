"""What goes wrong in the middle of a run: a process killed, one frozen, Redis dead for five seconds."""

from __future__ import annotations

import asyncio

from tests.support.redis_server import RedisServer
from tests.support.worker_processes import Workers

__all__ = ["FAULT_SECONDS", "dead_redis", "kill_and_freeze"]

FAULT_SECONDS = 40.0
"""How long a run with a fault takes."""


async def kill_and_freeze(group: Workers, _: RedisServer | None) -> None:
    """SIGKILL of one process, then SIGSTOP of another for five seconds."""
    await group.at(8.13)
    group.kill("w1")
    await group.at(14.07)
    group.freeze("w2")
    await group.at(19.0)
    group.wake("w2")


async def dead_redis(group: Workers, redis: RedisServer | None) -> None:
    """SIGKILL of Redis, which comes back empty after five seconds."""
    assert redis is not None
    await group.at(16.0)  # a new Redis deals out places for such times after some seconds
    redis.kill()
    await group.at(21.0)
    await asyncio.to_thread(redis.start)
