"""Defects of taskiq-redis's own stream broker, one test each: one that fails says what ``DurableBroker`` may drop.

What the durable broker does in the same places is tested beside them, in the other modules of this folder.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from redis.exceptions import RedisError
from taskiq import TaskiqResult
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

from tests.support.redis_fixtures import OwnServers
from tests.support.task_workers import TaskWorkers, task_workers

pytestmark = pytest.mark.slow


def expect(is_defect: bool, what: str, own: str) -> None:
    """Fail where the stock broker does well."""
    if not is_defect:
        pytest.fail(f"The stock broker {what} now: DurableBroker may drop its own {own}.")


async def begins_again(workers: TaskWorkers, name: str, number: int = 2) -> bool:
    """Whether a task begins so many times, where new tasks come all the time."""
    for n in range(600):
        await workers.put("work", f"{name}, new task {n}")
        await asyncio.sleep(0.1)
        if len(workers.events("began", name)) >= number:
            return True
    return False


async def test_tasks_of_dead_workers_lie_where_no_new_task_comes(redis_url: str, tmp_path: Path) -> None:
    """The stock broker looks for them only behind a new message."""
    async with task_workers(redis_url, tmp_path, stock=True, idle_timeout=300) as workers:
        workers.start(2)
        await workers.put("wait", "orphan")
        workers.kill((await workers.event("began", "orphan")).pid)
        await asyncio.sleep(1.5)
        lies = len(workers.events("began", "orphan")) == 1
        expect(
            lies,
            "takes over tasks though no new one comes",
            "look for tasks of dead workers (TaskStream.take_over)",
        )
        assert await begins_again(workers, "orphan"), "it was there all the time"


async def test_a_long_task_runs_beside_itself(redis_url: str, tmp_path: Path) -> None:
    """The stock broker takes a worker for dead that works for longer than ``idle_timeout``."""
    async with task_workers(redis_url, tmp_path, stock=True, idle_timeout=300) as workers:
        workers.start(2)
        await workers.put("wait", "long")
        await workers.event("began", "long")
        twice = await begins_again(workers, "long")
        expect(twice, "leaves a long task to the worker that has it", "sign of life (TaskStream.keep)")


async def test_what_is_done_stays_in_the_stream(redis_url: str, tmp_path: Path) -> None:
    """The stock broker acknowledges messages, and removes none."""
    async with task_workers(redis_url, tmp_path, stock=True) as workers:
        workers.start(1)
        for n in range(3):
            await workers.result(await workers.put("work", f"task {n}"))
        stays = await workers.redis.xlen(workers.key) == 3
        expect(stays, "removes what is done", "removal (TaskStream.remove)")


async def test_tasks_that_were_put_before_the_first_worker_are_lost(redis_url: str, tmp_path: Path) -> None:
    """The stock broker's group begins with what comes after it."""
    async with task_workers(redis_url, tmp_path, stock=True) as workers:
        await workers.redis.delete(workers.key)  # as before the first start of anything
        await workers.put("work", "early")
        workers.start(1)

        async def has_group() -> bool:
            return bool(await workers.redis.xinfo_groups(workers.key))

        await workers.until(has_group)
        await workers.result(await workers.put("work", "late"))
        expect(
            workers.events("began", "early") == [],
            "keeps early tasks",
            "group from the first message (consumer_id)",
        )


async def test_a_task_that_ends_its_worker_is_tried_for_ever(redis_url: str, tmp_path: Path) -> None:
    """The stock broker counts no deliveries."""
    async with task_workers(redis_url, tmp_path, stock=True, idle_timeout=300) as workers:
        await workers.put("die", "poison")
        for n in range(5):
            workers.start(1)
            if not await begins_again(workers, "poison", n + 1):
                break
        expect(len(workers.events("began", "poison")) == 5, "gives up a task", "dead letters (Worker._give_up)")


async def test_what_cannot_be_run_is_dropped(redis_url: str, tmp_path: Path) -> None:
    """Taskiq acknowledges messages that it cannot read, and tasks that it does not know."""
    async with task_workers(redis_url, tmp_path, stock=True) as workers:
        await workers.redis.xadd(workers.key, {"data": b"\xff"})

        async def unknown() -> None: ...

        task = workers.broker.register_task(unknown, "new")
        del workers.broker.local_task_registry["new"]
        await task.kiq()
        workers.start(1)
        await workers.result(await workers.put("work", "behind"))

        async def is_dropped() -> bool:
            return (await workers.redis.xpending(workers.key, "taskiq"))["pending"] == 0

        try:
            await workers.until(is_dropped)  # the result is there before the message is acknowledged
        except TimeoutError:
            expect(is_defect=False, what="keeps what it cannot run", own="look into messages (read_task)")


async def test_a_worker_ends_when_redis_is_away(own_servers: OwnServers) -> None:
    """The stock broker's listening fails with the connection, and the worker with it; so does saving a result."""
    server = own_servers()
    broker, results = RedisStreamBroker(server.url), RedisAsyncResultBackend[int](server.url)
    await broker.startup()
    listening = asyncio.create_task(anext(broker.listen()))
    await asyncio.sleep(0.2)
    server.kill()
    done, _ = await asyncio.wait({listening}, timeout=180)
    expect(bool(done), "waits for Redis", "patience (RedisPatience)")
    with pytest.raises(RedisError):
        await listening
    try:
        async with asyncio.timeout(60):
            await results.set_result("task", TaskiqResult(is_err=False, return_value=1, execution_time=0.0))
        pytest.fail("cannot be: Redis is dead")
    except (RedisError, TimeoutError) as error:
        expect(isinstance(error, RedisError), "keeps a result until Redis is back", "PatientResults")
    await broker.shutdown()
    await results.shutdown()


async def test_a_redis_that_drops_tasks_is_taken(own_servers: OwnServers) -> None:
    """The stock broker does not look at how Redis is set up."""
    broker = RedisStreamBroker(own_servers(options=("--maxmemory-policy", "allkeys-lru")).url)
    refused = None
    try:
        await broker.startup()
    except Exception as error:
        refused = error
    expect(refused is None, "refuses a cache", "check of the server (check_server)")
    await broker.shutdown()
