"""The durable broker: queues, labels, what it refuses, and what it shows."""

from __future__ import annotations

import math
import re
import time
from pathlib import Path

import pytest
from taskiq.exceptions import SendTaskError

from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.fleet.taskiq import DurableBroker
from tests.support.redis_fixtures import OwnServers
from tests.support.task_workers import task_workers


@pytest.mark.slow
async def test_tasks_that_were_put_before_the_first_worker_are_kept(redis_url: str, tmp_path: Path) -> None:
    """A task that was put when nobody listened is run by the first worker that comes, and leaves Redis then."""
    async with task_workers(redis_url, tmp_path) as workers:
        await workers.redis.delete(workers.key)  # as before the first start of anything
        early = await workers.put("work", "early")
        workers.start(1)
        assert await workers.result(early) == "early"
        await workers.until(workers.is_empty)


@pytest.mark.slow
async def test_two_queues_on_one_redis_do_not_meet(redis_url: str, tmp_path: Path) -> None:
    """Workers run the tasks of their own queue only; a label names another queue."""
    async with task_workers(redis_url, tmp_path) as one, task_workers(redis_url, tmp_path) as other:
        one.start()
        other.start()
        ids = [await one.put("work", f"{n}") for n in range(20)]
        assert [await one.result(each) for each in ids] == [f"{n}" for n in range(20)]
        assert other.events() == []
        kicker = one.broker.local_task_registry["work"].kicker()
        await kicker.with_labels(queue_name=other.settings["broker"]["queue"]).kiq("sent over")
        assert (await other.event("ended", "sent over")).pid == other.pids[0]


@pytest.mark.slow
async def test_a_task_may_begin_later(redis_url: str, tmp_path: Path) -> None:
    """A label says in how many seconds; the task waits in Redis until then."""
    async with task_workers(redis_url, tmp_path) as workers:
        workers.start(1)
        put_at = time.monotonic()
        await workers.broker.local_task_registry["work"].kicker().with_labels(delay=1.5).kiq("later")
        await workers.put("work", "now")
        await workers.event("ended", "now")
        assert (await workers.event("began", "later")).at - put_at > 1.5


@pytest.mark.slow
async def test_a_label_that_cannot_be_used_is_told(redis_url: str) -> None:
    """Nothing is put then; taskiq wraps the error in its own."""
    broker = DurableBroker(redis_url)
    task = broker.register_task(lambda: None, "task")
    for labels in ({"queue_name": "no name"}, {"delay": -1}, {"delay": math.nan}, {"delay": "soon"}):
        with pytest.raises(SendTaskError) as caught:
            await task.kicker().with_labels(**labels).kiq()
        assert isinstance(caught.value.__cause__, InvalidArgument)
    await broker.shutdown()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"url": "http://me:s3cret@cache"}, "The address of Redis cannot be used"),
        ({"queue": "no name"}, "The name of a queue of tasks must be"),
        ({"queue": "ada@example.com"}, "The name of a queue of tasks must be"),
        ({"idle_timeout": 600_000}, "idle_timeout must be 0.5 to 86,400 seconds"),
        ({"idle_timeout": math.nan}, "idle_timeout must be 0.5 to 86,400 seconds"),
        ({"deliveries": 0}, "deliveries must be 1 to 1,000"),
        ({"stop_seconds": -1}, "stop_seconds must be 0 to 86,400 seconds, or None"),
    ],
)
def test_bad_arguments_are_told(arguments: dict[str, object], words: str) -> None:
    """Before anything is connected, and without the address."""
    with pytest.raises(InvalidArgument, match=re.escape(words)) as caught:
        DurableBroker(**{"url": "redis://cache", **arguments})
    assert "s3cret" not in str(caught.value)


def test_the_password_is_not_shown() -> None:
    """A broker shows its queue and where its Redis is."""
    broker = DurableBroker("redis://me:s3cret@cache:6380/0", queue="imports")
    assert repr(broker) == "<DurableBroker imports cache:6380>"


async def test_a_broker_must_be_started_before_it_listens() -> None:
    """Otherwise it would wait for tasks that it cannot hold."""
    with pytest.raises(ActOnError, match="not started: await its startup"):
        await anext(DurableBroker("redis://cache").listen())


@pytest.mark.slow
async def test_a_task_that_cannot_be_put_is_told(own_servers: OwnServers) -> None:
    """A wrong password is told at once, a dead Redis after some tries."""
    server = own_servers(tcp=True, options=("--requirepass", "r1ght"))
    broker = DurableBroker(server.url.replace("redis://", "redis://:wr0ng@"))
    task = broker.register_task(lambda: None, "task")
    with pytest.raises(SendTaskError) as caught:
        await task.kiq()
    assert "it refuses the user or the password" in str(caught.value.__cause__)
    assert "wr0ng" not in f"{caught.value!r} {caught.value.__cause__!r}"
    await broker.shutdown()
