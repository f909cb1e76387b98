"""Delivery: one message of a queue of tasks in the hands of one worker."""

from __future__ import annotations

from attrs import frozen

__all__ = ["Delivery"]


@frozen
class Delivery:
    """Delivery of a message: who has it, so that its fate and its end in the queue are one step."""

    stream: str
    """The key of the stream."""

    group: str
    """The consumer group."""

    consumer: str
    """The consumer's name: one that lost the message to another has no say in its fate."""

    id: str
    """The message's id in the stream."""

    run: str = ""
    """Which run of the task it is: a worker that was given a message that it had lost may have two for a moment;
    then the one that has begun an unsafe call has the say."""
