"""Dead-letter store in Redis: at most 10,000 letters, oldest out first; the messages apart from their stories."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final, cast

from attrs import evolve

from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.delivery import Delivery
from asyncsdk.fleet.taskiq.task_keys import task_key, unsafe_key
from asyncsdk.fleet.taskiq.task_scripts import MESSAGE_IS_OURS, delivery_arguments
from asyncsdk.redaction import message_text
from asyncsdk.redis.script import RedisClient, Script

__all__ = ["MOST_LETTERS", "RedisDeadLetters"]

_log = logging.getLogger("asyncsdk")

MOST_LETTERS: Final = 10_000
"""Letters that are kept; a further one takes the place of the oldest."""

_SHORT: Final = 200
_STORY: Final = 1_000

_DAMAGED: Final = 16 * _STORY
"""Bytes that no story has which was written here: JSON makes up to 12 of a letter."""

_ADD: Final = Script(
    MESSAGE_IS_OURS
    + """
if not ours() then return 0 end
local dropped = 0
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[2], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), ARGV[1])
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
  redis.call('HSET', KEYS[4], ARGV[1], ARGV[3])
  local over = redis.call('ZCARD', KEYS[2]) - ARGV[4]
  if over > 0 then
    for _, old in ipairs(redis.call('ZRANGE', KEYS[2], 0, over - 1)) do
      redis.call('ZREM', KEYS[2], old)
      redis.call('HDEL', KEYS[3], old)
      redis.call('HDEL', KEYS[4], old)
      dropped = dropped + 1
    end
  end
end
leave()
return dropped
"""
)

_TAKE: Final = Script("""
local data = redis.call('HGET', KEYS[4], ARGV[1])
local there = redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('HDEL', KEYS[4], ARGV[1])
if data and ARGV[2] == 'again' then redis.call('XADD', KEYS[1], '*', 'data', data) end
return there
""")

_LIST: Final = Script("""
local found = redis.call('ZREVRANGE', KEYS[2], 0, ARGV[1] - 1, 'WITHSCORES')
local told = {}
for at = 1, #found, 2 do
  local story = redis.call('HGET', KEYS[3], found[at]) or ''
  if #story >= tonumber(ARGV[2]) then story = '' end
  told[#told + 1] = {found[at], found[at + 1], story}
end
return told
""")


class RedisDeadLetters:
    """Dead letters of one queue of tasks.

    Args:
        redis: the client.
        queue: the name of the queue.
        most: how many are kept.
    """

    def __init__(self, redis: RedisClient, queue: str, most: int = MOST_LETTERS) -> None:
        self._redis = redis
        self._queue = queue
        self._most = most
        self._keys = tuple(task_key(queue, part) for part in ("waiting", "dead", "dead-stories", "dead-data"))
        self._keys += (unsafe_key(self._keys[0]),)

    async def add(self, letter: DeadLetter, delivery: Delivery | None = None) -> None:
        """Keep a letter, and end its delivery in the same step; a second one with the same id changes nothing.

        Args:
            letter: the letter.
            delivery: the delivery that it comes from; if another worker has that message by now, nothing is done.

        Raises:
            RedisError: the server cannot be reached, or refuses.
        """
        arguments = letter.id, _encoded(letter), letter.data, self._most, *delivery_arguments(delivery)
        if dropped := await _ADD.run(self._redis, self._keys, arguments):
            _log.warning(
                "The queue of tasks %s has more than %s dead letters: the oldest %s left.",
                self._queue,
                f"{self._most:,}",
                dropped,
                extra={"acton_event": "dead_letters_dropped", "acton_queue": self._queue},
            )

    async def letters(self, most: int) -> Sequence[DeadLetter]:
        """The newest letters, without the messages: ``data`` is empty.

        Raises:
            RedisError: the server cannot be reached, or refuses.
        """
        told = cast("Sequence[Sequence[object]]", await _LIST.run(self._redis, self._keys, (most, _DAMAGED)))
        return [_decoded(*(_text(each) for each in row)) for row in told]

    async def retry(self, letter_id: str) -> bool:
        """Put the message of a letter into the queue again, as it was first put; False: there is no such letter.

        Raises:
            RedisError: the server cannot be reached, or refuses.
        """
        return bool(await _TAKE.run(self._redis, self._keys, (letter_id, "again")))

    async def drop(self, letter_id: str) -> bool:
        """Forget a letter; False: there is no such letter.

        Raises:
            RedisError: the server cannot be reached, or refuses.
        """
        return bool(await _TAKE.run(self._redis, self._keys, (letter_id, "drop")))


def _encoded(letter: DeadLetter) -> str:
    told = {
        "task": letter.task and message_text(letter.task, _SHORT),
        "kind": message_text(letter.kind, _SHORT),
        "story": message_text(letter.story, _STORY),
        "deliveries": letter.deliveries,
        "put_at": letter.put_at,
    }
    return json.dumps(told)


def _decoded(letter_id: str, died_at_ms: str, text: str) -> DeadLetter:
    """A letter from what Redis holds, which others may have damaged."""
    told: Mapping[str, object] = {}
    try:
        value: object = json.loads(text)
        if isinstance(value, dict):
            told = cast("Mapping[str, object]", value)
    except (ValueError, RecursionError):
        pass
    task, deliveries, put_at = told.get("task"), told.get("deliveries"), told.get("put_at")
    letter = DeadLetter(
        id=message_text(letter_id, _SHORT),
        task=message_text(task, _SHORT) if isinstance(task, str) else None,
        kind=message_text(str(told.get("kind", "Damaged")), _SHORT),
        story=message_text(str(told.get("story", "What Redis holds of this letter is damaged.")), _STORY),
        deliveries=deliveries if isinstance(deliveries, int) else 0,
        put_at=_seconds(put_at),
        data=b"",
    )
    return evolve(letter, died_at=float(died_at_ms) / 1000)


def _seconds(value: object) -> float:
    try:
        seconds = float(value) if isinstance(value, (int, float)) else 0.0
    except OverflowError:  # a whole number of hundreds of digits
        return 0.0
    return seconds if isfinite(seconds) else 0.0


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
