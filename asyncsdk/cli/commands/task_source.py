"""Task source: the queues of tasks in the Redis that the environment names, and their dead letters."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from math import inf
from typing import TYPE_CHECKING, Final, TypeVar

from asyncsdk import clock
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.output.task_report import LetterLook, QueueLook
from asyncsdk.errors import InvalidArgument, StoreFailed

if TYPE_CHECKING:
    from asyncsdk.fleet.taskiq.dead_letter_store import RedisDeadLetters
    from asyncsdk.redis.script import RedisClient

__all__ = ["TaskSource", "has_tasks", "task_source"]

T = TypeVar("T")

SEARCH_EVERY: Final = 60.0
"""Seconds after which new queues are searched for."""


class TaskSource:
    """Looks at queues of tasks.

    Args:
        redis: the client.
        place: where it is, for messages.
    """

    def __init__(self, redis: RedisClient, place: str) -> None:
        self._redis = redis
        self._place = place
        self._names: Sequence[str] = ()
        self._searched_at = -inf

    async def queues(self) -> Sequence[QueueLook] | None:
        """All queues, by name; None: they cannot be seen here, since an extra is missing, or a right.

        Raises:
            FleetUnavailable: Redis does not answer.
        """
        if not has_tasks():
            return None
        from asyncsdk.fleet.taskiq.queue_view import read_queue, search_queues

        try:
            if clock.monotonic() - self._searched_at > SEARCH_EVERY:  # all keys of the database are looked at
                self._names = await search_queues(self._redis, self._place)
                self._searched_at = clock.monotonic()
            views = [await read_queue(self._redis, self._place, name) for name in self._names]
        except StoreFailed:  # a user who may look at accounts only
            return None
        return [
            QueueLook(each.queue, each.waiting, each.running, each.delayed, each.due_in, each.dead)
            for each in views
        ]

    async def letters(self, queue: str, most: int) -> Sequence[LetterLook]:
        """The newest dead letters of a queue.

        Raises:
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses.
            Failure: the name is none of a queue.
        """
        found = await self._asked(self._store(queue).letters(most))
        return [
            LetterLook(each.id, each.task, each.kind, each.story, each.deliveries, each.put_at, each.died_at)
            for each in found
        ]

    async def retry(self, queue: str, letter_id: str) -> bool:
        """Put a letter's task into its queue again; False: there is no such letter.

        Raises:
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses.
            Failure: the name is none of a queue.
        """
        return await self._asked(self._store(queue).retry(letter_id))

    async def drop(self, queue: str, letter_id: str) -> bool:
        """Forget a letter; False: there is no such letter. It raises what ``retry`` raises."""
        return await self._asked(self._store(queue).drop(letter_id))

    def _store(self, queue: str) -> RedisDeadLetters:
        from asyncsdk.fleet.taskiq.dead_letter_store import RedisDeadLetters
        from asyncsdk.fleet.taskiq.task_keys import checked_queue

        try:
            return RedisDeadLetters(self._redis, checked_queue(queue))
        except InvalidArgument as error:
            raise Failure(Exit.BAD_INPUT, str(error)) from error

    async def _asked(self, answer: Awaitable[T]) -> T:
        from asyncsdk.redis.redis_errors import REDIS_ERRORS
        from asyncsdk.redis.server_check import failure_of

        try:
            return await answer
        except REDIS_ERRORS as error:
            raise failure_of(error, self._place) from None


def has_tasks() -> bool:
    """Whether the extra for tasks is installed."""
    return find_spec("taskiq") is not None and find_spec("taskiq_redis") is not None


@asynccontextmanager
async def task_source(url: str) -> AsyncGenerator[TaskSource]:
    """The source in the Redis at an address, which was checked; nothing is connected before the first look."""
    from asyncsdk.redis.connect import close_client, limiter_client, place_of
    from asyncsdk.redis.redis_address import RedisAddress

    client = limiter_client(RedisAddress(url))
    try:
        yield TaskSource(client, place_of(client))
    finally:
        await close_client(client)
