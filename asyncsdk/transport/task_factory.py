"""Check of the task factory of the program: from Python 3.14 on aiohttp has its tasks start eagerly."""

from __future__ import annotations

import asyncio
import sys

from asyncsdk.errors import ActOnError

__all__ = ["check_task_factory"]


async def check_task_factory() -> None:
    """Check that the task factory of the running event loop can make aiohttp's tasks, by one that does nothing.

    Raises:
        ActOnError: it does not take ``eager_start``, so no request with a body could be sent.
    """
    if sys.version_info < (3, 14):
        return
    loop = asyncio.get_running_loop()
    # In any other loop, uvloop's for one, aiohttp does not ask the factory.
    if loop.get_task_factory() is None or not isinstance(loop, asyncio.BaseEventLoop):
        return
    work = _nothing()
    try:
        await asyncio.create_task(work, eager_start=True)
    except TypeError as error:
        work.close()
        raise ActOnError(
            "The task factory of this event loop does not take eager_start, which aiohttp gives it from Python 3.14"
            " on: let it take **kwargs, and pass them on to asyncio.Task."
        ) from error


async def _nothing() -> None:
    pass
