"""Work notes: the middleware by which a broker knows which asyncio task works on which message."""

from __future__ import annotations

import asyncio
from typing import Any

from taskiq import TaskiqMessage, TaskiqMiddleware, TaskiqResult
from taskiq.exceptions import NoResultError

from asyncsdk.fleet.taskiq.held_messages import HeldMessages

__all__ = ["WorkNotes"]


class WorkNotes(TaskiqMiddleware):
    """Middleware that notes the beginning of work, and keeps no result of work that was stopped.

    It must be the first one, so that no other can fail before it; it is the last one to hear of an error.

    Args:
        held: the messages of this worker.
    """

    def __init__(self, held: HeldMessages) -> None:
        super().__init__()
        self._held = held

    def pre_execute(self, message: TaskiqMessage) -> TaskiqMessage:
        """Note that the work begins."""
        self._held.begin(message.task_id)
        return message

    def on_error(self, message: TaskiqMessage, result: TaskiqResult[Any], exception: BaseException) -> None:  # noqa: ARG002
        """Keep no result of a task that was stopped: another worker has it, or will have it."""
        if isinstance(exception, asyncio.CancelledError) and self._held.interrupt():
            result.error = NoResultError()
