"""The check of the Redis when a broker starts."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from asyncsdk.errors import FleetUnavailable, StoreFailed
from asyncsdk.fleet.taskiq.broker import DurableBroker
from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.task_server import TASK_RIGHTS
from asyncsdk.redis.server_check import RIGHTS
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow


async def started(url: str) -> None:
    """Start a broker, and close it."""
    broker = DurableBroker(url)
    try:
        await broker.startup()
    finally:
        await broker.shutdown()


async def used(url: str) -> None:
    """Do all that a broker does: put, have, keep, take over, remove, delay, give up and give back."""
    broker = DurableBroker(url, idle_timeout=0.5)
    task = broker.register_task(lambda: None, "task")
    await broker.startup()
    await task.kiq()
    await task.kicker().with_labels(delay=0.01).kiq()
    listening = broker.listen()
    first, second = await anext(listening), await anext(listening)
    await broker.dead_letters.add(DeadLetter(id="1", task="", kind="", story="", deliveries=1, put_at=0, data=b""))
    assert len(await broker.dead_letters.letters(1)) == 1
    await broker.dead_letters.retry("1")
    await first.ack()
    assert second.ack is not None
    await listening.aclose()
    await broker.shutdown()


async def test_a_user_may_have_few_rights(own_servers: OwnServers, caplog: pytest.LogCaptureFixture) -> None:
    """The rights that the error names are enough for all that a broker does; without one of them it names them."""
    server = own_servers(tcp=True, options=("--appendonly", "yes"))
    needed = TASK_RIGHTS.split()
    lacking = {each: [right for right in needed if right != each] for each in set(needed) - set(RIGHTS.split())}
    async with Redis.from_url(server.url) as redis:
        for user, rights in {"all": needed, **lacking}.items():
            await redis.execute_command("ACL", "SETUSER", user, "on", ">pw", *rights)
        await used(server.url.replace("redis://", "redis://all:pw@"))
        assert caplog.records == []
        assert [key async for key in redis.scan_iter("*probe*")] == []
    for user in lacking:
        with pytest.raises(StoreFailed, match="the user may not do what is needed") as caught:
            await started(server.url.replace("redis://", f"redis://{user}:pw@"))
        assert TASK_RIGHTS in str(caught.value)


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-random"])
async def test_a_redis_that_removes_tasks_is_refused(own_servers: OwnServers, policy: str) -> None:
    """A cache that drops any key when it is full is no place for tasks."""
    server = own_servers(options=("--maxmemory-policy", policy))
    with pytest.raises(StoreFailed, match=r"removes any key .*, tasks among them.*'maxmemory-policy noeviction'"):
        await started(server.url)


async def test_a_redis_that_keeps_nothing_is_warned_of(
    own_servers: OwnServers, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a file all tasks are lost with the server; one that drops only what has an end keeps tasks."""
    await started(own_servers(options=("--maxmemory-policy", "volatile-lru", "--maxmemory", "100mb")).url)
    (warning,) = caplog.messages
    assert "keeps no append-only file: when it dies, the tasks that wait are lost. Set 'appendonly yes'" in warning


async def test_a_replica_is_refused(own_servers: OwnServers) -> None:
    """Nothing can be put there: the error says to name its primary."""
    with pytest.raises(StoreFailed, match="cannot be written: name its primary"):
        await started(own_servers(options=("--replicaof", "127.0.0.1 1")).url)


async def test_a_redis_that_is_away_is_told(own_servers: OwnServers) -> None:
    """A broker that starts wants its Redis, and says so in seconds, whether it is dead or stands still."""
    server = own_servers()
    server.freeze()
    for url in ("redis://127.0.0.1:1", server.url):
        with pytest.raises(FleetUnavailable, match="cannot be reached"):
            await started(url)
    server.wake()
