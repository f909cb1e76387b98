"""Trouble of all kinds at once, at random: every row has one end, and of each address the last value stays."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from random import Random

import pytest

from asyncsdk import PollPolicy, Session
from asyncsdk.emulator import Cut, Emulator, FailJob, Fault, Reply, Slow, SlowJob
from asyncsdk.queue import UnsavedRow
from tests.queue.stage import HEADINGS, adds_up, emptied
from tests.support.stage import emulator, session
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow

ROUTES = ("lists.merge", "lists.merge", "contacts.upsert")


def trouble(random: Random) -> tuple[tuple[Fault, ...], str]:
    """Something that goes wrong, and where."""
    kinds: list[tuple[tuple[Fault, ...], str]] = [
        ((SlowJob(random.uniform(0, 500), random.uniform(0, 5)),), "lists.merge"),
        ((SlowJob(random.uniform(0, 500), 0), Cut("acted")), "lists.merge"),
        ((FailJob(),), "lists.merge"),
        ((Reply.unavailable(),), "lists.upload_status"),
    ]
    faults = (Cut("acted"), Cut("arrival"), Reply.unavailable(acted=True), Reply.throttled(), Slow(9), Reply(403))
    kinds += [((fault,), random.choice(ROUTES)) for fault in faults]
    return random.choice(kinds)


async def life(random: Random, server: Emulator, acton: Session, journal: Path, last: dict[str, int]) -> set[str]:
    """One queue's life; gives the addresses of the rows that it gave up."""
    given_up: list[UnsavedRow] = []
    queue = acton.contacts.queue(
        "l-0001",
        journal=journal,
        max_age=random.choice([0.1, 1, 10]),
        max_size=random.choice([5, 50]),
        drain_within=random.choice([0.0, 2.0, 20.0]),
        quota_share=1.0,
        on_unsaved=given_up.append,
    )
    await queue.open()
    for _ in range(random.randrange(20, 100)):
        if random.random() < 0.15:
            faults, route = trouble(random)
            server.faults.add(*faults, on=route, times=random.randrange(1, 3))
        email, value = f"p{random.randrange(30)}@example.com", max(last.values(), default=0) + 1
        await queue.put(email, {"Score": value})
        last[email] = value
        if random.random() < 0.2:
            await asyncio.sleep(random.choice([0.01, 1, 20, 100]))
    assert adds_up(await queue.close())
    return {row.email for row in given_up}


@pytest.mark.parametrize("seed", [104, 108, 127, 138])
def test_whatever_happens(seed: int) -> None:
    """After several queues on one journal, each with trouble of its own, the list holds what was put last."""

    @virtual_time
    async def run() -> None:
        random, last, given_up = Random(seed), dict[str, int](), set[str]()
        with tempfile.TemporaryDirectory() as folder:
            journal = Path(folder) / "queue.journal"
            async with emulator() as server, session(server, polling=PollPolicy(deadline=600.0)) as acton:
                server.add_list("Leads", HEADINGS, list_id="l-0001")
                for _ in range(4):
                    given_up |= await life(random, server, acton, journal, last)
                server.faults.clear()
                async with acton.contacts.queue("l-0001", journal=journal, quota_share=1.0) as queue:
                    await emptied(queue)
                assert adds_up(queue.report())
                await server.settle()
                rows = server.rows("l-0001")
                held = {row[0]: row[2] for row in rows}
                assert len(held) == len(rows)
                expected = {email: str(value) for email, value in last.items() if email not in given_up}
                assert {email: held.get(email) for email in expected} == expected

    run()
