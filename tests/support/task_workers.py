"""Workers of taskiq beside a test: start them, kill or freeze some, and read what their tasks noted."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from attrs import Factory, define, frozen
from redis.asyncio import Redis
from taskiq import AsyncBroker

from tests.support.task_worker_program import broker_of

__all__ = ["Event", "TaskWorkers", "task_workers"]

PROGRAM = "tests.support.task_worker_program"

WAITING_SECONDS = 180.0
"""Seconds that a test waits for what must come, on a machine that may be busy."""


@frozen
class Event:
    """What a task noted."""

    pid: int
    what: str
    """``began``, ``ended`` or ``cancelled``."""
    name: str
    """The name that the test gave to this call of the task."""
    at: float
    """When, by the monotonic clock."""


@define
class TaskWorkers:
    """Workers of one queue."""

    settings: Mapping[str, Any]
    broker: AsyncBroker
    """A broker of the test's own, which puts tasks, and has their results."""
    redis: Redis
    pids: list[int] = Factory(list)
    """The workers, in the order of their starts."""

    @property
    def key(self) -> str:
        """The key of the stream."""
        if "stock" in self.settings:
            return str(self.settings["stock"]["queue_name"])
        queue = self.settings["broker"]["queue"]
        return f"asyncsdk:tasks:{{{queue}}}:waiting"

    def start(self, number: int = 1) -> None:
        """Start some workers."""
        for _ in range(number):
            self.pids.append(_start_worker(self.settings))

    async def put(self, task: str, *arguments: object) -> str:
        """Put a task; the id of its result."""
        return (await self.broker.local_task_registry[task].kiq(*arguments)).task_id

    async def result(self, task_id: str) -> Any:
        """What a task returned."""
        await self.until(lambda: self.broker.result_backend.is_result_ready(task_id))
        answer = await self.broker.result_backend.get_result(task_id)
        answer.raise_for_error()
        return answer.return_value

    def events(self, what: str = "", name: str = "") -> list[Event]:
        """What tasks noted, in order."""
        path = Path(self.settings["events"])
        lines = path.read_text().splitlines() if path.exists() else []
        found = [Event(*json.loads(line)) for line in lines]
        return [event for event in found if what in {"", event.what} and name in {"", event.name}]

    async def event(self, what: str, name: str, number: int = 1) -> Event:
        """Wait for the first, or a further, note of a task."""
        await self.until(lambda: len(self.events(what, name)) >= number)
        return self.events(what, name)[number - 1]

    def let_end(self, name: str) -> None:
        """Let the task ``wait`` of this name come to its end."""
        Path(f"{self.settings['events']}.{name}").touch()

    async def until(self, is_so: Callable[[], Any]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(WAITING_SECONDS):
            while True:
                answer = is_so()
                if (await answer) if asyncio.iscoroutine(answer) else answer:
                    return
                await asyncio.sleep(0.02)

    async def is_empty(self) -> bool:
        """Whether nothing is left of the tasks that were put: neither messages nor deliveries."""
        pending = await self.redis.xpending(self.key, "workers")
        return await self.redis.xlen(self.key) == 0 == pending["pending"]

    def kill(self, pid: int, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a worker: ``kill -9`` by default."""
        os.kill(pid, number)

    def lives(self, pid: int) -> bool:
        """Whether a worker runs."""
        return psutil.pid_exists(pid)

    def _end(self) -> None:
        for pid in filter(self.lives, self.pids):
            os.kill(pid, signal.SIGKILL)


@cache
def _program() -> subprocess.Popen[str]:
    """The program that all tests of this process start their workers with: it loads the library once."""
    command = [sys.executable, "-m", PROGRAM]
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    atexit.register(_end_program, program)
    return program


def _end_program(program: subprocess.Popen[str]) -> None:
    program.kill()
    program.communicate(timeout=180)


def _start_worker(settings: Mapping[str, Any]) -> int:
    program = _program()
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(json.dumps(settings) + "\n")
    program.stdin.flush()
    return int(program.stdout.readline())


@asynccontextmanager
async def task_workers(
    url: str,
    folder: Path,
    *,
    worker: Mapping[str, object] = {},
    stock: bool = False,
    acton: Mapping[str, object] | None = None,
    **broker: object,
) -> AsyncIterator[TaskWorkers]:
    """A queue of its own, with no workers yet; those that are started are killed when the block ends.

    Args:
        url: the Redis.
        folder: where notes of tasks are written.
        worker: more for ``taskiq worker``, such as ``max_async_tasks``.
        stock: with the broker of taskiq-redis.
        acton: the account and the emulator of ``acton_tasks``.
        broker: what the broker takes.
    """
    queue = f"test-{uuid4().hex[:12]}"
    settings: dict[str, Any] = {
        "url": url,
        "events": str(folder / f"{queue}.events"),
        "results": queue,
        "worker": {"configure_logging": False, "shutdown_timeout": 5, **worker},
        "broker": {"queue": queue, "idle_timeout": 1.0, **broker},
    }
    if stock:
        settings["stock"] = {"queue_name": queue, "idle_timeout": 1000, **broker}
    if acton is not None:
        settings["acton"] = acton
    own = broker_of(settings)
    async with Redis.from_url(url) as redis:
        group = TaskWorkers(settings, own, redis)
        try:
            await own.startup()
            yield group
        finally:
            group._end()
            await own.shutdown()
