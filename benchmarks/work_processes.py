"""Processes of the benchmark of work: started one by one, killed, frozen and woken, and what they tell.

They are forked from one program that has loaded the library, ``benchmarks.work_program``, so that a start costs
little. What a process has told before it was killed is not lost: it stands in the pipe.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import psutil
from attrs import Factory, define, field, frozen

__all__ = ["Processes", "Told", "processes"]

PROGRAM: Final = "benchmarks.work_program"

PATIENCE: Final = 120.0
"""Seconds in which what must come has come, on a machine that may be busy."""


@frozen
class Told:
    """What a process has told."""

    who: str
    pid: int
    what: str
    value: Any
    at: float
    """When, by the monotonic clock, which is the same in all processes."""


@define
class Processes:
    """Processes that are told apart by names; a name may be used again when its process is dead."""

    _program: Process = field(repr=False)
    _told: defaultdict[str, list[Told]] = Factory(lambda: defaultdict[str, list[Told]](list))
    """Everything by its kind, in the order in which it came."""

    pids: dict[str, int] = Factory(dict)
    """The newest process of each name."""

    hears: Callable[[Told], object] | None = None
    """Called with each line."""

    _reading: asyncio.Task[None] | None = None

    async def start(self, who: str, work: str, **settings: Any) -> None:
        """Start a process, and wait until it is there: it may not be ready."""
        self.pids.pop(who, None)
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps({"who": who, "work": work, **settings}).encode() + b"\n")
        await self.until(lambda: who in self.pids)

    def kill(self, who: str) -> float:
        """End a process without a chance to clean up; gives the time."""
        return self._send(who, signal.SIGKILL)

    def end(self, who: str) -> None:
        """Tell a process to end, as who deploys a new version does."""
        self._send(who, signal.SIGTERM)

    def freeze(self, who: str) -> float:
        """Stop a process where it is; gives the time."""
        return self._send(who, signal.SIGSTOP)

    def wake(self, who: str) -> None:
        """Let a frozen process go on."""
        self._send(who, signal.SIGCONT)

    def is_at_work(self, who: str) -> bool:
        """Whether a process has neither ended nor stands still."""
        try:
            return psutil.Process(self.pids[who]).status() not in {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE}
        except psutil.NoSuchProcess:
            return False

    def let_begin(self, who: str) -> None:
        """Let a process begin that waits for that."""
        self._send(who, signal.SIGUSR2)

    def ask_to_stop(self, who: str) -> None:
        """Ask a process to begin nothing more."""
        self._send(who, signal.SIGUSR1)

    def said(self, what: str, who: str | None = None, since: float = 0.0) -> list[Told]:
        """What was told of a kind, by one or by all, from a time on."""
        return [each for each in self._told[what] if who in {None, each.who} and each.at >= since]

    async def hear(self, what: str, who: str | None = None, since: float = 0.0) -> Told:
        """Wait for something that is told from a time on."""
        await self.until(lambda: self.said(what, who, since))
        return self.said(what, who, since)[0]

    async def until(self, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until something holds.

        Raises:
            TimeoutError: it does not come to hold.
        """
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.01)

    def _send(self, who: str, number: signal.Signals) -> float:
        os.kill(self.pids[who], number)
        return time.monotonic()

    async def _read(self) -> None:
        assert self._program.stdout is not None
        async for line in self._program.stdout:
            told = Told(*json.loads(line))
            if told.what == "began":
                self.pids[told.who] = told.pid
            self._told[told.what].append(told)
            if self.hears is not None:
                self.hears(told)

    async def _end(self) -> None:
        for who in self.pids:
            with suppress(ProcessLookupError):
                self.kill(who)
        assert self._program.stdin is not None
        self._program.stdin.close()
        await self._program.wait()
        if self._reading is not None:
            await self._reading


@asynccontextmanager
async def processes(hears: Callable[[Told], object] | None = None) -> AsyncIterator[Processes]:
    """A program that starts processes; what still runs when the block ends is killed.

    Args:
        hears: called with each line that a process tells.
    """
    program = await asyncio.create_subprocess_exec(sys.executable, "-m", PROGRAM, stdin=PIPE, stdout=PIPE)
    group = Processes(program, hears=hears)
    group._reading = asyncio.create_task(group._read())
    try:
        yield group
    finally:
        await group._end()
