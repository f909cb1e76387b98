"""Stream of tasks in Redis: what a broker asks of it, each question in one step that leaves nothing half done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, cast

from attrs import field, frozen

from asyncsdk.fleet.taskiq.task_keys import GROUP, unsafe_key
from asyncsdk.redis.redis_errors import REDIS_ERRORS
from asyncsdk.redis.script import RedisClient, Script, request

__all__ = ["TaskMessage", "TaskStream", "is_missing"]

MOST_LOOKED_AT: Final = 100
"""Messages that one look for those of dead workers may pass over."""

FORGOTTEN_MS: Final = 3_600_000
"""Milliseconds after which a worker that has nothing and says nothing is forgotten."""

_PARTS: Final = """
local function parts(id, fields)
  local data, before, unsafe = '', 0, redis.call('HEXISTS', KEYS[2], id)
  for i = 1, #fields, 2 do
    if fields[i] == 'data' then data = fields[i + 1] end
    if fields[i] == 'before' then before = tonumber(string.match(fields[i + 1], '^%d%d?%d?%d?$') or 0) end
    if fields[i] == 'unsafe' then unsafe = 1 end
  end
  return data, before, unsafe
end
"""
"""The task in a message, how often it was given to workers before it was put again, and whether one of them has
begun a call that must not be made twice."""

_TAKE_OVER: Final = Script(
    _PARTS
    + """
local key, group, consumer, idle, most, spare = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local held = {}
for i = 7, #ARGV do held[ARGV[i]] = true end
for _, found in ipairs(redis.call('XPENDING', key, group, 'IDLE', idle, '-', '+', ARGV[6])) do
  local id, entry = found[1], redis.call('XRANGE', key, found[1], found[1])[1]
  if entry then
    local data, before, unsafe = parts(id, entry[2])
    local deliveries = before + found[4] + 1
    if not held[id] and (deliveries ~= most or spare == '1') then
      redis.call('XCLAIM', key, group, consumer, 0, id)
      return {id, data, deliveries, unsafe}
    end
  else
    redis.call('XACK', key, group, id)
  end
end
return false
"""
)
"""Takes the oldest message that no living worker has; one that gets its last chance only where that is allowed."""

_KEEP: Final = Script("""
local taken = {}
for i = 3, #ARGV do
  local found = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)[1]
  if found and found[2] == ARGV[2] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
  else
    taken[#taken + 1] = {ARGV[i], found and 1 or 0}
  end
end
return taken
""")
"""Says that a worker still has its messages; answers those that it has no more, and whether another has them."""

_REMOVE: Final = Script("""
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('HDEL', KEYS[2], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
""")

_GIVE_BACK: Final = Script(
    _PARTS
    + """
local own = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 100, ARGV[2])
for _, found in ipairs(own) do
  local entry = redis.call('XRANGE', KEYS[1], found[1], found[1])[1]
  if entry then
    local data, before, unsafe = parts(found[1], entry[2])
    local again = {'data', data, 'before', before + found[4] - 1}
    if unsafe == 1 then again[5], again[6] = 'unsafe', 1 end
    redis.call('XADD', KEYS[1], '*', unpack(again))
  end
  redis.call('HDEL', KEYS[2], found[1])
  redis.call('XACK', KEYS[1], ARGV[1], found[1])
  redis.call('XDEL', KEYS[1], found[1])
end
if #own == 0 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2]) end
return #own
"""
)
"""Puts what a worker has again, so that one that waits for messages has it at once; this delivery counts not."""

_FORGET: Final = Script("""
local forgotten = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local told = {}
  for i = 1, #consumer, 2 do told[consumer[i]] = consumer[i + 1] end
  if told.pending == 0 and told.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], told.name)
    forgotten = forgotten + 1
  end
end
return forgotten
""")


@frozen
class TaskMessage:
    """A message that a worker was given."""

    id: str
    data: bytes = field(repr=False)
    """What was put; empty if it was no task."""
    deliveries: int = 1
    """How often it was given to a worker, this time included."""
    unsafe: bool = False
    """Whether a worker that had it before has begun a call that must not be made twice."""


class TaskStream:
    """The stream of one queue, as one worker sees it.

    Every method raises what redis-py raises.

    Args:
        redis: the client.
        key: the key of the stream.
        consumer: the name of the worker.
    """

    def __init__(self, redis: RedisClient, key: str, consumer: str) -> None:
        self._redis = redis
        self._key = key
        self._keys = (key, unsafe_key(key))
        self._consumer = consumer

    async def make(self) -> None:
        """Make the stream and its group where they are missing; the group begins with the first message."""
        try:
            await request(self._redis, "XGROUP", "CREATE", self._key, GROUP, "0", "MKSTREAM")
        except REDIS_ERRORS as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def read(self, wait_ms: int) -> TaskMessage | None:
        """The next new message; None if none comes in time."""
        command = ("XREADGROUP", "GROUP", GROUP, self._consumer, "COUNT", 1, "BLOCK", max(1, wait_ms))
        answer = cast(
            "Sequence[tuple[object, Sequence[tuple[bytes, Mapping[bytes, bytes]]]]] | None",
            await request(self._redis, *command, "STREAMS", self._key, ">"),
        )
        for _, entries in answer or ():
            for number, fields in entries:
                before = fields.get(b"before", b"")
                deliveries = int(before) + 1 if before.isdigit() and len(before) <= 4 else 1
                return TaskMessage(number.decode(), fields.get(b"data", b""), deliveries, b"unsafe" in fields)
        return None

    async def take_over(
        self, idle_ms: int, most: int, held: Collection[str] = (), *, last_chance: bool
    ) -> TaskMessage | None:
        """The oldest message whose worker said nothing for so long; it is this worker's now. None: there is none.

        Args:
            idle_ms: how long nobody has said that he has it, in milliseconds.
            most: how often a message is given to a worker.
            held: messages that this worker works on; it may have been silent itself.
            last_chance: whether it may be one that is given for the last time.
        """
        arguments: tuple[str | int, ...] = (
            GROUP,
            self._consumer,
            idle_ms,
            most,
            int(last_chance),
            MOST_LOOKED_AT,
            *held,
        )
        answer = await _TAKE_OVER.run(self._redis, self._keys, arguments)
        if answer is None:
            return None
        number, data, deliveries, unsafe = cast("tuple[bytes, bytes, int, int]", answer)
        return TaskMessage(number.decode(), data, deliveries, bool(unsafe))

    async def keep(self, ids: Sequence[str]) -> dict[str, bool]:
        """Say that this worker has these messages; those that it has no more, and whether another has them."""
        answer = await _KEEP.run(self._redis, (self._key,), (GROUP, self._consumer, *ids))
        taken = cast("Sequence[tuple[bytes, int]]", answer)
        return {number.decode(): bool(another) for number, another in taken}

    async def remove(self, message_id: str) -> None:
        """Remove a message, which is done; twice is harmless."""
        await _REMOVE.run(self._redis, self._keys, (GROUP, message_id))

    async def give_back(self) -> None:
        """Put what this worker has again, for others, and forget this worker."""
        while await _GIVE_BACK.run(self._redis, self._keys, (GROUP, self._consumer)):
            pass

    async def forget_workers(self) -> None:
        """Forget workers that ended long ago, and have nothing."""
        await _FORGET.run(self._redis, (self._key,), (GROUP, FORGOTTEN_MS))


def is_missing(error: Exception) -> bool:
    """Whether the stream or its group is missing: the Redis was emptied."""
    return "NOGROUP" in str(error)
