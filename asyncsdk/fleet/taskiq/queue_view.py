"""Queue view: how many tasks of a queue wait, run, are delayed or are dead; looks, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from attrs import frozen

from asyncsdk.errors import StoreFailed
from asyncsdk.fleet.taskiq.task_keys import GROUP, task_key
from asyncsdk.redis.redis_errors import REDIS_ERRORS, is_away, reason
from asyncsdk.redis.script import RedisClient, Script, request
from asyncsdk.redis.server_check import failure_of

__all__ = ["MOST_QUEUES", "TaskQueueView", "read_queue", "search_queues"]

MOST_QUEUES: Final = 100
"""Queues that are searched for at the most."""

AT_ONCE: Final = 1_000
"""Keys that Redis looks at in one request."""

_PARTS: Final = ("waiting", "delayed", "dead")

_KEY: Final = re.compile(r"asyncsdk:tasks:\{([A-Za-z0-9._-]{1,100})\}:(?:waiting|delayed|dead)")

_LOOK: Final = Script("""
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1])
local running = 0
if not pending.err then running = pending[1] end
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
local time = redis.call('TIME')
local due = -1
if first[2] then due = math.max(0, first[2] - time[1] * 1000 - math.floor(time[2] / 1000)) end
return {redis.call('XLEN', KEYS[1]), running, redis.call('ZCARD', KEYS[2]), due, redis.call('ZCARD', KEYS[3])}
""")


@frozen
class TaskQueueView:
    """View of one queue of tasks."""

    queue: str
    """Its name."""

    waiting: int
    """Tasks that no worker has yet."""

    running: int
    """Tasks that a worker has; those of one that died are among them until another takes them."""

    delayed: int
    """Tasks that are not due yet."""

    due_in: float | None
    """Seconds until the first of these is due; None: there is none."""

    dead: int
    """Dead letters."""


async def read_queue(redis: RedisClient, place: str, queue: str) -> TaskQueueView:
    """The view of a queue, which was checked.

    Raises:
        FleetUnavailable: Redis does not answer.
        StoreFailed: it refuses.
    """
    keys = [task_key(queue, part) for part in _PARTS]
    try:
        told = cast("Sequence[object]", await _LOOK.run(redis, keys, (GROUP,)))
        length, running, delayed, due, dead = (each if isinstance(each, int) else 0 for each in told)
    except (*REDIS_ERRORS, TypeError) as error:
        raise failure_of(cast("Exception", error), place) from None
    return TaskQueueView(queue, max(0, length - running), running, delayed, due / 1000 if delayed else None, dead)


async def search_queues(redis: RedisClient, place: str) -> Sequence[str]:
    """The names of the queues that Redis keeps tasks of, in their order; at most ``MOST_QUEUES``.

    Raises:
        FleetUnavailable: Redis does not answer.
        StoreFailed: it refuses.
    """
    found: set[str] = set()
    cursor = "0"
    try:
        while True:
            command = ("SCAN", cursor, "MATCH", task_key("*", "*"), "COUNT", AT_ONCE)
            answer = cast("tuple[object, Sequence[object]]", await request(redis, *command))
            cursor, names = _text(answer[0]), (_queue_of(_text(key)) for key in answer[1])
            found.update(name for name in names if name is not None)
            if cursor == "0" or len(found) >= MOST_QUEUES:
                return sorted(found)[:MOST_QUEUES]
    except (*REDIS_ERRORS, TypeError) as error:
        if is_away(error):
            raise failure_of(cast("Exception", error), place) from None
        raise StoreFailed(
            f"Redis at {place} does not let queues of tasks be searched for: {reason(error)}. Allow the user +scan."
        ) from None


def _queue_of(key: str) -> str | None:
    """The queue whose part a key is; None: it is no such key."""
    found = _KEY.fullmatch(key)
    return None if found is None else found[1]


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
