"""Processes that make bulk runs with a vault, each of them as another machine would."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from attrs import asdict, evolve

from asyncsdk.emulator import Emulator, Settings
from tests.support.moving_run import LIST, Order, rows_of

__all__ = ["RunProcess", "accepted_files", "list_is_right", "order_for", "run_server", "run_through", "started"]

PROGRAM = Path(__file__).with_name("moving_run.py")

SECONDS = 120.0
"""Seconds that a process may take, on a machine with much to do."""


@asynccontextmanager
async def run_server(**settings: Any) -> AsyncIterator[Emulator]:
    """An emulator with an empty list."""
    waits = {"calls_per_second": None, "job_pending": 0.05, "job_running": 0.05, **settings}
    async with Emulator(Settings(**waits)) as server:
        server.add_list("Leads", ["Email", "City", "Note"], [], list_id=LIST)
        yield server


def order_for(server: Emulator, vault: str | Path, **changed: Any) -> Order:
    """What a process is told."""
    token = server.issue_token()["access_token"]
    return evolve(Order(url=server.url, token=token, vault=str(vault)), **changed)


def accepted_files(server: Emulator) -> int:
    """How many files the server has taken."""
    return sum(call.status == 200 for call in server.calls.of("lists.merge"))


def list_is_right(server: Emulator, order: Order) -> bool:
    """Whether the list holds each row of the input once."""
    wanted = sorted([row["Email"], row["City"], row["Note"]] for row in rows_of(order.count))
    return sorted(server.rows(LIST)) == wanted


class RunProcess:
    """A process under way.

    Args:
        process: the process.
    """

    def __init__(self, process: Process) -> None:
        self._process = process

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    async def stops(self) -> None:
        """Wait until it has stopped itself."""
        async with asyncio.timeout(SECONDS):
            while not _has_stopped(self._process.pid):  # noqa: ASYNC110 - the kernel sets no event
                await asyncio.sleep(0.02)

    async def reaches(self, stage: str) -> None:
        """Wait until it tells that it is so far."""
        async for told in self._told():
            if told.get("stage") == stage:
                return
        raise AssertionError(f"it never came to {stage}")

    async def ends(self) -> dict[str, Any]:
        """Wait for its end; gives what it told last, and its exit code."""
        last: dict[str, Any] = {}
        async for told in self._told():
            last = told
        async with asyncio.timeout(SECONDS):
            return {**last, "code": await self._process.wait()}

    async def kill(self) -> None:
        """End it, if it has not ended."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _told(self) -> AsyncIterator[dict[str, Any]]:
        assert self._process.stdout is not None
        async with asyncio.timeout(SECONDS):
            while line := await self._process.stdout.readline():
                yield json.loads(line)


def _has_stopped(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None


@asynccontextmanager
async def started(order: Order) -> AsyncIterator[RunProcess]:
    """A process that makes a run; it does not outlive the block."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), json.dumps(asdict(order)), env=environment, stdout=PIPE
    )
    run = RunProcess(process)
    try:
        yield run
    finally:
        await run.kill()


async def run_through(order: Order) -> dict[str, Any]:
    """Start a process and wait for its end."""
    async with started(order) as run:
        return await run.ends()
