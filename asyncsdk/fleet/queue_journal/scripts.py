"""Lua scripts of a queue's journal: each is one step that nobody else's comes between, and is done in milliseconds.

The keys stand in one order in all of them. What the sender changes is refused once another has the lead (``lost``),
and where Redis does not hold any more what this sender began with (``emptied``).
"""

from __future__ import annotations

from typing import Final

from asyncsdk.redis.script import Script

__all__ = [
    "ACKNOWLEDGE",
    "APPEND",
    "ASK_FOR_FLUSH",
    "BEGIN_TERM",
    "CHANGE",
    "CLAIM",
    "DONE",
    "EMPTIED",
    "KEEP_COLUMNS",
    "LOOK",
    "LOST",
    "NEWS",
    "OTHER",
    "PUBLISH",
    "READ",
    "STOP_WAITING",
    "VIEW",
]

DONE: Final = 1
LOST: Final = 2
EMPTIED: Final = 3
OTHER: Final = 4
"""The keys are another list's, or another version's."""

PUBLISH: Final = "PUBLISH"
"""In place of a command's name: an outcome is to be told to the one who waits for it, if there is one."""

_KEYS: Final = """
local META, FENCE, ROWS, KEPT, KEPT_AT, MARKS, HELD, UNSAVED, DUE, WAITS, TOLD, LEAD = unpack(KEYS)
local function now()
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end
"""

_CLAIMED: Final = """
local found = redis.call('HMGET', META, 'version', 'list')
if not found[1] and not found[2] then
    redis.call('HSET', META, 'version', '1', 'list', ARGV[1])
elseif found[1] ~= '1' or found[2] ~= ARGV[1] then
    return {4}
end
"""

_LEADS: Final = """
local last = redis.call('GET', FENCE)
if last and last ~= ARGV[1] then return {2} end
"""

_GOES_ON: Final = """
if redis.call('HGET', META, 'term') ~= ARGV[1] then return {3} end
"""

CLAIM: Final = Script(_KEYS + _CLAIMED + "return {1, redis.call('XLEN', ROWS), redis.call('ZCARD', KEPT_AT)}")
"""Arguments: the list."""

READ: Final = Script("return {1, redis.call(ARGV[1], KEYS[tonumber(ARGV[2])], unpack(ARGV, 3))}")
"""One command that reads: its name, the place of its key, and more. A script's answer has one form in all
clients, whatever they make of a command's."""

APPEND: Final = Script(
    _KEYS
    + _CLAIMED
    + """
local room = ARGV[2] - redis.call('XLEN', ROWS) - redis.call('ZCARD', KEPT_AT)
local ids = {}
for at = 3, math.min(#ARGV - 1, 2 * room + 1), 2 do
    local id = redis.call('XADD', ROWS, '*', 'row', ARGV[at])
    if ARGV[at + 1] == '1' then redis.call('HSET', WAITS, id, '') end
    ids[#ids + 1] = id
end
return {1, ids}
"""
)
"""Arguments: the list, the capacity; then for each row what is written down, and 1 if somebody waits for it."""

KEEP_COLUMNS: Final = Script(_KEYS + _CLAIMED + "redis.call('HSET', META, 'columns', ARGV[2]) return {1}")
"""Arguments: the list, its columns."""

LOOK: Final = Script(
    _KEYS
    + """
local first, kept = redis.call('XRANGE', ROWS, '-', '+', 'COUNT', 1)[1], redis.call('ZRANGE', KEPT_AT, 0, 0)[1]
local told = redis.call('HMGET', META, 'trouble', 'flushed')
local outcomes = #ARGV > 0 and redis.call('HMGET', WAITS, unpack(ARGV)) or {}
local rows = redis.call('XLEN', ROWS) + redis.call('ZCARD', KEPT_AT)
return {1, rows, first and first[1] or '', kept or '', now(), told[1] or '', told[2] or '', outcomes}
"""
)
"""Arguments: ids of rows whose outcomes are asked for."""

VIEW: Final = Script(
    _KEYS
    + """
local first, kept = redis.call('XRANGE', ROWS, '-', '+', 'COUNT', 1)[1], redis.call('ZRANGE', KEPT_AT, 0, 0)[1]
local meta = redis.call('HMGET', META, 'list', 'trouble')
local rows = redis.call('XLEN', ROWS) + redis.call('ZCARD', KEPT_AT)
local numbers = {rows, redis.call('HLEN', MARKS), redis.call('HLEN', UNSAVED), now()}
local sender = redis.call('GET', LEAD) or ''
return {1, numbers, first and first[1] or '', kept or '', sender, meta[1] or '', meta[2] or ''}
"""
)

ASK_FOR_FLUSH: Final = Script(
    _KEYS
    + """
local last = tonumber(redis.call('HGET', META, 'flush') or '0') or 0
local number = math.max(now(), last < 2 ^ 52 and last + 1 or 0)
redis.call('HSET', META, 'flush', string.format('%.0f', number))
return {1, number}
"""
)
# The number is a time, so that those of a Redis that was emptied are no smaller ones.

# Before the outcome of a row that was given up stands its id in UNSAVED.
ACKNOWLEDGE: Final = Script(
    _KEYS
    + """
for _, id in ipairs(ARGV) do
    local unsaved = string.match(redis.call('HGET', WAITS, id) or '', '^(%d+%-%d+) ')
    if unsaved then
        redis.call('HDEL', UNSAVED, unsaved)
        redis.call('ZREM', DUE, unsaved)
    end
    redis.call('HDEL', WAITS, id)
    redis.call('ZREM', TOLD, id)
end
return {1}
"""
)
"""Arguments: ids of rows whose outcomes were told."""

STOP_WAITING: Final = Script(
    _KEYS
    + """
for _, id in ipairs(ARGV) do
    local unsaved = string.match(redis.call('HGET', WAITS, id) or '', '^(%d+%-%d+) ')
    if unsaved then redis.call('ZADD', DUE, 0, unsaved) end
    redis.call('HDEL', WAITS, id)
    redis.call('ZREM', TOLD, id)
end
return {1}
"""
)
"""Arguments: ids of rows that nobody waits for any more."""

BEGIN_TERM: Final = Script(
    _KEYS
    + _LEADS
    + """
redis.call('HSET', META, 'term', ARGV[1], 'trouble', '')
local kept = redis.call('HMGET', META, 'version', 'list', 'owner', 'columns', 'flush', 'flushed', 'pace')
return {1, kept, redis.call('TIME')}
"""
)
"""Arguments: the name of the lease."""

CHANGE: Final = Script(
    _KEYS
    + _LEADS
    + "if ARGV[2] ~= 'anew' then"
    + _GOES_ON
    + """end
local time, at = now(), 4
local function publish(id, outcome, unsaved)
    if redis.call('HEXISTS', WAITS, id) == 0 then return end
    redis.call('HSET', WAITS, id, unsaved .. ' ' .. outcome)
    redis.call('ZADD', TOLD, time, id)
    if unsaved ~= '' then redis.call('ZADD', DUE, time + ARGV[3], unsaved) end
end
while at <= #ARGV do
    local size = tonumber(ARGV[at])
    if ARGV[at + 1] == 'PUBLISH' then
        publish(unpack(ARGV, at + 2, at + size))
    else
        redis.call(ARGV[at + 1], KEYS[tonumber(ARGV[at + 2])], unpack(ARGV, at + 3, at + size))
    end
    at = at + size + 1
end
return {1}
"""
)
"""Arguments: the name of the lease; ``anew`` if this is for a Redis that was emptied; the milliseconds in which
those who wait are to take an outcome; then commands, each after the number of its parts: its name, the place of its
key, and more."""

NEWS: Final = Script(
    _KEYS
    + _LEADS
    + _GOES_ON
    + """
local time = now()
if #ARGV > 4 then redis.call('ZREM', DUE, unpack(ARGV, 5)) end
for _, id in ipairs(redis.call('ZRANGE', TOLD, '-inf', time - ARGV[4], 'BYSCORE', 'LIMIT', 0, 100)) do
    redis.call('HDEL', WAITS, id)
    redis.call('ZREM', TOLD, id)
end
local unsaved = {}
for _, id in ipairs(redis.call('ZRANGE', DUE, '-inf', time, 'BYSCORE', 'LIMIT', 0, 100)) do
    unsaved[#unsaved + 1] = {id, redis.call('HGET', UNSAVED, id) or ''}
end
local rows = redis.call('XRANGE', ROWS, ARGV[2], '+', 'COUNT', ARGV[3])
return {1, redis.call('HGET', META, 'flush') or '', rows, unsaved}
"""
)
"""Arguments: the name of the lease, where the new rows begin, how many at the most, for how many milliseconds an
outcome is kept that nobody takes; then the ids of given-up rows that the last answer told of."""
