"""Cancellation at every step: a program is run again and again, and cancelled one step later each time."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from asyncsdk import Limiter, Limits, Session
from asyncsdk.emulator import Emulator
from tests.support.stage import issued, outcome, password_grant, session, until

__all__ = ["Scene", "Steps", "open_connections", "run", "steps_cancelled", "temporary_files_in"]

Scene = Callable[[Emulator, Session], Coroutine[Any, Any, object]]
"""A program that is cancelled."""

A_SECOND = Limits().calls_per_second


class Steps:
    """Counts the steps of a coroutine, and cancels it at a given one.

    Args:
        coroutine: what is run.
        cancel_at: the number of the step.
        waiting: whether to cancel while it waits after that step; else right before the step, when what it
            waited for has just come.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, object], cancel_at: int, *, waiting: bool) -> None:
        self._coroutine = coroutine
        self._left = cancel_at
        self._waiting = waiting
        self.cancelled = False

    def __await__(self) -> Any:
        inner = self._coroutine.__await__()
        result = None
        error: BaseException | None = None
        while True:
            self._left -= 1
            if self._left == 0 and not self._waiting:
                self.cancelled = True
                error = asyncio.CancelledError()
            try:
                waits_for = inner.send(result) if error is None else inner.throw(error)
            except StopIteration as ended:
                return ended.value
            result = error = None
            if self._left == 0 and self._waiting:
                self.cancelled = True
                task = asyncio.current_task()
                assert task is not None
                asyncio.get_running_loop().call_soon(task.cancel)
            try:
                result = yield waits_for
            except BaseException as thrown:
                error = thrown


async def run(steps: Steps) -> object:
    """The steps as a coroutine, for a task."""
    return await steps


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Temporary files are made in an empty folder, and none is left in the end."""
    with mock.patch.object(tempfile, "tempdir", str(folder)):
        yield
    assert list(folder.iterdir()) == []


async def steps_cancelled(scene: Scene, server: Emulator, *, waiting: bool, at_most: int) -> int:
    """Cancel a program at its first step, then at its second, until it ends before that; gives its steps."""
    for step in range(1, at_most):
        if not await _cancelled_at(step, server, scene, waiting=waiting):
            return step - 1
    raise AssertionError("the program has more steps than expected")


async def _cancelled_at(step: int, server: Emulator, scene: Scene, *, waiting: bool) -> bool:
    """Run the program in a new session up to the step; whether it got there. Nothing is left of it in any case."""
    server.faults.clear()
    limiter = Limiter()
    before = _tasks()
    token = issued(server)
    async with session(server, limiter=limiter, token=token, grant=password_grant(server)) as acton:
        steps = Steps(scene(server, acton), step, waiting=waiting)
        task = asyncio.ensure_future(run(steps))
        await asyncio.wait([task])
        assert task.cancelled() is steps.cancelled
        await asyncio.sleep(5)
        assert await _still_works(acton)
        assert open_connections(acton) == 0
        assert await _seconds_for_places(limiter) == 0
    assert await outcome(_settled(before)) is None
    return steps.cancelled


async def _still_works(acton: Session) -> bool:
    worked = (await acton.account.get()).account_id == 12345
    await asyncio.sleep(5)
    return worked


async def _seconds_for_places(limiter: Limiter) -> float:
    """How long one waits for all the places of a second, some seconds after the last call."""
    began = asyncio.get_running_loop().time()
    for place in [await limiter.acquire() for _ in range(A_SECOND)]:
        place.unused()
    return asyncio.get_running_loop().time() - began


def _tasks() -> int:
    return len(asyncio.all_tasks())


async def _settled(before: int) -> None:
    await until(lambda: _tasks() <= before, seconds=10)


def open_connections(acton: Session) -> int:
    """Connections of a session on which an answer is still to come."""
    http = acton._connection._http
    assert http is not None
    assert http.connector is not None
    return len(http.connector._acquired)
