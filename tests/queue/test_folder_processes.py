"""Processes that share a folder: the one that sends dies or stands still, and the others go on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from attrs import define, field

from asyncsdk.emulator import Emulator
from asyncsdk.queue.journal_statuses import journal_statuses
from tests.queue.stage import HEADINGS, QUICK, queue_on, session_on
from tests.support.stage import until

pytestmark = pytest.mark.slow

WORKER = Path(__file__).with_name("folder_worker.py")


@define
class Worker:
    """A process that puts rows."""

    process: asyncio.subprocess.Process
    last: dict[str, int] = field(factory=dict)
    """The last value of each address for which a put has returned."""

    seconds: list[tuple[float, float]] = field(factory=list)
    """When a put returned, and how long it took."""

    async def listen(self) -> None:
        """Hear what it says, to its end."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            email, value, seconds = line.decode().split()
            self.last[email] = int(value)
            self.seconds.append((time.monotonic(), float(seconds)))

    def puts_since(self, moment: float) -> list[float]:
        """How long the puts took that returned since then."""
        return [seconds for at, seconds in self.seconds if at > moment]


@asynccontextmanager
async def workers(server: Emulator, folder: Path, number: int) -> AsyncGenerator[list[Worker]]:
    """So many processes that put rows; the first one opens the folder before the others."""
    started: list[Worker] = []
    listening: list[asyncio.Task[None]] = []
    try:
        for n in range(number):
            command = [sys.executable, str(WORKER), server.url, str(folder), f"w{n}-"]
            process = await asyncio.create_subprocess_exec(
                *command,
                env={**os.environ, "TOKEN": server.issue_token()["access_token"]},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            worker = Worker(process)
            started.append(worker)
            listening.append(asyncio.create_task(worker.listen()))
            await until(lambda worker=worker: worker.seconds, 60)
        yield started
    finally:
        for worker in started:
            if worker.process.returncode is None:
                worker.process.kill()
        await asyncio.gather(*listening, *(worker.process.wait() for worker in started))


def is_stopped(process: int) -> bool:
    """Whether a process stands still."""
    return b"State:\tT" in Path(f"/proc/{process}/status").read_bytes()


def sender_of(folder: Path) -> int | None:
    """The process that sends."""
    senders = [each.holder for each in journal_statuses(folder) if each.sends]
    return senders[0] if senders else None


async def another_sender(folder: Path, than: int) -> None:
    """Wait until another process sends."""
    await until(lambda: sender_of(folder) not in {None, than})


async def end(server: Emulator, folder: Path, started: list[Worker]) -> None:
    """Let all processes end, then send what is left: nothing is lost, and no older value is in the list."""
    for worker in started:
        if worker.process.returncode is None:
            assert worker.process.stdin is not None
            worker.process.stdin.close()
    await asyncio.gather(*(worker.process.wait() for worker in started))
    async with (
        session_on(server) as acton,
        queue_on(acton, "l-0001", hold=0.5, journal=folder, max_age=0.1, quota_share=1.0) as queue,
    ):
        await until(lambda: not len(queue), 60)
    await server.settle()
    assert journal_statuses(folder) == []
    held = {row[0]: int(row[2]) for row in server.rows("l-0001")}
    assert len(held) == len(server.rows("l-0001"))
    for worker in started:
        for email, value in worker.last.items():
            # A process that was killed may have written down a row whose put did not return any more.
            assert held[email] in {value, value + 20}


@pytest.mark.parametrize("how", ["killed", "stopped", "stopped in a transaction"])
async def test_another_process_sends_when_the_sender(how: str, tmp_path: Path) -> None:
    """Within seconds another one sends, puts go on meanwhile, and whoever wakes up sends and spoils nothing."""
    async with Emulator(QUICK) as server:
        server.add_list("Leads", HEADINGS, list_id="l-0001")
        async with workers(server, tmp_path, 4) as started:
            first, *others = started
            assert sender_of(tmp_path) == first.process.pid
            if how == "stopped in a transaction":
                first.process.send_signal(signal.SIGUSR1)
                await until(lambda: is_stopped(first.process.pid), 60)
            else:
                first.process.send_signal(signal.SIGKILL if how == "killed" else signal.SIGSTOP)
            moment = time.monotonic()
            await another_sender(tmp_path, first.process.pid)
            await until(lambda: all(worker.puts_since(moment) for worker in others))
            if how != "killed":
                first.process.send_signal(signal.SIGCONT)
                await asyncio.sleep(1)
                assert sender_of(tmp_path) != first.process.pid
                assert first.process.returncode is None
            await end(server, tmp_path, started)
