"""Task server: the check, when a broker starts, that a Redis can keep tasks."""

from __future__ import annotations

import secrets
from typing import Final

from asyncsdk.fleet.taskiq.task_keys import task_key
from asyncsdk.redis.redis_errors import REDIS_ERRORS
from asyncsdk.redis.script import RedisClient, Script
from asyncsdk.redis.server_check import RIGHTS, Contents, check_server, failure_of

__all__ = ["TASK_RIGHTS", "check_task_server", "task_failure"]

TASK_RIGHTS: Final = (
    f"{RIGHTS} +xadd +xack +xdel +xlen +xrange +xgroup +xreadgroup +xclaim +xpending +xinfo"
    " +hexists +zadd +zrem +zcard +zscore +zrange +zrevrange +zrangebyscore"
)
"""What a user of Redis must be allowed for a queue of tasks."""

_TASKS: Final = Contents("tasks", "the tasks that wait are lost", expire=False)

_PROBE: Final = Script("""
local stream, set = KEYS[1], KEYS[2]
redis.call('XGROUP', 'CREATE', stream, 'probe', '0', 'MKSTREAM')
local id = redis.call('XADD', stream, '*', 'data', '')
redis.call('XREADGROUP', 'GROUP', 'probe', 'probe', 'COUNT', 1, 'STREAMS', stream, '>')
redis.call('XPENDING', stream, 'probe', '-', '+', 1)
redis.call('XCLAIM', stream, 'probe', 'probe', 0, id, 'JUSTID')
redis.call('XINFO', 'CONSUMERS', stream, 'probe')
redis.call('XRANGE', stream, id, id)
redis.call('XLEN', stream)
redis.call('XACK', stream, 'probe', id)
redis.call('XDEL', stream, id)
redis.call('ZADD', set, 1, 'probe')
redis.call('ZCARD', set)
redis.call('ZSCORE', set, 'probe')
redis.call('ZRANGE', set, 0, 0)
redis.call('ZREVRANGE', set, 0, 0)
redis.call('ZRANGEBYSCORE', set, '-inf', 1, 'LIMIT', 0, 1)
redis.call('ZREM', set, 'probe')
redis.call('HEXISTS', set, 'probe')
return redis.call('DEL', stream, set)
""")
"""Does what the scripts of a queue of tasks do besides those of accounts, and leaves nothing."""


async def check_task_server(redis: RedisClient, place: str) -> None:
    """Check that a Redis can keep tasks.

    Args:
        redis: the client.
        place: where it is, for messages; without a password.

    Raises:
        FleetUnavailable: it does not answer, or cannot work now.
        StoreFailed: it gives no access, is too old, only for reading, or removes what it should keep.
    """
    await check_server(redis, place, _TASKS)
    # The name is random: several processes may start at once.
    probe = f"probe-{secrets.token_hex(8)}"
    try:
        await _PROBE.run(redis, (task_key(probe, "waiting"), task_key(probe, "dead")), ())
    except REDIS_ERRORS as error:
        raise task_failure(error, place) from None


def task_failure(error: Exception, place: str) -> Exception:
    """The library's own error for one of redis-py's, which names the rights that tasks need."""
    return failure_of(error, place, TASK_RIGHTS)
