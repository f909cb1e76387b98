"""Queue view: how a queue in Redis stands, read in one step without changing it; it holds no row and no address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from asyncsdk.fleet.queue_journal.answers import list_of, loose_text, understood
from asyncsdk.fleet.queue_journal.codec import whole_number
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue
from asyncsdk.fleet.queue_journal.scripts import VIEW
from asyncsdk.redaction import message_text
from asyncsdk.redis.lease import holder_process

__all__ = ["QueueView", "age_of", "read_queue_view"]

_LONGEST: Final = 100
"""Characters of the id of a list at the most."""


@frozen
class QueueView:
    """How a queue in Redis stands."""

    name: str
    list_id: str
    """The list that its rows are for."""

    sender: str
    """The process that sends, such as ``uvicorn-4711@web-1/9f3c21d0``; empty: none does."""

    waiting: int
    """Rows that are to be sent."""

    on_the_way: int
    """Rows that Act-On has, or may have, and whose outcome is not known yet."""

    given_up: int
    """Rows that were given up, and that nobody was given or told of."""

    oldest: float
    """Seconds since the oldest row was put that waits or is on its way; 0 if there is none."""

    trouble: str
    """What keeps the sender from saving rows at the moment; empty: nothing that is known."""


async def read_queue_view(queue: RedisQueue) -> QueueView | None:
    """How a queue stands; None if Redis knows none of this name.

    Raises:
        FleetUnavailable: Redis does not answer.
        StoreFailed: it refuses.
    """
    _, told = await queue.run(VIEW, ())
    with understood(queue.place):
        numbers, first, kept, sender, list_id, trouble = told
        rows, on_the_way, given_up, now = _whole(list_of(numbers))
        if not list_id:
            return None
        return QueueView(
            queue.name,
            message_text(loose_text(list_id), _LONGEST),
            holder_process(loose_text(sender)),
            max(0, rows - on_the_way),
            on_the_way,
            given_up,
            age_of(now, first, kept),
            message_text(loose_text(trouble)),
        )


def age_of(now: int, *ids: object) -> float:
    """Seconds since the first of some rows was put, by the time of Redis in ms; 0: there is none."""
    put = [whole_number(loose_text(each).partition("-")[0]) for each in ids if each]
    return max(0.0, (now - min(put)) / 1_000) if put else 0.0


def _whole(numbers: Sequence[object]) -> list[int]:
    found = [each for each in numbers if isinstance(each, int)]
    if len(found) != len(numbers):
        raise TypeError
    return found
