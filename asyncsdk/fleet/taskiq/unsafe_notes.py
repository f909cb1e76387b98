"""Notes about unsafe calls: that a task has begun one, written before the call leaves.

When the worker dies after that, the message of the task is not run again by another: nobody knows whether the call
was made.
"""

from __future__ import annotations

from typing import Final

from asyncsdk.errors import NotSent
from asyncsdk.fleet.taskiq.delivery import Delivery
from asyncsdk.fleet.taskiq.task_keys import unsafe_key
from asyncsdk.fleet.taskiq.task_scripts import MESSAGE_IS_OURS, delivery_arguments
from asyncsdk.fleet.taskiq.task_server import task_failure
from asyncsdk.redis.redis_errors import REDIS_ERRORS
from asyncsdk.redis.script import RedisClient, Script

__all__ = ["UnsafeNotes"]

_NOTE: Final = Script(
    MESSAGE_IS_OURS
    + """
if not ours() then return 0 end
redis.call('HSET', KEYS[2], id, run)
return 1
"""
)


class UnsafeNotes:
    """Notes about the messages of one queue; each goes with its message.

    Args:
        redis: the client.
        place: where it is, for messages.
    """

    def __init__(self, redis: RedisClient, place: str) -> None:
        self._redis = redis
        self._place = place

    async def write(self, delivery: Delivery) -> None:
        """Write that the task of this delivery begins a call that must not be made twice.

        Raises:
            NotSent: another worker, or another run, has the message by now, so that the call must not leave here.
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses.
        """
        keys = delivery.stream, unsafe_key(delivery.stream)
        try:
            noted = await _NOTE.run(self._redis, keys, delivery_arguments(delivery))
        except REDIS_ERRORS as error:
            raise task_failure(error, self._place) from None
        if not noted:
            raise NotSent(
                "Another run has this task by now, as this one stood still, or Redis was emptied: nothing was sent."
            )
