"""The end of a queue that processes share: it comes in time, and those who wait get what is known."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk.emulator import Emulator, Hang
from asyncsdk.fleet import Fleet
from asyncsdk.queue import QueueClosed
from tests.queue.stage import HEADINGS, QUICK, emails, queue_on, session_on
from tests.queue.test_shared_queue import queues
from tests.support.memory_journal import JournalHub
from tests.support.redis_fixtures import OwnServers
from tests.support.stage import outcome, until

pytestmark = pytest.mark.slow


async def test_the_process_that_sends_tells_its_own_puts_before_it_closes(tmp_path: Path) -> None:
    """What it saves while it closes is told to its puts that wait, too, and not that nobody knows."""
    async with Emulator(QUICK) as server, session_on(server) as acton:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        queue = queue_on(acton, leads, journal=tmp_path / "j", max_age=60.0)
        await queue.open()
        waiting = asyncio.create_task(queue.put("p0@example.com", wait=True))
        await until(lambda: len(queue))
        await queue.close()
        assert (await waiting).saved


@pytest.mark.parametrize("turns", range(6))
async def test_what_was_put_last_is_sent_before_the_queue_closes(turns: int) -> None:
    """Also if the process that sends looks into the journal in the very moment in which it begins to close."""
    hub = JournalHub()
    async with queues(hub, 1, max_age=60.0) as (server, leads, (queue,)):
        await queue.put("p0@example.com")
        for _ in range(turns):
            await asyncio.sleep(0)
        report = await queue.close()
        assert (report.waiting, emails(server, leads)) == (0, ["p0@example.com"])


async def test_a_lead_that_is_lost_while_its_process_closes() -> None:
    """It sends no more, and closes as a process that does not send: with the outcomes of the one that does."""
    hub = JournalHub()
    async with queues(hub, max_age=60.0, hold=0.3, drain_within=60.0) as (server, leads, (first, _)):
        server.faults.add(Hang(), on="contacts.upsert")
        waiting = asyncio.create_task(first.put("p0@example.com", wait=True))
        await until(lambda: hub.rows)
        closing = asyncio.create_task(first.close())
        await until(lambda: server.calls.of("contacts.upsert"))
        server.faults.clear()
        hub.depose()
        await asyncio.wait_for(closing, 60)
        assert (await waiting).saved
        assert emails(server, leads) == ["p0@example.com"]


@pytest.mark.parametrize("end", ["kill", "freeze"])
async def test_queues_close_in_time_without_redis(own_servers: OwnServers, end: str) -> None:
    """Dead or standing still: the one that sends and the other one end, and puts that wait are told."""
    redis = own_servers()
    async with (
        Emulator(QUICK) as server,
        session_on(server) as one,
        session_on(server) as other,
        Fleet.from_url(redis.url) as fleet,
    ):
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        opened = [
            queue_on(each, leads, journal=fleet.queue_journal("sign-ups"), max_age=60.0, drain_within=0.5)
            for each in (one, other)
        ]
        for queue in opened:
            await queue.open()
        puts = [asyncio.create_task(outcome(queue.put("p0@example.com", wait=True))) for queue in opened]
        await until(lambda: len(opened[0]) == 1 and [queue.report().puts for queue in opened] == [1, 1])
        getattr(redis, end)()
        await asyncio.wait_for(asyncio.gather(*(queue.close() for queue in opened)), 60)
        told = await asyncio.wait_for(asyncio.gather(*puts), 60)
        assert [type(each) for each in told] == [QueueClosed] * 2
        redis.kill()


@pytest.mark.parametrize("seconds", [0.005, 0.02, 0.05])
async def test_an_opening_that_is_cancelled_can_be_repeated(redis_url: str, account: str, seconds: float) -> None:
    """At any moment of it, with the same queue and the same journal in Redis."""
    async with Emulator(QUICK) as server, session_on(server) as acton, Fleet.from_url(redis_url) as fleet:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        queue = queue_on(acton, leads, journal=fleet.queue_journal(account), max_age=0.1)
        opening = asyncio.create_task(queue.open())
        await asyncio.sleep(seconds)
        opening.cancel()
        await asyncio.wait({opening})
        if opening.cancelled():
            await queue.open()
        assert (await queue.put("p@example.com", wait=True)).saved
        await queue.close()
