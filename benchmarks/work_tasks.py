"""Tasks whose workers are killed, and a task that is longer than every timeout, with two brokers over Redis."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from benchmarks.work_homes import homes_server
from tests.support.task_workers import TaskWorkers, task_workers

__all__ = ["TASKS", "LongTask", "TaskOutcome", "killed_workers", "long_task"]

TASKS: Final = 60

WORKERS: Final = 4

KILLED: Final = 2

TASK_SECONDS: Final = 0.5

PUT_EVERY: Final = 0.02
"""Seconds between two of the tasks, so that no worker takes all of them."""

IDLE_SECONDS: Final = 5.0
"""Seconds after which a worker that says nothing is taken for dead: by then nothing new comes from the stream."""

PATIENCE: Final = 30.0
"""Seconds in which all tasks have results, or never will: no new task comes."""

LONG_IDLE_SECONDS: Final = 3.0

LONG_SECONDS: Final = 9.0
"""Seconds that the long task takes."""

OTHER_EVERY: Final = 0.3
"""Seconds between two short tasks that are put meanwhile: the stock broker looks for dead workers only then."""


@frozen
class TaskOutcome:
    """What became of the tasks whose workers were killed."""

    results: int
    """Tasks with a result."""
    again: int
    """Tasks that ran again because a killed worker had begun them, and had not said that they are done."""
    twice: int
    """Tasks that ran again for no such reason."""
    left: int
    """Messages that are still in the stream."""
    seconds: float
    """From the kills to the last result."""


@frozen
class LongTask:
    """What became of the long task."""

    begun: int
    """How many times it was begun."""
    left: int
    """Messages that are still in the stream, short tasks counted."""


async def killed_workers(*, stock: bool) -> TaskOutcome:
    """Kill two of four workers in the middle of 60 tasks."""
    async with _workers(stock=stock, idle=IDLE_SECONDS, max_async_tasks=3) as workers:
        workers.start(WORKERS)
        ids: list[str] = []
        for number in range(TASKS):
            ids.append(await workers.put("work", f"task {number}", TASK_SECONDS))
            await asyncio.sleep(PUT_EVERY)
        killed = _busy(workers)[:KILLED]
        for pid in killed:
            workers.kill(pid)
        began, last, results = time.monotonic(), 0.0, 0
        while results < TASKS and time.monotonic() < began + PATIENCE:
            ready = [await workers.broker.result_backend.is_result_ready(each) for each in ids]
            if sum(ready) > results:
                results, last = sum(ready), time.monotonic()
            await asyncio.sleep(0.05)
        await asyncio.sleep(IDLE_SECONDS)
        return _found(workers, set(killed), results, last - began, await workers.redis.xlen(workers.key))


def _busy(workers: TaskWorkers) -> list[int]:
    """The workers that work at tasks now, those that have most of them first."""
    ended = {event.name for event in workers.events("ended")}
    return [
        pid
        for pid, _ in Counter(
            event.pid for event in workers.events("began") if event.name not in ended
        ).most_common()
    ]


def _found(workers: TaskWorkers, killed: set[int], results: int, seconds: float, left: int) -> TaskOutcome:
    runs = Counter(event.name for event in workers.events("began"))
    repeated = {name for name, number in runs.items() if number > 1}
    of_killed = {event.name for event in workers.events("began") if event.pid in killed}
    return TaskOutcome(
        results=results,
        again=len(repeated & of_killed),
        twice=len(repeated - of_killed),
        left=left,
        seconds=seconds,
    )


async def long_task(*, stock: bool) -> LongTask:
    """Put a task that takes three times as long as a silent worker is waited for, and short ones beside it."""
    async with _workers(stock=stock, idle=LONG_IDLE_SECONDS) as workers:
        workers.start(WORKERS)
        await workers.put("work", "long", LONG_SECONDS)
        await workers.event("began", "long")
        deadline = time.monotonic() + LONG_SECONDS + 2 * LONG_IDLE_SECONDS
        while time.monotonic() < deadline:
            await workers.put("work", "short")
            await asyncio.sleep(OTHER_EVERY)
        await asyncio.sleep(1.0)
        return LongTask(len(workers.events("began", "long")), await workers.redis.xlen(workers.key))


@asynccontextmanager
async def _workers(*, stock: bool, idle: float, **worker: object) -> AsyncIterator[TaskWorkers]:
    """Workers with a Redis of their own; the stock broker has times in milliseconds."""
    with homes_server(with_redis=True) as (home, _):
        idle_timeout: Any = round(idle * 1000) if stock else idle
        folder = Path(home["folder"])
        async with task_workers(
            home["redis_url"], folder, worker=worker, stock=stock, idle_timeout=idle_timeout
        ) as workers:
            yield workers
