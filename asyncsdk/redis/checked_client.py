"""Checked client: a client of Redis that asks before each command whether it may be used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asyncsdk.redis.script import RedisClient

__all__ = ["CheckedClient"]


class CheckedClient:
    """Client whose owner says when it may be used.

    redis-py would connect again after it was closed, and fail in many ways in another event loop.

    Args:
        redis: the client.
        check: raises an ``ActOnError`` where it may not be used.
    """

    def __init__(self, redis: RedisClient, check: Callable[[], None]) -> None:
        self._redis = redis
        self._check = check

    def execute_command(self, *args: str | bytes | int | float) -> Awaitable[object]:
        """Send one command, and give its answer.

        Raises:
            ActOnError: it may not be used.
        """
        self._check()
        return self._redis.execute_command(*args)
