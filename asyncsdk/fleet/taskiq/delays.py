"""Delayed tasks: a sorted set in Redis by the time at which each is due; workers move the due ones to the queue.

The clock is that of Redis, and the set outlives workers: no task comes before its time, and none is forgotten.
"""

from __future__ import annotations

from math import ceil
from typing import Final

from asyncsdk.fleet.taskiq.delivery import Delivery
from asyncsdk.fleet.taskiq.put_tokens import KNOWN_SECONDS, put_key, put_token
from asyncsdk.fleet.taskiq.task_keys import task_key, unsafe_key
from asyncsdk.fleet.taskiq.task_scripts import MESSAGE_IS_OURS, delivery_arguments
from asyncsdk.redis.script import RedisClient, Script

__all__ = ["DelayedTasks"]

AT_ONCE: Final = 100
"""Tasks that one round moves at the most."""

_PUT: Final = Script(
    MESSAGE_IS_OURS
    + """
if not ours() then return 0 end
if not redis.call('SET', KEYS[3], 1, 'NX', 'EX', ARGV[3]) then return 0 end
local time = redis.call('TIME')
local due = time[1] * 1000 + math.ceil(time[2] / 1000) + ARGV[1]
redis.call('ZADD', KEYS[2], string.format('%.0f', due), ARGV[2])
leave()
return 1
"""
)

_MOVE: Final = Script("""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do
  redis.call('XADD', KEYS[1], '*', 'data', string.sub(member, 17))
  redis.call('ZREM', KEYS[2], member)
end
return #due
""")


class DelayedTasks:
    """Delayed tasks of one queue.

    Args:
        redis: the client.
        queue: the name of the queue.
    """

    def __init__(self, redis: RedisClient, queue: str) -> None:
        self._redis = redis
        self._queue = queue
        stream = task_key(queue, "waiting")
        self._keys = (stream, task_key(queue, "delayed"), unsafe_key(stream))

    async def put(
        self, data: bytes, seconds: float, delivery: Delivery | None = None, *, token: str | None = None
    ) -> None:
        """Let a message wait, and end its delivery in the same step.

        Args:
            data: the message.
            seconds: how long, at least.
            delivery: the delivery that it comes from; if another worker has that message by now, nothing is done.
            token: a ``put_token`` by which Redis knows this message when it comes once more.

        Raises:
            RedisError: the server cannot be reached, or refuses.
        """
        token = token or put_token()
        # Equal messages are two tasks: 16 letters before each tell them apart.
        member = token.encode() + data
        whole = ceil(max(0.0, seconds) * 1000)
        keys = (self._keys[0], self._keys[1], put_key(self._queue, token), self._keys[2])
        await _PUT.run(self._redis, keys, (whole, member, KNOWN_SECONDS, *delivery_arguments(delivery)))

    async def move_due(self) -> None:
        """Move the tasks that are due to the end of the queue, at most ``AT_ONCE``.

        Raises:
            RedisError: the server cannot be reached, or refuses.
        """
        await _MOVE.run(self._redis, self._keys, (AT_ONCE,))
