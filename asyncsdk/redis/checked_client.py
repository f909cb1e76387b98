"""Checked client: a client of Redis that asks before each command whether it may be used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from redis import Redis, RedisCluster

from asyncsdk.errors import InvalidArgument
from asyncsdk.redis.script import RedisClient

__all__ = ["CheckedClient", "require_client"]


def require_client(redis: object) -> None:
    """Check that this is a client that can be awaited, before it is used for the first time.

    Raises:
        InvalidArgument: it is something else, such as an address, or a client of ``redis`` without asyncio.
    """
    if isinstance(redis, (Redis, RedisCluster)) or not callable(getattr(redis, "execute_command", None)):
        raise InvalidArgument(
            "redis must be a client of redis.asyncio, such as redis.asyncio.Redis; Fleet.from_url(...) takes an"
            " address."
        )


class CheckedClient:
    """Client whose owner says when it may be used.

    redis-py would connect again after it was closed, and fail in many ways in another event loop.

    Args:
        redis: the client.
        check: raises an ``ActOnError`` where it may not be used.

    Raises:
        InvalidArgument: ``redis`` is no client that can be awaited.
    """

    def __init__(self, redis: RedisClient, check: Callable[[], None]) -> None:
        require_client(redis)
        self._redis = redis
        self._check = check

    def execute_command(self, *args: str | bytes | int | float) -> Awaitable[object]:
        """Send one command, and give its answer.

        Raises:
            ActOnError: it may not be used.
        """
        self._check()
        return self._redis.execute_command(*args)
