"""Workers that die, stand still or end: no task is lost, and what they had goes to others."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL
from pathlib import Path

import pytest

from tests.support.redis_fixtures import OwnServers
from tests.support.task_worker_program import SETTINGS
from tests.support.task_workers import task_workers

pytestmark = pytest.mark.slow


async def test_no_task_of_killed_workers_is_lost(each_redis_url: str, tmp_path: Path) -> None:
    """Two of four workers are killed in the middle of 60 tasks: all 60 have results, though no new task comes."""
    held = [f"held {n}" for n in range(12)]
    async with task_workers(each_redis_url, tmp_path, worker={"max_async_tasks": 3}) as workers:
        workers.start(4)
        ids = [await workers.put("wait", name) for name in held]
        ids += [await workers.put("work", f"task {n}", 0.2) for n in range(48)]
        await workers.until(lambda: len(workers.events("began")) == len(held))
        begun = {event.pid for event in workers.events("began")}
        for pid in workers.pids[:2]:
            assert pid in begun
            workers.kill(pid)
        for name in held:
            workers.let_end(name)
        assert [await workers.result(each) for each in ids] == [*held, *(f"task {n}" for n in range(48))]
        await workers.until(workers.is_empty)
        assert len({event.name for event in workers.events("ended")}) == len(ids) == 60


async def test_a_long_task_runs_once(redis_url: str, tmp_path: Path) -> None:
    """A task that takes three times as long as a dead worker is waited for is run by one worker, and once."""
    async with task_workers(redis_url, tmp_path, idle_timeout=3.0) as workers:
        workers.start(2)
        assert await workers.result(await workers.put("work", "long", 9.0)) == "long"
        assert len(workers.events("began", "long")) == 1
        await workers.until(workers.is_empty)


async def test_a_task_that_blocks_the_event_loop_runs_again(redis_url: str, tmp_path: Path) -> None:
    """A worker whose event loop stands still cannot say that it lives: another runs the task, and both end it."""
    async with task_workers(redis_url, tmp_path, idle_timeout=1.0) as workers:
        workers.start(2)
        task = await workers.put("block", "blocking", 3.0)
        first, second = await workers.event("began", "blocking"), await workers.event("began", "blocking", 2)
        assert first.pid != second.pid
        assert await workers.result(task) == "blocking"
        await workers.event("ended", "blocking", 2)


async def test_a_worker_that_stood_still_stops_what_another_runs(redis_url: str, tmp_path: Path) -> None:
    """A worker that is frozen loses its task; when it goes on, the task is cancelled there, and ends once."""
    async with task_workers(redis_url, tmp_path, idle_timeout=1.0) as workers:
        workers.start(1)
        task = await workers.put("wait", "moved")
        frozen = await workers.event("began", "moved")
        workers.kill(frozen.pid, signal.SIGSTOP)
        workers.start(1)
        await workers.event("began", "moved", 2)
        workers.kill(frozen.pid, signal.SIGCONT)
        assert (await workers.event("cancelled", "moved")).pid == frozen.pid
        workers.let_end("moved")
        assert await workers.result(task) == "moved"
        assert [event.pid for event in workers.events("ended", "moved")] == [workers.pids[1]]
        await workers.until(workers.is_empty)


async def test_a_worker_that_ends_gives_its_tasks_to_others(redis_url: str, tmp_path: Path) -> None:
    """``taskiq worker`` ends within seconds of SIGTERM; what it did not finish begins elsewhere at once."""
    async with task_workers(redis_url, tmp_path, idle_timeout=3_600.0, stop_seconds=2.0) as workers:
        ended = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "taskiq", "worker", "--workers", "1", "--log-level", "ERROR"),
            "tests.support.task_worker_program:from_environment",
            env={**os.environ, SETTINGS: json.dumps(workers.settings)},
            stderr=DEVNULL,
        )
        try:
            short, long = await workers.put("work", "short", 0.2), await workers.put("wait", "long")
            first = await workers.event("began", "long")
            await workers.event("began", "short")
            workers.start(1)
            told = time.monotonic()
            ended.send_signal(signal.SIGTERM)
            second = await workers.event("began", "long", 2)
            await ended.wait()
            assert time.monotonic() - told < 30  # less than 10 where the machine is not busy
        finally:
            if ended.returncode is None:
                ended.kill()
        workers.let_end("long")
        assert await workers.result(short) == "short"
        assert await workers.result(long) == "long"
        assert [(event.what, event.pid) for event in workers.events(name="long")] == [
            ("began", first.pid),
            ("cancelled", first.pid),
            ("began", second.pid),
            ("ended", second.pid),
        ]
        assert len(workers.events("began", "short")) == 1
        consumers = await workers.redis.xinfo_consumers(workers.key, "workers")
        assert len(consumers) == 1, "the worker that ended is forgotten"


async def test_workers_wait_for_a_redis_that_is_away(own_servers: OwnServers, tmp_path: Path) -> None:
    """Redis is dead for longer than ``idle_timeout``: workers live on, tasks run once, and are put in between."""
    server = own_servers(options=("--appendonly", "yes", "--appendfsync", "always"))
    async with task_workers(server.url, tmp_path, idle_timeout=4.0) as workers:
        workers.start(2)
        before = [await workers.put("work", f"before {n}", 3.0) for n in range(6)]
        await workers.until(lambda: len(workers.events("began")) == 6)
        server.kill()
        between = asyncio.create_task(workers.put("work", "between"))
        await asyncio.sleep(5.0)
        server.start()
        assert [await workers.result(each) for each in before] == [f"before {n}" for n in range(6)]
        assert await workers.result(await between) == "between"
        await workers.until(workers.is_empty)
        assert all(workers.lives(pid) for pid in workers.pids)
        assert len(workers.events("began")) == 7


async def test_a_redis_that_was_emptied_is_used_again(own_servers: OwnServers, tmp_path: Path) -> None:
    """What was put is lost with it; workers make their queue anew, and run what comes."""
    server = own_servers()
    async with task_workers(server.url, tmp_path) as workers:
        workers.start(1)
        kept = await workers.put("work", "running", 2.0)
        await workers.event("began", "running")
        server.flush()
        assert await workers.result(await workers.put("work", "new")) == "new"
        assert await workers.result(kept) == "running"
        assert workers.events("cancelled") == []
        await workers.until(workers.is_empty)
