"""Task reader: says whether a worker can run a message, before taskiq, which drops one that it cannot run."""

from __future__ import annotations

from attrs import frozen
from taskiq import AsyncBroker

from asyncsdk.redaction import message_text

__all__ = ["ReadTask", "read_task"]

_LONGEST_NAME = 200


@frozen
class ReadTask:
    """What a message says, as far as it can be read here."""

    task_id: str
    name: str | None
    """The name of the task; None: the message cannot be read."""
    fault: str | None
    """Why it cannot be run here: ``Unreadable`` or ``UnknownTask``; None: it can."""


def read_task(broker: AsyncBroker, data: bytes) -> ReadTask:
    """Read a message as taskiq will.

    Args:
        broker: whose tasks they are.
        data: what was put.
    """
    try:
        message = broker.formatter.loads(data)
        message.parse_labels()
    except Exception:  # whatever a formatter raises; its words may show arguments
        return ReadTask("", None, "Unreadable")
    name = message_text(message.task_name, _LONGEST_NAME)
    return ReadTask(message.task_id, name, None if broker.find_task(message.task_name) else "UnknownTask")
