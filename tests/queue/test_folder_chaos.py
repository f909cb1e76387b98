"""A folder's queue in trouble of all kinds while the lead moves: nothing is lost, and the last value stays."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest

from asyncsdk import PollPolicy
from asyncsdk.emulator import Emulator
from asyncsdk.queue import ContactQueue, UnsavedRow
from asyncsdk.queue.folder.process_lock import ProcessLock
from asyncsdk.queue.journal_statuses import journal_statuses
from tests.queue.stage import HEADINGS, waiting_in
from tests.queue.test_chaos import trouble
from tests.support.stage import emulator, session
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow


def depose(folder: Path) -> None:
    """Take the lead from whoever has it, as if it had stood still for too long."""
    for path in sorted(folder.glob(".*.lead"))[-1:]:
        queue, _, term = path.stem.partition("-")
        ProcessLock(path.with_name(f"{queue}-{int(term) + 1:08}.lead")).release()


async def harm(random: Random, server: Emulator, folder: Path) -> None:
    """Something that goes wrong, or only time that passes."""
    if random.random() < 0.15:
        faults, route = trouble(random)
        server.faults.add(*faults, on=route, times=random.randrange(1, 3))
    if random.random() < 0.05:
        depose(folder)
    if random.random() < 0.2:
        await asyncio.sleep(random.choice([0.01, 1, 20, 100]))
    await asyncio.sleep(0.001)  # of two rows that are put in the same moment either is the newer


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_while_the_lead_of_a_folder_moves(seed: int) -> None:
    """Three processes put, and lose the lead again and again: the list holds what was put last."""

    @virtual_time
    async def run() -> None:
        random, last = Random(seed), dict[str, int]()
        given_up = list[UnsavedRow]()
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = await stack.enter_async_context(emulator())
            server.add_list("Leads", HEADINGS, list_id="l-0001")
            opened: list[ContactQueue] = []
            for _ in range(3):
                acton = await stack.enter_async_context(session(server, polling=PollPolicy(deadline=600.0)))
                queue = acton.contacts.queue(
                    "l-0001",
                    journal=folder,
                    max_age=random.choice([0.1, 1, 10]),
                    quota_share=1.0,
                    on_unsaved=given_up.append,
                )
                opened.append(await stack.enter_async_context(queue))
            for value in range(120):
                await harm(random, server, folder)
                email = f"p{random.randrange(30)}@example.com"
                await random.choice(opened).put(email, {"Score": value})
                last[email] = value
            server.faults.clear()
            for _ in range(4 * 360):
                await asyncio.sleep(10)
                if not waiting_in(folder):
                    break
            for queue in opened:
                await queue.close()
            assert journal_statuses(folder) == []
            await server.settle()
            rows = server.rows("l-0001")
            held = {row[0]: row[2] for row in rows}
            assert len(held) == len(rows)
            ended = {row.email for row in given_up}
            expected = {email: str(value) for email, value in last.items() if email not in ended}
            assert {email: held.get(email) for email in expected} == expected

    run()
