"""Given-up messages: the dead letter of a message that was given to workers often enough."""

from __future__ import annotations

from typing import Final

from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.task_reader import ReadTask
from asyncsdk.fleet.taskiq.task_stream import TaskMessage

__all__ = ["letter_of"]

_UNSAFE: Final = (
    "Its worker died, or was told to end, after the task had begun a call that must not be made twice, so it is not"
    " run again: look first whether the call was made."
)


def letter_of(message: TaskMessage, read: ReadTask, idle_seconds: float) -> DeadLetter:
    """The dead letter of a message that is not given to a worker again.

    Args:
        message: the message, as it was taken over for one time too many.
        read: what it says.
        idle_seconds: seconds after which a worker that says nothing has lost its messages.
    """
    deliveries = max(1, message.deliveries - 1)  # one that was given back counts for nothing there
    stories = {
        "Unreadable": "No worker that had it could read it.",
        "UnknownTask": "No worker that had it knew a task of this name: is the module of the task imported?",
    }
    unfinished = (
        "No worker that had it came to its end: its process died, or its event loop stood still for"
        f" {idle_seconds:g} seconds, or something around the task failed."
    )
    story = f"Given to a worker {deliveries} times. {stories.get(read.fault or '', unfinished)}"
    return DeadLetter(
        id=message.id,
        task=read.name,
        kind=read.fault or "Unfinished",
        story=_UNSAFE if message.unsafe else story,
        deliveries=deliveries,
        put_at=int(message.id.partition("-")[0]) / 1_000,
        data=message.data,
    )
