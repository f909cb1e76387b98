"""Delivery: where in Redis the message is that a worker works on."""

from __future__ import annotations

from attrs import frozen

__all__ = ["Delivery"]


@frozen
class Delivery:
    """Delivery of one message: ``XACK stream group id`` and ``XDEL stream id`` remove it."""

    stream: str
    """The key of the stream."""
    group: str
    """The name of the consumer group."""
    id: str
    """The id of the message in the stream."""
