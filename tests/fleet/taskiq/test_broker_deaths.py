"""Workers that die, stand still or end: no task is lost, and what they had goes to others."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.support.task_workers import task_workers

pytestmark = pytest.mark.slow


async def test_no_task_of_killed_workers_is_lost(each_redis_url: str, tmp_path: Path) -> None:
    """Two of four workers are killed in the middle of 60 tasks: all 60 have results, though no new task comes."""
    async with task_workers(each_redis_url, tmp_path, worker={"max_async_tasks": 3}) as workers:
        await workers.start(4)
        ids = [await workers.put("work", f"task {n}", 0.2) for n in range(60)]
        await workers.until(lambda: len(workers.events("ended")) >= 8)
        for pid in workers.pids[:2]:
            workers.kill(pid)
        assert [await workers.result(each) for each in ids] == [f"task {n}" for n in range(60)]
        await workers.until(lambda: _is_empty(workers))
        again = [event for event in workers.events("began") if len(workers.events("began", event.name)) > 1]
        assert {event.pid for event in again} & set(workers.pids[:2])


async def _is_empty(workers):  # noqa: ANN
    return await workers.redis.xlen(workers.key) == 0
