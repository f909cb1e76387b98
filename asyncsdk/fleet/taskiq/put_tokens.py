"""Put tokens: by them Redis knows a task that is put once more, as its first answer was lost, and puts it once."""

from __future__ import annotations

import secrets
from typing import Final

from asyncsdk.fleet.taskiq.task_keys import task_key
from asyncsdk.redis.script import RedisClient, Script

__all__ = ["KNOWN_SECONDS", "put_key", "put_once", "put_token"]

KNOWN_SECONDS: Final = 60
"""Seconds for which Redis knows a token: longer than anybody goes on to put one task."""

_PUT: Final = Script("""
if not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('XADD', KEYS[1], '*', 'data', ARGV[1])
return 1
""")


def put_token() -> str:
    """A new token, of 16 letters."""
    return secrets.token_hex(8)


def put_key(queue: str, token: str) -> str:
    """The key that says that the task of a token was put."""
    return task_key(queue, f"put:{token}")


async def put_once(redis: RedisClient, queue: str, data: bytes, token: str) -> None:
    """Put a message at the end of a queue, unless that was done with this token.

    Args:
        redis: the client.
        queue: the name of the queue.
        data: the message.
        token: the token of this put, and of its repeats.

    Raises:
        RedisError: the server cannot be reached, or refuses.
    """
    await _PUT.run(redis, (task_key(queue, "waiting"), put_key(queue, token)), (data, KNOWN_SECONDS))
