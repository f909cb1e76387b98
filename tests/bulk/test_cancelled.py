"""A run that is cancelled, wherever it is, leaves no file and loses no row."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from asyncsdk import CLEAR
from asyncsdk.emulator import RejectRows
from tests.support.leads import LIST, added_up, held, leads, people
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow

ROWS = [
    *people(40),
    *people(3),
    {"email": "nobody"},
    *({**row, "City": CLEAR} for row in people(40)[20:]),
    {"email": "alone@example.com", "Note": CLEAR},
]
ADDRESSES = 41


def open_files(folder: Path) -> list[str]:
    """Files in a folder that this process holds open, although they have no name any more."""
    found: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


class Cancelling:
    """Drives a run, and cancels it at one of its awaits.

    Args:
        at: which await, those of the tasks that send single rows among them.
    """

    def __init__(self, at: int) -> None:
        self._left = at
        self._run: asyncio.Task[object] | None = None

    async def drive(self, run: Coroutine[object, object, object]) -> bool:
        """Gives whether the run was cancelled before its end."""
        loop = asyncio.get_running_loop()
        loop.set_task_factory(self._make)  # type: ignore[arg-type]
        self._run = loop.create_task(self._count(run))
        await asyncio.wait([self._run])
        loop.set_task_factory(None)
        return self._run.cancelled()

    def _make(self, loop: asyncio.AbstractEventLoop, task: Any, **options: Any) -> asyncio.Task[Any]:
        counted = getattr(task, "__qualname__", "") == "Recording._work"
        return asyncio.Task(self._count(task) if counted else task, loop=loop, **options)

    async def _count(self, work: Any) -> object:
        return await _Counted(work, self._suspended)

    def _suspended(self) -> None:
        self._left -= 1
        if self._left == 0 and self._run is not None:
            self._run.cancel()


class _Counted:
    def __init__(self, work: Any, suspended: Callable[[], None]) -> None:
        self._work = work
        self._suspended = suspended

    def __await__(self) -> Generator[Any, None, Any]:
        steps = self._work.__await__()
        sent: Any = None
        try:
            while True:
                awaited = steps.send(sent)
                self._suspended()
                try:
                    sent = yield awaited
                except BaseException as error:
                    awaited = steps.throw(error)
                    sent = yield awaited
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("via", ["records", "upload"])
def test_a_run_can_be_cancelled_at_every_await(via: str, tmp_path: Path) -> None:
    """No temporary file is left; resumed by its journal, the run gives every row its outcome, and none is lost."""

    @virtual_time
    async def cancel_and_resume(at: int, folder: Path) -> None:
        settings = {"calls_per_second": None, "job_pending": 0.0, "job_running": 0.0}
        async with leads(**settings) as (server, acton):
            server.faults.add(RejectRows(lambda email: "user7@" in email), on="lists.merge", times=99)
            with mock.patch.object(tempfile, "tempdir", str(folder / "temporary")):
                order: dict[str, Any] = {"via": via, "journal": folder / "j.db"}
                ended.append(not await Cancelling(at).drive(acton.bulk.upsert(LIST, ROWS, **order)))
                assert list((folder / "temporary").iterdir()) == []
                assert open_files(folder) == []
                report = await acton.bulk.upsert(LIST, ROWS, **order)
            assert added_up(report)
            assert report.rejected == (2 if via == "upload" else 1) or report.unknown
            assert len(held(server)) + report.unknown + report.rejected - 1 >= ADDRESSES
            unknown.append(report.unknown)

    ended: list[bool] = []
    unknown: list[int] = []
    at = 0
    while not (ended and ended[-1]):
        at += 1 if at < 30 else 1 + at // 8
        folder = tmp_path / str(at)
        (folder / "temporary").mkdir(parents=True)
        cancel_and_resume(at, folder)
    assert len(ended) > 20
    assert sum(map(bool, unknown)) <= 4
