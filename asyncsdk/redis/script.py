"""Lua script that Redis runs as one step: by its hash, and whole where the server does not know it yet."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Sequence
from inspect import isawaitable
from typing import Protocol

from redis.exceptions import NoScriptError

from asyncsdk.errors import ActOnError

__all__ = ["RedisClient", "Script", "request"]


class RedisClient(Protocol):
    """Client of Redis, as far as it is used here; ``redis.asyncio.Redis`` and its ``RedisCluster`` are such."""

    def execute_command(self, *args: str | bytes | int | float) -> Awaitable[object]:
        """Send one command, and give its answer."""
        ...


async def request(redis: RedisClient, *command: str | bytes | int | float) -> object:
    """Send one command, and give its answer.

    redis-py sends within ``asyncio.wait_for``, which in Python 3.11 swallows a cancellation that comes when the
    sending is just done: it is raised here.

    Raises:
        RedisError: the server cannot be reached, or refuses.
        ActOnError: the client is not one for asyncio.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0
    try:
        answer = redis.execute_command(*command)
        if not isawaitable(answer):
            raise ActOnError("The client of Redis must be one of redis.asyncio: this one gives nothing to await.")
        return await answer
    finally:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError


class Script:
    """Script, as the program holds it.

    Args:
        source: the text in Lua.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._hash = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def run(
        self, redis: RedisClient, keys: Sequence[str], arguments: Sequence[str | bytes | int | float]
    ) -> object:
        """Run it in one request; in two where the server was restarted since.

        Raises:
            RedisError: the server cannot be reached, or refuses.
        """
        try:
            return await request(redis, "EVALSHA", self._hash, len(keys), *keys, *arguments)
        except NoScriptError:
            return await request(redis, "EVAL", self._source, len(keys), *keys, *arguments)
