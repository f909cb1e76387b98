"""Brokers that end while Redis is in trouble, or a task does not want to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from redis.asyncio import Redis
from taskiq.receiver import Receiver

from asyncsdk.errors import FleetUnavailable, InvalidArgument, NotSent, ReplyLost
from asyncsdk.fleet.taskiq.broker import DurableBroker
from asyncsdk.fleet.taskiq.dead_letters import DeadLetters
from asyncsdk.fleet.taskiq.retries import ActOnRetries
from asyncsdk.http.unsafe_calls import open_count
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow


@asynccontextmanager
async def working(broker: DurableBroker) -> AsyncIterator[asyncio.Event]:
    """Let a broker work in this process; the event tells it to end."""
    broker.is_worker_process = True
    told = asyncio.Event()
    listening = asyncio.create_task(Receiver(broker, max_async_tasks=10, wait_tasks_timeout=0.1).listen(told))
    try:
        yield told
    finally:
        told.set()
        with suppress(asyncio.CancelledError):
            await listening


async def test_a_worker_ends_though_redis_is_away(own_servers: OwnServers) -> None:
    """It does not wait for a Redis that is dead: what it had is taken over when that is back."""
    server = own_servers(options=("--appendonly", "yes"))
    broker, began, ended = DurableBroker(server.url, queue="q", idle_timeout=0.5), asyncio.Event(), []

    async def task() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    kicker = broker.register_task(task, "task").kicker()
    async with working(broker) as told:
        await kicker.kiq()
        await began.wait()
        server.kill()
        told.set()
    begun = time.monotonic()
    await broker.shutdown()
    assert time.monotonic() - begun < 20, "taskiq gives a broker 5 seconds, on a machine that is not busy"
    assert ended == ["cancelled"]
    server.start()
    other, began_again = DurableBroker(server.url, queue="q", idle_timeout=0.5), asyncio.Event()

    async def again() -> None:
        began_again.set()

    other.register_task(again, "task")
    async with working(other), asyncio.timeout(60):
        await began_again.wait()
    await other.shutdown()


async def test_a_task_that_does_not_end_is_given_back_all_the_same(redis_url: str, account: str) -> None:
    """A task that catches its cancellation holds up neither the end of the worker nor its own next try."""
    broker, began = DurableBroker(redis_url, queue=account), asyncio.Event()

    async def stubborn() -> None:
        began.set()
        for _ in range(2):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)

    kicker = broker.register_task(stubborn, "stubborn").kicker()
    async with working(broker):
        await kicker.kiq()
        await began.wait()
    begun = time.monotonic()
    await broker.shutdown()
    assert time.monotonic() - begun < 20
    async with Redis.from_url(redis_url) as redis:
        key = f"asyncsdk:tasks:{{{account}}}:waiting"
        ((_, fields),) = await redis.xrange(key)
        assert fields[b"before"] == b"0", "a stop is no delivery"
        assert (await redis.xpending(key, "workers"))["pending"] == 0
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


async def test_a_task_that_ends_well_when_it_is_stopped_is_done(redis_url: str, account: str) -> None:
    """A task that catches its cancellation and comes to its end is not run again."""
    broker, began = DurableBroker(redis_url, queue=account), asyncio.Event()

    async def careful() -> None:
        began.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    kicker = broker.register_task(careful, "careful").kicker()
    async with working(broker):
        await kicker.kiq()
        await began.wait()
    await broker.shutdown()
    async with Redis.from_url(redis_url) as redis:
        assert await redis.xlen(f"asyncsdk:tasks:{{{account}}}:waiting") == 0


async def test_a_redis_that_stands_still_is_waited_for(own_servers: OwnServers) -> None:
    """For longer than a request may take: the worker listens again, and runs what comes then."""
    server = own_servers()
    broker, done = DurableBroker(server.url), asyncio.Event()

    async def task() -> None:
        done.set()

    kicker = broker.register_task(task, "task").kicker()
    async with working(broker):
        await asyncio.sleep(0.2)
        server.freeze()
        await asyncio.sleep(6)
        server.wake()
        async with asyncio.timeout(60):
            await kicker.kiq()
            await done.wait()
    await broker.shutdown()


async def test_a_task_whose_put_had_no_answer_is_put_once(
    own_servers: OwnServers, caplog: pytest.LogCaptureFixture
) -> None:
    """Redis stands still for longer than a request may take: what was sent twice then is one task."""
    server = own_servers()
    broker = DurableBroker(server.url, queue="q")
    kicker = broker.register_task(lambda: None, "task").kicker()
    await kicker.kiq()
    server.freeze()
    putting = asyncio.create_task(kicker.kiq())
    while "Tasks wait until it works again" not in caplog.text:  # noqa: ASYNC110 - the first try is given up
        await asyncio.sleep(0.05)
    server.wake()
    await putting
    async with Redis.from_url(server.url) as redis:
        assert await redis.xlen("asyncsdk:tasks:{q}:waiting") == 2
    await broker.shutdown()


async def test_a_broker_can_start_again(redis_url: str, account: str) -> None:
    """One that was shut down is started anew, as another worker."""
    broker, done = DurableBroker(redis_url, queue=account), asyncio.Queue[str]()

    async def task() -> None:
        done.put_nowait(broker.consumer_name)
        assert broker.current_delivery() is not None

    kicker = broker.register_task(task, "task").kicker()
    names = set()
    for _ in range(2):
        async with working(broker), asyncio.timeout(60):
            await kicker.kiq()
            names.add(await done.get())
        await broker.shutdown()
    assert len(names) == 2
    assert broker.current_delivery() is None


async def test_a_task_that_does_not_say_that_it_is_done(redis_url: str, account: str) -> None:
    """A task with ``ack_type="manual"`` that forgets to acknowledge its message is run again, as in taskiq."""
    broker, began = DurableBroker(redis_url, queue=account, idle_timeout=0.5), asyncio.Queue[None]()

    async def task() -> None:
        began.put_nowait(None)

    manual = broker.register_task(task, "task").kicker().with_labels(ack_type="manual")
    async with working(broker), asyncio.timeout(60):
        await manual.kiq()
        for _ in range(2):
            await began.get()
    await broker.shutdown()


async def test_a_task_that_leaves_the_queue_before_it_runs_has_its_fate(redis_url: str, account: str) -> None:
    """``ack_type="when_received"``: its unsafe calls leave, and it is run again, or a dead letter, all the same."""
    broker, runs = DurableBroker(redis_url, queue=account), list[int]()
    broker.add_middlewares(ActOnRetries(first_wait=0.1, longest_wait=0.1))

    async def task() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise NotSent("not now")
        count = open_count()
        assert count is not None
        await count.leaves()  # as a call does
        raise ReplyLost("perhaps")

    received = broker.register_task(task, "task").kicker().with_labels(ack_type="when_received")
    letters = DeadLetters(broker)
    async with working(broker), asyncio.timeout(60):
        await received.kiq()
        while not (found := await letters.list()):  # noqa: ASYNC110 - Redis says so
            await asyncio.sleep(0.05)
    await broker.shutdown()
    assert [(each.kind, each.deliveries) for each in found] == [("ReplyLost", 2)]
    assert runs == [0, 1]


async def test_a_task_that_cancels_itself_is_a_dead_letter(redis_url: str, account: str) -> None:
    """What ends in CancelledError, and was not stopped by the worker, is neither lost nor run again."""
    broker = DurableBroker(redis_url, queue=account)
    broker.add_middlewares(ActOnRetries())

    async def task() -> None:
        raise asyncio.CancelledError

    kicker, letters = broker.register_task(task, "task").kicker(), DeadLetters(broker)
    async with working(broker), asyncio.timeout(60):
        await kicker.kiq()
        while not (found := await letters.list()):  # noqa: ASYNC110 - Redis says so
            await asyncio.sleep(0.05)
    await broker.shutdown()
    assert [each.kind for each in found] == ["CancelledError"]


async def test_dead_letters_say_which_redis_is_away(own_servers: OwnServers) -> None:
    """The error names the place of Redis, as that of a put does."""
    server = own_servers()
    broker = DurableBroker(server.url, queue="q")
    server.kill()
    with pytest.raises(FleetUnavailable, match="socket"):
        await DeadLetters(broker).list()
    await broker.shutdown()


def test_retries_are_for_one_broker() -> None:
    """The same object for a second broker is refused: its letters would be in the queue of the other."""
    retries = ActOnRetries()
    DurableBroker("redis://one:6379", queue="q").add_middlewares(retries)
    with pytest.raises(InvalidArgument, match="one broker"):
        DurableBroker("redis://two:6379", queue="q").add_middlewares(retries)


@pytest.mark.parametrize("which", [0, 1])
async def test_one_of_two_that_put_a_task_is_cancelled(own_servers: OwnServers, which: int) -> None:
    """While Redis is away two wait to put a task; the other one's is put when it is back."""
    server = own_servers()
    broker = DurableBroker(server.url, queue="q")
    kicker = broker.register_task(lambda: None, "task").kicker()
    server.kill()
    putting = [asyncio.create_task(kicker.kiq()) for _ in range(2)]
    await asyncio.sleep(0.3)
    putting[which].cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting[which]
    server.start()
    await putting[1 - which]
    async with Redis.from_url(server.url) as redis:
        assert await redis.xlen("asyncsdk:tasks:{q}:waiting") == 1
    await broker.shutdown()
