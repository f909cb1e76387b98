"""Reading of what a queue has in Redis, in pieces that keep Redis busy for a millisecond each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from asyncsdk.fleet.queue_journal.answers import entry_of, list_of, loose_text, understood
from asyncsdk.fleet.queue_journal.keys import DUE, ROWS, WAITS
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue

__all__ = ["ROWS_AT_ONCE", "due_times", "fields_of", "put_rows", "waited_for"]

ROWS_AT_ONCE: Final = 200
"""Rows of one answer."""

FIELDS_AT_ONCE: Final = 500

_NO_OUTCOME: Final = (b"", "")


async def put_rows(queue: RedisQueue) -> AsyncIterator[tuple[str, object]]:
    """The rows that were put and are as they were: the id and the text of each, the oldest first.

    Raises:
        FleetUnavailable: Redis does not answer.
        StoreFailed: it refuses.
    """
    begin, is_full = "-", True
    while is_full:
        answer = await queue.read("XRANGE", ROWS, begin, "+", "COUNT", ROWS_AT_ONCE)
        with understood(queue.place):
            entries = [entry_of(each) for each in list_of(answer)]
        for row_id, text in entries:
            begin = f"({row_id}"
            yield row_id, text
        is_full = len(entries) == ROWS_AT_ONCE


async def fields_of(queue: RedisQueue, key: int) -> dict[str, object]:
    """All fields of a hash, with what stands in them; raises what ``put_rows`` raises."""
    found: dict[str, object] = {}
    cursor = "0"
    while True:
        answer = await queue.read("HSCAN", key, cursor, "COUNT", FIELDS_AT_ONCE)
        with understood(queue.place):
            following, parts = list_of(answer)
            cursor, pairs = loose_text(following), list_of(parts)
            found.update(zip(map(loose_text, pairs[::2]), pairs[1::2], strict=True))
        if cursor == "0":
            return found


async def due_times(queue: RedisQueue) -> dict[str, float]:
    """When given-up rows are reported that somebody waits for, in ms, by id; raises what ``put_rows`` raises."""
    found: dict[str, float] = {}
    first, is_full = 0, True
    while is_full:
        answer = await queue.read("ZRANGE", DUE, first, first + FIELDS_AT_ONCE - 1, "WITHSCORES")
        with understood(queue.place):
            parts = [loose_text(each) for each in list_of(answer)]
            found.update(zip(parts[::2], map(float, parts[1::2]), strict=True))
        first += FIELDS_AT_ONCE
        is_full = len(parts) == 2 * FIELDS_AT_ONCE
    return found


async def waited_for(queue: RedisQueue, ids: Sequence[str]) -> set[str]:
    """Those of some rows that somebody still waits for, by their ids; raises what ``put_rows`` raises."""
    found: set[str] = set()
    for first in range(0, len(ids), FIELDS_AT_ONCE):
        some = ids[first : first + FIELDS_AT_ONCE]
        answer = await queue.read("HMGET", WAITS, *some)
        with understood(queue.place):
            found.update(each for each, told in zip(some, list_of(answer), strict=True) if told in _NO_OUTCOME)
    return found
