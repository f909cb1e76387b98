"""A process that sends a queue in Redis and is killed anywhere on the way: nothing is lost, last values stay."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from asyncsdk.emulator import Emulator, RejectRows, Settings
from asyncsdk.fleet.queue_journal.keys import QueueKeys
from tests.fleet.queue_journal.queue_worker import POINTS, REJECTED
from tests.fleet.queue_journal.queue_workers import queue_workers

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("point", POINTS)
async def test_killed(point: str, redis_url: str, account: str) -> None:
    """What it was told of is in the list, each address once, with its last value, or a rejected row reported."""
    keys = QueueKeys(account)
    async with (
        Emulator(Settings(job_pending=0.0, job_running=0.1)) as server,
        Redis.from_url(redis_url) as redis,
        queue_workers(server, redis_url, account, addresses=8, pause=0.6, rejected=True) as workers,
    ):
        server.faults.add(RejectRows(REJECTED), on="lists.merge", times=999)
        # Each of its rounds goes out whole, as a file, however busy the machine is.
        dying = await workers.start(point=point, signal="SIGKILL", max_size=8, max_age=60.0)
        await dying.says("leads")
        other = await workers.start(rounds=0)
        await other.says("ready")
        await dying.killed()
        await redis.delete(keys.lead.holder)  # as if the seconds of its lease were over
        await other.says("leads")

        await workers.finish()
        workers.check()
        assert set(workers.unsaved()) <= {REJECTED}  # what another process sends alone is not rejected here
