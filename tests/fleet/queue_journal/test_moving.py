"""A queue in Redis whose sender dies or stands still, or whose Redis does: another goes on, and nothing is lost."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest
from redis.asyncio import Redis

from asyncsdk.emulator import Emulator, Settings
from asyncsdk.fleet.queue_journal.keys import QueueKeys
from tests.fleet.queue_journal.queue_workers import holds, is_sent, queue_workers
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow

QUICK = Settings(job_pending=0.0, job_running=0.1)


async def test_another_goes_on_when_the_sender_is_killed(redis_url: str, account: str) -> None:
    """Of four processes the one that sends is killed twice: each time another one goes on in seconds."""
    async with (
        Emulator(QUICK) as server,
        queue_workers(server, redis_url, account, rounds=400, addresses=5) as workers,
    ):
        for _ in range(4):
            await workers.start()
        killed = 0.0
        for _ in range(2):
            leader = await workers.leader(after=killed)
            await leader.says("put")
            await asyncio.sleep(0.5)
            killed = time.monotonic()
            leader.send(signal.SIGKILL)
            await leader.killed()
            await (await workers.leader(after=killed)).says("put")
            (took,) = [at - killed for worker in workers.workers for (at,) in worker.words("leads") if at > killed]
            assert took < 60  # ten on a machine that is not busy
        await workers.finish()
        workers.check()
        assert workers.unsaved() == []
        assert len(workers.puts()) > 50


async def test_a_sender_that_stood_still_sends_nothing_old(redis_url: str, account: str) -> None:
    """It is frozen just before its bytes leave; when it wakes another one has sent newer values."""
    async with (
        Emulator(QUICK) as server,
        Redis.from_url(redis_url) as redis,
        queue_workers(server, redis_url, account, addresses=6, rounds=1) as workers,
    ):
        frozen = await workers.start(point="when they are about to be sent", signal="SIGSTOP", max_age=1.0)
        await frozen.says("done")
        other = await workers.start()
        await other.says("leads")
        await other.says("done")
        await is_sent(redis, QueueKeys(account))
        before = len(server.calls)
        held = server.rows("l-0001")
        frozen.send(signal.SIGCONT)
        await frozen.stop()
        await workers.finish()
        assert [call.name for call in server.calls[before:] if call.name == "lists.merge"] == []
        assert server.rows("l-0001") == held
        workers.check()


async def test_redis_is_killed_for_five_seconds(own_servers: OwnServers) -> None:
    """With an append-only file every row that a put returned for is saved; puts wait for it, or say so."""
    redis_server = own_servers(options=("--appendonly", "yes"))
    async with (
        Emulator(QUICK) as server,
        queue_workers(server, redis_server.url, "sign-ups", rounds=400) as workers,
    ):
        for _ in range(3):
            await workers.start()
        leader = await workers.leader()
        await leader.says("put")
        await asyncio.sleep(1)
        redis_server.kill()
        before = len(workers.puts())
        await asyncio.sleep(5)
        assert len(workers.puts()) <= before + 3
        back = time.monotonic_ns()
        await asyncio.to_thread(redis_server.start)
        await holds(lambda: any(put.began > back for put in workers.puts()), "nothing is put any more")
        await workers.finish()
        workers.check()
        assert workers.unsaved() == []


async def test_redis_is_emptied_in_the_middle(own_servers: OwnServers) -> None:
    """The sender saves what it had read, all that is put later is saved, and no older value stands over a newer."""
    redis_server = own_servers()
    async with (
        Emulator(QUICK) as server,
        queue_workers(server, redis_server.url, "sign-ups", rounds=400, addresses=30, max_age=4.0) as workers,
    ):
        for _ in range(3):
            await workers.start()
        leader = await workers.leader()
        await leader.says("put")
        await asyncio.sleep(6)
        begin = time.monotonic_ns()
        redis_server.flush()
        end = time.monotonic_ns()
        await asyncio.sleep(2)
        await workers.finish()
        unread = 2 * 10**9  # far more than the time between two looks of the sender: the machine may be busy
        workers.check(but=lambda put: begin - unread < put.ended and put.began < end)
