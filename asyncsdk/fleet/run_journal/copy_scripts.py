"""Scripts of a run's copy in Redis: each checks the fence and writes in one step."""

from __future__ import annotations

from typing import Final

from asyncsdk.redis.script import Script

__all__ = ["KEEP", "KEPT", "LOST", "PIECES_MISSING", "READ"]

LOST: Final = 0
"""Another process has the run; nothing was written."""

KEPT: Final = 1
PIECES_MISSING: Final = 2
"""Some pieces of the copy are not there, as Redis was emptied meanwhile: the copy before is as it was."""

# KEYS: who has the run, who had it last, the copy. ARGV: the lease's name, its milliseconds, those for which the
# last holder is remembered, seconds for which the copy is; the index of a whole copy, or an empty one; pieces.
# As the lease itself is kept: one that overslept has the run again if nobody else took it since.
KEEP: Final = Script("""
local holder, last = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
if (holder or ARGV[1]) ~= ARGV[1] or (last or ARGV[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
local index, length = ARGV[5], 32
if #ARGV > 5 then redis.call('HSET', KEYS[3], unpack(ARGV, 6)) end
redis.call('EXPIRE', KEYS[3], ARGV[4])
if index == '' then return 1 end

local wanted, before = {}, redis.call('HGET', KEYS[3], 'index') or ''
for at = 1, #index, length do wanted[string.sub(index, at, at + length - 1)] = true end
for name in pairs(wanted) do
  if not redis.call('HGET', KEYS[3], name) then return 2 end
end
redis.call('HSET', KEYS[3], 'index', index)
for at = 1, #before, length do
  local name = string.sub(before, at, at + length - 1)
  if not wanted[name] then redis.call('HDEL', KEYS[3], name) end
end
return 1
""")

# KEYS: the copy. ARGV: the most bytes that are read of a field, names of fields. A longer one is damage.
READ: Final = Script("""
local found = {}
for at = 2, #ARGV do
  local value = redis.call('HGET', KEYS[1], ARGV[at]) or ''
  if #value > tonumber(ARGV[1]) then value = '!' end
  found[#found + 1] = value
end
return found
""")
