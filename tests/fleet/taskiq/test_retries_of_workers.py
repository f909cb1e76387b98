"""Retries and dead letters of real workers with a real Redis, which dies as well, and an emulator that fails."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from asyncsdk.emulator import Cut, Emulator, Reply, Settings, Slow, SlowJob
from asyncsdk.fleet.taskiq import DeadLetters
from tests.support.redis_fixtures import OwnServers
from tests.support.task_workers import TaskWorkers, task_workers

pytestmark = pytest.mark.slow

PAUSE = 5
"""Seconds after which the server says that it takes calls again."""


@asynccontextmanager
async def acton_workers(url: str, folder: Path, **options: Any) -> AsyncIterator[tuple[TaskWorkers, Emulator]]:
    """Workers with an account of their own, and the emulator that they call; its list is l-0001."""
    async with Emulator(Settings(calls_per_second=None)) as server:
        server.add_list("Leads", [("Email", "EMAIL")])
        account: Mapping[str, Any] = {
            "account": f"test-{uuid4().hex[:12]}",
            "base_url": server.url,
            "credentials": server.credentials,
        }
        async with task_workers(url, folder, acton=account, **options) as workers:
            yield workers, server


async def test_a_spent_budget_brings_a_task_back_when_it_resets_over_restarts(
    own_servers: OwnServers, tmp_path: Path
) -> None:
    """QuotaExhausted; the worker is killed, and Redis after it: the task comes back after resets_in, not before."""
    redis = own_servers(options=("--appendonly", "yes", "--appendfsync", "always"))
    async with acton_workers(redis.url, tmp_path, idle_timeout=60.0) as (workers, server):
        workers.start(1)
        server.faults.add(Reply.throttled(PAUSE), on="contacts.upsert")
        task = await workers.put("upsert", "ada", "l-0001")
        first = await workers.event("began", "ada")
        delayed = f"{workers.key.removesuffix('waiting')}delayed"
        await workers.until(lambda: workers.redis.zcard(delayed))
        assert await workers.redis.xlen(workers.key) == 0
        workers.kill(workers.pids[0])
        redis.kill()
        redis.start()
        workers.start(2)
        second = await workers.event("began", "ada", 2)
        assert second.at - first.at >= PAUSE
        await workers.result(task)
        assert len(workers.events("began", "ada")) == 2
        assert server.rows("l-0001") == [["ada@example.com"]]


async def test_each_error_has_its_fate(redis_url: str, tmp_path: Path) -> None:
    """Throttling: again. A lost answer of an unsafe call: a dead letter, done once. Bad input: the same at once.

    What was put right is tried again from its dead letter, and the unsafe call is made once more only then.
    """
    async with acton_workers(redis_url, tmp_path) as (workers, server):
        server.faults.add(Reply.throttled(1), on="contacts.upsert")
        server.faults.add(Cut("acted"), on="contacts.add")
        workers.start(2)
        await workers.result(await workers.put("upsert", "slow", "l-0001"))
        lost = await workers.put("add", "lost", "l-0001")
        bad = await workers.put("upsert", "bad", "l-0002")
        letters = DeadLetters(workers.broker)
        await workers.until(lambda: is_long(letters, 2))
        found = {each.task: each for each in await letters.list()}
        assert (found["add"].kind, found["add"].deliveries) == ("ReplyLost", 1)
        assert "look first" in found["add"].story
        assert (found["upsert"].task, found["upsert"].deliveries) == ("upsert", 1)
        assert "example.com" not in str(found)
        for task in (lost, bad):
            await workers.until(lambda task=task: workers.broker.result_backend.is_result_ready(task))
        assert len(workers.events("began", "slow")) == 2
        assert [len(workers.events("began", name)) for name in ("lost", "bad")] == [1, 1]
        assert len(server.calls.of("contacts.add")) == 1
        await workers.until(lambda: is_empty(workers))
        assert await letters.retry(found["add"].id)
        await workers.event("ended", "lost")
        assert len(server.calls.of("contacts.add")) == 2
        assert [each.task for each in await letters.list()] == ["upsert"]


async def test_the_tasks_of_a_worker_share_its_session(redis_url: str, tmp_path: Path) -> None:
    """Three workers log in once; all tasks of one have the same session, which is closed when it ends."""
    async with acton_workers(redis_url, tmp_path, worker={"max_async_tasks": 1}) as (workers, server):
        workers.start(3)
        sessions: dict[int, set[int]] = {}
        number = 0
        async with asyncio.timeout(60):
            while len(sessions) < 3 or number < 12:
                tasks = [await workers.put("upsert", f"person{number + n}", "l-0001") for n in range(3)]
                for n, task in enumerate(tasks):
                    session = await workers.result(task)
                    worker = (await workers.event("ended", f"person{number + n}")).pid
                    sessions.setdefault(worker, set()).add(session)
                number += 3
        assert all(len(each) == 1 for each in sessions.values())
        assert len(server.calls.of("token")) == 1
        workers.kill(workers.pids[0], signal.SIGTERM)
        await workers.until(lambda: [each.pid for each in workers.events("closed")] == workers.pids[:1])
        assert "closed" in workers.events("closed")[0].name


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_an_unsafe_call_is_not_made_again_when_its_worker_ends(
    redis_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    """Killed, or told to end, after the call and before the end of its task: made once, and one dead letter."""
    async with acton_workers(redis_url, tmp_path, stop_seconds=0.5) as (workers, server):
        workers.start(1)
        await workers.put("add", "ada", "l-0001", 60.0)
        await workers.event("added", "ada")
        workers.kill(workers.pids[0], number)
        workers.start(1)
        letters = DeadLetters(workers.broker)
        await workers.until(lambda: is_long(letters, 1))
        (letter,) = await letters.list()
        assert (letter.task, letter.kind, letter.deliveries) == ("add", "Unfinished", 1)
        assert "begun a call that must not be made twice" in letter.story
        await workers.until(lambda: is_empty(workers))
        assert server.rows("l-0001") == [["ada@example.com"]]
        assert len(server.calls.of("contacts.add")) == 1
        assert await workers.redis.hlen(f"{workers.key}:unsafe") == 0


async def test_a_fate_waits_for_a_redis_that_is_away(own_servers: OwnServers, tmp_path: Path) -> None:
    """Redis is dead when an unsafe call loses its answer: the dead letter is there when Redis is, and one call."""
    redis = own_servers(options=("--appendonly", "yes", "--appendfsync", "always"))
    async with acton_workers(redis.url, tmp_path) as (workers, server):
        server.faults.add(Slow(1.0), Reply.gateway_page(acted=True), on="contacts.add")
        workers.start(1)
        await workers.put("add", "ada", "l-0001")
        await workers.until(lambda: server.rows("l-0001"))
        redis.kill()
        await asyncio.sleep(3.0)
        redis.start()
        letters = DeadLetters(workers.broker)
        await workers.until(lambda: is_long(letters, 1))
        assert [each.kind for each in await letters.list()] == ["ServerError"]
        await workers.until(lambda: is_empty(workers))
        assert len(server.calls.of("contacts.add")) == 1


async def test_a_worker_takes_no_task_from_itself(redis_url: str, tmp_path: Path) -> None:
    """Its event loop stands still for longer than a dead worker is waited for: its own tasks are not run twice."""
    async with acton_workers(redis_url, tmp_path) as (workers, _):
        workers.start(1)
        waiting = await workers.put("wait", "waiting")
        await workers.event("began", "waiting")
        for n in range(3):
            await workers.result(await workers.put("block", f"block {n}", 2.0))
        workers.let_end("waiting")
        await workers.result(waiting)
        assert len(workers.events("began")) == 4


async def test_a_worker_that_stood_still_makes_no_unsafe_call(redis_url: str, tmp_path: Path) -> None:
    """A worker is frozen before its call, and another runs the task: when it goes on, it makes no call."""
    async with acton_workers(redis_url, tmp_path) as (workers, server):
        server.faults.add(Slow(3.0), on="contacts.upsert")
        workers.start(1)
        task = await workers.put("upsert_and_add", "ada", "l-0001")
        await workers.event("began", "ada")
        await workers.until(lambda: server.calls.of("contacts.upsert"))
        workers.kill(workers.pids[0], signal.SIGSTOP)
        workers.start(1)
        await workers.result(task)
        workers.kill(workers.pids[0], signal.SIGCONT)
        await asyncio.sleep(4.0)
        assert len(server.calls.of("contacts.add")) == 1
        assert not await DeadLetters(workers.broker).list()


async def test_a_file_goes_on_in_another_worker(redis_url: str, tmp_path: Path) -> None:
    """A worker is killed while Act-On works at its file: another ends the task, and the file is uploaded once."""
    path = tmp_path / "people.csv"
    path.write_text("Email\n" + "".join(f"person{n}@example.com\n" for n in range(300)))
    async with acton_workers(redis_url, tmp_path) as (workers, server):
        server.faults.add(SlowJob(0.0, 3.0), on="lists.merge")
        workers.start(1)
        run = f"run-{uuid4().hex[:12]}"
        task = await workers.put(
            "asyncsdk:upsert_file", workers.settings["acton"]["account"], "l-0001", str(path), run
        )
        await workers.until(lambda: server.calls.of("lists.upload_status"))
        workers.kill(workers.pids[0])
        workers.start(1)
        told = await workers.result(task)
        assert (told["rows"], told["created"]) == (300, 300)
        assert len(server.calls.of("lists.merge")) == 1
        assert not await DeadLetters(workers.broker).list()


async def is_long(letters: DeadLetters, number: int) -> bool:
    """Whether there are so many dead letters."""
    return len(await letters.list()) >= number


async def is_empty(workers: TaskWorkers) -> bool:
    """Whether no message is left."""
    return await workers.redis.xlen(workers.key) == 0
