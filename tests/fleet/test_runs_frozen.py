"""A run whose process stands still beyond its lease is taken up, and sends nothing more when it wakes."""

from __future__ import annotations

import asyncio
import signal
from uuid import uuid4

import pytest
from attrs import evolve

from tests.support.run_processes import accepted_files, list_is_right, order_for, run_server, run_through, started

pytestmark = pytest.mark.slow

LAYOUT, SENDING, SENT, ACCEPTED = range(1, 5)
"""The copies of a run with one file, up to its acceptance."""

MOMENTS = [
    (LAYOUT, False),
    (SENDING, True),
    (SENDING, False),
    (SENT, True),
    (SENT, False),
    (ACCEPTED, True),
]


async def frozen_and_taken_up(vault: str, number: int, *, before: bool) -> None:
    """Stop a process at one copy, let another one do its work, and wake the first."""
    point = f"copy {number}, {'before' if before else 'after'} the vault took it"
    async with run_server() as server:
        # A file of two pieces, the first of which has left when the second is waited for.
        order = order_for(server, vault, count=3_000, upload_bytes=10_000_000)
        async with started(evolve(order, dies_at=number, dies_before=before, by="SIGSTOP")) as frozen:
            await frozen.stops()
            told = await run_through(evolve(order, waits=True))
            assert (told["code"], told.get("error"), accepted_files(server)) == (0, None, 1), (point, told)
            frozen.signal(signal.SIGCONT)
            woken = await frozen.ends()
        assert (woken.get("error"), woken["code"]) == ("RunInUse", 0), (point, woken)
        assert accepted_files(server) == 1, point
        assert list_is_right(server, order), point


async def test_a_frozen_run_sends_nothing_more(redis_url: str) -> None:
    """SIGSTOP at any write, also in the middle of an upload: ``RunInUse`` when it wakes, and no file twice."""
    async with asyncio.TaskGroup() as group:
        for number, before in MOMENTS:
            group.create_task(frozen_and_taken_up(f"{redis_url}#{uuid4().hex}", number, before=before))


async def test_ctrl_c_gives_a_run_back_at_once(redis_url: str) -> None:
    """The next process goes on without waiting for the lease of a minute, and sends nothing twice."""
    async with run_server(job_running=1_000.0) as server:
        order = order_for(server, f"{redis_url}#{uuid4().hex}", upload_bytes=10_000_000, lease_seconds=60.0)
        async with started(order) as stopped:
            await stopped.reaches("waiting")
            stopped.signal(signal.SIGINT)
            await stopped.ends()
        server.clock.advance(1_000)
        told = await run_through(order)
        assert (told.get("error"), told["report"]["created"], accepted_files(server)) == (None, order.count, 1)
        assert list_is_right(server, order)


async def test_a_second_process_sends_nothing(redis_url: str) -> None:
    """While the first one works, the second gets ``RunInUse`` at once; the first is not disturbed."""
    async with run_server(job_running=1_000.0) as server:
        order = order_for(server, f"{redis_url}#{uuid4().hex}", upload_bytes=10_000_000, lease_seconds=60.0)
        async with started(order) as first:
            await first.reaches("waiting")
            told = await run_through(order)
            assert (told["error"], accepted_files(server)) == ("RunInUse", 1)
            server.clock.advance(1_000)
            assert (await first.ends())["report"]["created"] == order.count
        assert accepted_files(server) == 1
