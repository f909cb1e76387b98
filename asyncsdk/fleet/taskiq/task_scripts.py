"""Parts that scripts about queues of tasks share: what becomes of the message that a task came by."""

from __future__ import annotations

from typing import Final

from asyncsdk.fleet.taskiq.delivery import Delivery

__all__ = ["MESSAGE_IS_OURS", "delivery_arguments"]

MESSAGE_IS_OURS: Final = """
local group, consumer, id, run = ARGV[#ARGV - 3], ARGV[#ARGV - 2], ARGV[#ARGV - 1], ARGV[#ARGV]
local function ours()
  if id == '' then return true end
  local held, begun = redis.call('XPENDING', KEYS[1], group, id, id, 1), redis.call('HGET', KEYS[#KEYS], id)
  return held[1] ~= nil and held[1][2] == consumer and (not begun or begun == run)
end
local function leave()
  if id == '' then return end
  redis.call('XACK', KEYS[1], group, id)
  redis.call('XDEL', KEYS[1], id)
  redis.call('HDEL', KEYS[#KEYS], id)
end
"""
"""``ours``: no other worker, and no other run, has the message of the last four arguments; ``leave``: it is done.
The first key is the stream, the last one its ``unsafe_key``."""


def delivery_arguments(delivery: Delivery | None) -> tuple[str, str, str, str]:
    """The last four arguments of such a script; empty: there is no message."""
    if delivery is None:
        return "", "", "", ""
    return delivery.group, delivery.consumer, delivery.id, delivery.run
