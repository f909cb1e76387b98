"""Redis queue: the keys of one queue on a server, and requests to them that raise the errors of the library."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Final, TypeVar

from asyncsdk.errors import FleetUnavailable, InvalidArgument
from asyncsdk.fleet.queue_journal.answers import list_of, understood
from asyncsdk.fleet.queue_journal.keys import QueueKeys
from asyncsdk.fleet.queue_journal.scripts import READ
from asyncsdk.queue.shared_journal import LeadLost
from asyncsdk.redis.redis_errors import REDIS_ERRORS
from asyncsdk.redis.script import RedisClient, Script
from asyncsdk.redis.server_check import QUEUE_RIGHTS, failure_of

__all__ = ["RedisQueue", "lead_lost", "other_list"]

T = TypeVar("T")


class RedisQueue:
    """One queue's keys on a server.

    Args:
        redis: the client.
        place: where it is, for messages.
        name: the name of the queue, which was checked.
    """

    def __init__(self, redis: RedisClient, place: str, name: str) -> None:
        self.redis: Final = redis
        self.place: Final = place
        self.name: Final = name
        self.keys: Final = QueueKeys(name)

    async def run(self, script: Script, arguments: Sequence[str | int]) -> tuple[object, Sequence[object]]:
        """Run a script with all keys; gives how it ended, and what it answers.

        Raises:
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses.
        """
        answer = await self.asked(script.run(self.redis, self.keys.all, arguments))
        with understood(self.place):
            ended, *told = list_of(answer)
        return ended, told

    async def read(self, name: str, key: int, *more: str | int) -> object:
        """Read by one command about a key; gives its answer, and raises what ``run`` raises."""
        _, told = await self.run(READ, (name, key, *more))
        return told[0] if told else None

    async def asked(self, asking: Awaitable[T]) -> T:
        """Ask Redis, or raise the library's own error. Not with its cause, which shows what was sent: addresses."""
        try:
            return await asking
        except REDIS_ERRORS as error:
            failure = failure_of(error, self.place, QUEUE_RIGHTS)
        raise failure

    def unavailable(self) -> FleetUnavailable:
        """The error for what Redis has not answered in time."""
        return FleetUnavailable(f"Redis at {self.place} has not answered in time.")


def lead_lost() -> LeadLost:
    """The error of a process that sends a queue's rows no more."""
    return LeadLost("Another process sends the rows of this queue now. Nothing was sent.")


def other_list(queue: RedisQueue) -> InvalidArgument:
    """The error for a queue of another list under this name."""
    return InvalidArgument(
        f"The queue {queue.name} in Redis at {queue.place} is for another list, or of another version: choose"
        " another name."
    )
