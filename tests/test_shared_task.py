"""A shared task ends for all who wait for it, and a cancelled one of them is noticed by nobody."""

from __future__ import annotations

import asyncio
import gc

import pytest

from asyncsdk import ActOnError
from asyncsdk.shared_task import result_of
from tests.support.virtual_time import virtual_time


async def soon(outcome: int | Exception) -> int:
    """Work that takes a second."""
    await asyncio.sleep(1)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


@virtual_time
async def test_a_cancelled_waiter_leaves_the_task_to_the_others() -> None:
    """Of two that wait one is cancelled; the other gets the result, and whoever comes later, too."""
    task = asyncio.ensure_future(soon(7))
    first, second = (asyncio.ensure_future(result_of(task)) for _ in range(2))
    await asyncio.sleep(0.5)
    first.cancel()
    await asyncio.wait([first])
    assert first.cancelled()
    assert await second == 7
    assert await result_of(task) == 7


@virtual_time
async def test_a_failure_is_told_to_those_who_wait_and_reported_nowhere_else() -> None:
    """One that waits is cancelled, the other gets the error, and asyncio reports nothing."""
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    task = asyncio.ensure_future(soon(ActOnError("No")))
    first, second = (asyncio.ensure_future(result_of(task)) for _ in range(2))
    await asyncio.sleep(0.5)
    first.cancel()
    with pytest.raises(ActOnError, match="No"):
        await second
    del task, first, second
    gc.collect()
    assert reported == []


async def test_a_task_of_another_loop_is_refused_until_it_is_done() -> None:
    """In another event loop nobody waits for ever: it is said at once; what is done is given anywhere."""
    done = asyncio.Event()
    task = asyncio.ensure_future(done.wait())
    with pytest.raises(ActOnError, match="another event loop"):
        await asyncio.to_thread(asyncio.run, result_of(task))
    done.set()
    await task
    assert await asyncio.to_thread(asyncio.run, result_of(task))
