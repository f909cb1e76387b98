"""Work on files in a thread is not left half done, and its failure is never an error that nobody gets."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from asyncsdk.files.atomic_write import run_to_completion


@pytest.mark.parametrize("cancels", [1, 2])
async def test_a_failure_after_a_cancellation_is_not_reported(cancels: int) -> None:
    """The caller is cancelled while a disk fails: the cancellation is raised, and asyncio logs no stack trace."""
    reported: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context))
    begun, go, ended = asyncio.Event(), threading.Event(), asyncio.Event()

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        go.wait()
        loop.call_soon_threadsafe(loop.call_later, 0.01, ended.set)
        raise OSError("No space left on device")

    caller = asyncio.create_task(run_to_completion(work))
    await begun.wait()
    for _ in range(cancels):
        caller.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await ended.wait()
    del caller
    gc.collect()
    assert reported == []
