"""A shared queue in trouble of all kinds, while the lead moves: nothing is lost, and the last value stays."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from random import Random

import pytest

from asyncsdk import FleetUnavailable, PollPolicy
from asyncsdk.emulator import Emulator
from asyncsdk.queue import ContactQueue, UnsavedRow
from tests.queue.stage import HEADINGS
from tests.queue.test_chaos import trouble
from tests.support.memory_journal import JournalHub, MemoryJournal
from tests.support.stage import emulator, session, until
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow


async def harm(random: Random, server: Emulator, hub: JournalHub) -> None:
    """Something that goes wrong, or only time that passes."""
    if random.random() < 0.15:
        faults, route = trouble(random)
        server.faults.add(*faults, on=route, times=random.randrange(1, 3))
    if random.random() < 0.05:
        hub.depose()
    if random.random() < 0.05:
        hub.away = FleetUnavailable("Redis is away.")
        await asyncio.sleep(random.choice([0.1, 2, 9]))
        hub.away = None
    if random.random() < 0.2:
        await asyncio.sleep(random.choice([0.01, 1, 20, 100]))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_while_the_lead_moves(seed: int) -> None:
    """Three processes put, and lose the lead again and again: the list holds what was put last."""

    @virtual_time
    async def run() -> None:
        random, last = Random(seed), dict[str, int]()
        hub, given_up = JournalHub(), list[UnsavedRow]()
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(emulator())
            server.add_list("Leads", HEADINGS, list_id="l-0001")
            opened: list[ContactQueue] = []
            for _ in range(3):
                acton = await stack.enter_async_context(session(server, polling=PollPolicy(deadline=600.0)))
                queue = acton.contacts.queue(
                    "l-0001",
                    journal=MemoryJournal(hub),
                    max_age=random.choice([0.1, 1, 10]),
                    quota_share=1.0,
                    on_unsaved=given_up.append,
                )
                opened.append(await stack.enter_async_context(queue))
            for value in range(120):
                await harm(random, server, hub)
                email = f"p{random.randrange(30)}@example.com"
                await random.choice(opened).put(email, {"Score": value})
                last[email] = value
            server.faults.clear()
            async with asyncio.timeout(4 * 3600):
                await until(lambda: not hub.rows and not hub.unsaved, 4 * 3600)
            await server.settle()
            rows = server.rows("l-0001")
            held = {row[0]: row[2] for row in rows}
            assert len(held) == len(rows)
            ended = {row.email for row in given_up}
            expected = {email: str(value) for email, value in last.items() if email not in ended}
            assert {email: held.get(email) for email in expected} == expected

    run()
