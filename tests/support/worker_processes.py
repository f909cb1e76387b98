"""Worker processes beside a test: start them together, kill or freeze some, and read what their calls came to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import psutil
from attrs import Factory, define, field, frozen

__all__ = ["CallMade", "Workers", "workers"]

PROGRAM = "tests.support.worker_program"


@frozen
class CallMade:
    """One call as its caller saw it."""

    who: str
    began: float
    """When it was asked for, by the monotonic clock."""
    ended: float
    error: str | None
    """What it failed with; None: it did not."""

    @property
    def seconds(self) -> float:
        """How long the caller waited for its answer."""
        return self.ended - self.began


@define
class Workers:
    """Worker processes that began at the same moment."""

    who: Sequence[str]
    _program: Process = field(repr=False)
    began: float = 0.0
    calls: list[CallMade] = Factory(list)
    cpu: dict[str, float] = Factory(dict)
    """Seconds of CPU of each worker that came to its end."""
    failed: dict[str, str] = Factory(dict)
    """Why a worker could not work."""
    _pids: dict[str, int] = Factory(dict)
    _ready: asyncio.Event = Factory(asyncio.Event)
    _reading: asyncio.Task[None] = field(init=False, repr=False)

    async def at(self, second: float) -> None:
        """Wait until so long after the beginning."""
        await asyncio.sleep(self.began + second - time.monotonic())

    async def called(self, who: str, number: int = 1) -> None:
        """Wait until a worker has made so many calls."""
        for _ in range(6_000):
            if len(self.by(who)) >= number:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{who} does not call")

    async def stopped(self, who: str) -> None:
        """Wait until a worker has stopped itself."""
        for _ in range(6_000):
            if psutil.Process(self._pids[who]).status() == psutil.STATUS_STOPPED:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{who} does not stop")

    def kill(self, who: str) -> None:
        """End a worker without a chance to clean up."""
        os.kill(self._pids[who], signal.SIGKILL)

    def freeze(self, who: str) -> None:
        """Stop a worker where it is."""
        os.kill(self._pids[who], signal.SIGSTOP)

    def wake(self, who: str) -> None:
        """Let a frozen worker go on."""
        os.kill(self._pids[who], signal.SIGCONT)

    async def finished(self) -> None:
        """Wait until all have ended or are killed."""
        await self._program.wait()
        await self._reading

    def by(self, who: str) -> list[CallMade]:
        """The calls of one worker."""
        return [call for call in self.calls if call.who == who]

    def errors(self) -> list[str]:
        """What calls failed with, and workers."""
        return [call.error for call in self.calls if call.error] + list(self.failed.values())

    async def _begin(self) -> None:
        self._reading = asyncio.create_task(self._read())
        await self._ready.wait()
        assert not self.failed, self.failed
        assert len(self._pids) == len(self.who), "a worker did not come up"
        assert self._program.stdin is not None
        self.began = time.monotonic()
        self._program.stdin.close()

    async def _read(self) -> None:
        assert self._program.stdout is not None
        async for line in self._program.stdout:
            self._heard(*json.loads(line))
        self._ready.set()

    def _heard(self, who: str, what: str, value: Any) -> None:
        if what == "call":
            self.calls.append(CallMade(who, *value))
        elif what == "ready":
            self._pids[who] = value
        elif what == "ended":
            self.cpu[who] = value
        else:
            self.failed[who] = value
        if len(self._pids) + len(self.failed) == len(self.who):
            self._ready.set()

    async def _end(self) -> None:
        for pid in self._pids.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._program.stdin is not None:
            self._program.stdin.close()
        await self.finished()


@asynccontextmanager
async def workers(
    client: str,
    who: Sequence[str],
    *,
    url: str,
    seconds: float,
    callers: int = 4,
    program: str = PROGRAM,
    each: Mapping[str, Mapping[str, object]] = {},
    **settings: object,
) -> AsyncIterator[Workers]:
    """Start workers and let them begin; what still runs when the block ends is killed.

    Args:
        client: which limits they keep, and how: a name in the program's table.
        who: their names, without dots.
        url: the server.
        seconds: how long they call.
        callers: calls of each that wait or are under way at once.
        program: the module of the program that they run in.
        each: settings that only one worker has, by its name.
        settings: more for the client, and ``calls`` (how many each worker makes), ``rest`` (seconds between two
            calls of a caller), ``lane``, ``limits``, ``logs_in``, ``harm`` (what a ``HarmedLimiter`` takes),
            ``rules`` (constants of a limiter in Redis), ``made_before_fork`` (one session is made before the
            workers are, and each opens it).
    """
    told = {"client": client, "who": who, "url": url, "seconds": seconds, "callers": callers, "each": each}
    command = [sys.executable, "-m", program, json.dumps(told | settings)]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    group = Workers(who, process)
    try:
        await group._begin()
        yield group
    finally:
        await group._end()
