"""Given-up messages: the dead letter of a message that was given to workers often enough."""

from __future__ import annotations

from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.task_reader import ReadTask
from asyncsdk.fleet.taskiq.task_stream import TaskMessage

__all__ = ["letter_of"]


def letter_of(message: TaskMessage, read: ReadTask, idle_seconds: float) -> DeadLetter:
    """The dead letter of a message that is not given to a worker again.

    Args:
        message: the message, as it was taken over for one time too many.
        read: what it says.
        idle_seconds: seconds after which a worker that says nothing has lost its messages.
    """
    deliveries = message.deliveries - 1
    stories = {
        "Unreadable": "No worker that had it could read it.",
        "UnknownTask": "No worker that had it knew a task of this name: is the module of the task imported?",
    }
    unfinished = (
        "No worker that had it came to its end: its process died, or its event loop stood still for"
        f" {idle_seconds:g} seconds, or something around the task failed."
    )
    return DeadLetter(
        id=message.id,
        task=read.name,
        kind=read.fault or "Unfinished",
        story=f"Given to a worker {deliveries} times. {stories.get(read.fault or '', unfinished)}",
        deliveries=deliveries,
        put_at=int(message.id.partition("-")[0]) / 1_000,
        data=message.data,
    )
