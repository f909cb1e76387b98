"""Dead letters of a broker's queue: list them, try one again, or drop it."""

from __future__ import annotations

from collections.abc import Sequence

from taskiq import AsyncBroker

from asyncsdk.errors import InvalidArgument
from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.stores import stores_of
from asyncsdk.fleet.taskiq.task_server import task_failure
from asyncsdk.redis.redis_errors import REDIS_ERRORS

__all__ = ["DeadLetters"]


class DeadLetters:
    """Dead letters: tasks that are not run again by themselves, each with its story.

    At most 10,000 are kept; a further one takes the place of the oldest. They hold the arguments of their tasks,
    but show none.

    Args:
        broker: a ``DurableBroker``, or an ``InMemoryBroker``.

    Raises:
        InvalidArgument: it is another broker.
    """

    def __init__(self, broker: AsyncBroker) -> None:
        stores = stores_of(broker)
        self._store, self._place = stores.dead_letters, stores.place

    async def list(self, most: int = 100) -> Sequence[DeadLetter]:
        """The newest letters, newest first.

        Args:
            most: how many, 1 to 10,000.

        Raises:
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses.
            InvalidArgument: ``most`` is no such number.
        """
        if not 1 <= most <= 10_000:
            raise InvalidArgument("most must be 1 to 10,000.")
        try:
            return await self._store.letters(most)
        except REDIS_ERRORS as error:
            raise task_failure(error, self._place) from None

    async def retry(self, letter_id: str) -> bool:
        """Put a letter's task into the queue again, as it was first put; False: there is no such letter.

        Raises:
            FleetUnavailable: Redis does not answer; perhaps it was put.
            StoreFailed: it refuses.
        """
        try:
            return await self._store.retry(letter_id)
        except REDIS_ERRORS as error:
            raise task_failure(error, self._place) from None

    async def drop(self, letter_id: str) -> bool:
        """Forget a letter and its task; False: there is no such letter.

        Raises:
            FleetUnavailable: Redis does not answer; perhaps it was dropped.
            StoreFailed: it refuses.
        """
        try:
            return await self._store.drop(letter_id)
        except REDIS_ERRORS as error:
            raise task_failure(error, self._place) from None
