"""Stores of a broker: where its delayed tasks and its dead letters are kept; in Redis, or in its memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, cast

from attrs import frozen
from taskiq import AsyncBroker, InMemoryBroker

from asyncsdk.errors import InvalidArgument
from asyncsdk.fleet.taskiq.broker import DurableBroker
from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.delivery import Delivery
from asyncsdk.fleet.taskiq.memory_stores import MemoryDeadLetters, MemoryDelays
from asyncsdk.fleet.taskiq.unsafe_notes import UnsafeNotes
from asyncsdk.redis.connect import place_of

__all__ = ["TaskStores", "stores_of"]


class DelayStore(Protocol):
    """Keeps tasks until they are due."""

    async def put(
        self, data: bytes, seconds: float, delivery: Delivery | None = None, *, token: str | None = None
    ) -> None:
        """Let a message wait for so many seconds, at least; with the same token again it is the same message."""
        ...


class DeadLetterStore(Protocol):
    """Keeps dead letters."""

    async def add(self, letter: DeadLetter, delivery: Delivery | None = None) -> None:
        """Keep a letter; a second one with the same id changes nothing."""
        ...

    async def letters(self, most: int) -> Sequence[DeadLetter]:
        """The newest letters, without the messages."""
        ...

    async def retry(self, letter_id: str) -> bool:
        """Put the message of a letter into the queue again; False: there is no such letter."""
        ...

    async def drop(self, letter_id: str) -> bool:
        """Forget a letter; False: there is no such letter."""
        ...


@frozen
class TaskStores:
    """The stores of one broker."""

    delays: DelayStore
    dead_letters: DeadLetterStore
    current_delivery: Callable[[], Delivery | None]
    """The message that the task that runs now came by; None: it ends by itself."""
    is_acknowledged: Callable[[Delivery], bool]
    """Whether a message has left the queue, so that nobody else can be given it, and nothing of it is to end."""
    is_stopped: Callable[[Delivery], bool]
    """Whether the broker has cancelled the task, which another worker is given."""
    note_unsafe: Callable[[Delivery], Awaitable[None]] | None
    """Awaited before the first unsafe call of a delivery leaves; None: nobody else could run it again."""
    place: str
    """Where they are, for messages; without a password."""


_KEY: Final = "asyncsdk_task_stores"


def stores_of(broker: AsyncBroker) -> TaskStores:
    """The stores of a broker; those of one in memory are made once, and live as long as it.

    Raises:
        InvalidArgument: it is none of the two kinds: nobody would keep what waits.
    """
    if isinstance(broker, DurableBroker):
        place = place_of(broker.redis)
        return TaskStores(
            broker.delays,
            broker.dead_letters,
            broker.current_delivery,
            broker.is_acknowledged,
            broker.is_stopped,
            UnsafeNotes(broker.redis, place).write,
            place,
        )
    if not isinstance(broker, InMemoryBroker):
        raise InvalidArgument("Retries and dead letters need a DurableBroker, or an InMemoryBroker for tests.")
    kept = cast("TaskStores | None", broker.state.get(_KEY))
    if kept is None:

        async def send(data: bytes) -> None:
            await broker.kick(broker.formatter.dumps(broker.formatter.loads(data)))

        kept = broker.state[_KEY] = TaskStores(
            MemoryDelays(send), MemoryDeadLetters(send), lambda: None, lambda _: True, lambda _: False, None, "none"
        )
    return kept
