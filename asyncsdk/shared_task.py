"""Shared task: several may wait for it, and one that is cancelled leaves it to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

from asyncsdk.errors import ActOnError

__all__ = ["begin_shared", "end_of", "result_of"]

T = TypeVar("T")


def begin_shared(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T], name: str | None = None
) -> asyncio.Task[T]:
    """Begin a task in a context of its own: it works for all who wait for it, and belongs to none of them.

    Args:
        loop: the event loop that runs.
        work: what the task does.
        name: the task's name, if it has one.
    """
    # Neither the context nor a name that is none is given to create_task: not every task factory takes them.
    if name is None:
        return Context().run(loop.create_task, work)
    return Context().run(loop.create_task, work, name=name)


async def end_of(task: asyncio.Future[T]) -> None:
    """Wait for the end of a task, which goes on if whoever waits for it here is cancelled.

    When this returns and the task was cancelled, its callbacks have run: who keeps it has forgotten it.

    Raises:
        ActOnError: the task is another event loop's, and not done.
    """
    if not task.done():
        if task.get_loop() is not asyncio.get_running_loop():
            raise ActOnError("This was begun in another event loop, and can be awaited only there.")
        await asyncio.wait([task])
    if task.cancelled():
        await asyncio.sleep(0)  # else who begins it again would find it here once more, for ever


async def result_of(task: asyncio.Future[T]) -> T:
    """The result of a task, which goes on if whoever waits for it here is cancelled.

    ``asyncio.shield`` does the same, but in Python 3.14.0 to 3.14.7 it reports the failure of a task as an error
    that nobody sees, as soon as one of those who waited for it was cancelled.

    Raises:
        ActOnError: the task is another event loop's, and not done.
        Exception: what the task has raised.
    """
    await end_of(task)
    return task.result()
