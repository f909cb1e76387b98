"""Parts that scripts about queues of tasks share: what becomes of the message that a task came by."""

from __future__ import annotations

from typing import Final

from asyncsdk.fleet.taskiq.delivery import Delivery

__all__ = ["MESSAGE_IS_OURS", "delivery_arguments"]

MESSAGE_IS_OURS: Final = """
local group, consumer, id = ARGV[#ARGV - 2], ARGV[#ARGV - 1], ARGV[#ARGV]
local function ours()
  if id == '' then return true end
  local held = redis.call('XPENDING', KEYS[1], group, id, id, 1)
  return held[1] ~= nil and held[1][2] == consumer
end
local function leave()
  if id == '' then return end
  redis.call('XACK', KEYS[1], group, id)
  redis.call('XDEL', KEYS[1], id)
  redis.call('HDEL', KEYS[#KEYS], id)
end
"""
"""``ours``: nobody else has the message of the last three arguments; ``leave``: it is done. The first key is the
stream, the last one its ``unsafe_key``."""


def delivery_arguments(delivery: Delivery | None) -> tuple[str, str, str]:
    """The last three arguments of such a script; empty: there is no message."""
    return ("", "", "") if delivery is None else (delivery.group, delivery.consumer, delivery.id)
