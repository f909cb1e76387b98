"""Of one address an older value never reaches Act-On after a newer one, whatever is lost on the way."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from asyncsdk import PollPolicy
from asyncsdk.emulator import Cut, Emulator, Hang, LoseJob, Reply, Settings, SlowJob
from asyncsdk.queue.batch import HOLD
from tests.queue.stage import HEADINGS, emptied, opened
from tests.support.stage import session, stage, until
from tests.support.virtual_time import virtual_time


def first_name(server: Emulator, list_id: str, email: str) -> str:
    """What the list says."""
    return next(row[1] for row in server.rows(list_id) if row[0] == email)


@virtual_time
async def test_a_lost_answer_to_a_file() -> None:
    """The file is sent again as it is; what is put meanwhile waits until the lost copy can arrive no more."""
    async with opened() as (server, _, leads, queue):
        server.faults.add(SlowJob(pending=HOLD - 5, running=0.0), on="lists.merge")
        server.faults.add(Cut("acted"), on="lists.merge")
        for n in range(30):
            await queue.put(f"p{n}@example.com", {"First Name": "old"})
        await until(lambda: server.calls.of("lists.merge"))
        await queue.put("p5@example.com", {"First Name": "new"})
        began = asyncio.get_running_loop().time()
        await until(lambda: len(server.calls.of("lists.merge")) == 2)
        await asyncio.sleep(60)
        assert first_name(server, leads, "p5@example.com") == "old"
        assert len(queue) == 1
        assert (await queue.put("q@example.com", wait=True)).saved  # other addresses are not held
        await emptied(queue)
        assert HOLD - 10 < asyncio.get_running_loop().time() - began < HOLD + 60
        await server.settle()
        assert first_name(server, leads, "p5@example.com") == "new"


@virtual_time
async def test_a_job_that_takes_longer_than_anybody_watches() -> None:
    """After the deadline waiters learn that nobody can say, nothing is sent again, and newer values wait for it."""
    async with opened() as (server, _, leads, queue):
        server.faults.add(SlowJob(pending=900.0, running=0.0), on="lists.merge")
        puts = [
            asyncio.ensure_future(queue.put(f"p{n}@example.com", {"First Name": "old"}, wait=True))
            for n in range(9)
        ]
        ends = await asyncio.gather(*puts)
        assert {end.fate for end in ends} == {"unknown"}
        await queue.put("p5@example.com", {"First Name": "new"})
        assert (await queue.put("q@example.com", wait=True)).saved
        await emptied(queue)
        assert len(server.calls.of("lists.merge")) == 1
        assert first_name(server, leads, "p5@example.com") == "new"
        assert queue.report().unknown == 0


@virtual_time
async def test_a_job_whose_id_is_unknown() -> None:
    """It may go on all the same: the file is sent again as it is, and newer values are held."""
    async with opened() as (server, _, leads, queue):
        server.faults.add(LoseJob(), on="lists.merge")
        for n in range(9):
            await queue.put(f"p{n}@example.com", {"First Name": "old"})
        await until(lambda: server.calls.of("lists.merge"))
        await queue.put("p5@example.com", {"First Name": "new"})
        await asyncio.sleep(HOLD - 60)
        assert first_name(server, leads, "p5@example.com") == "old"
        await emptied(queue)
        assert first_name(server, leads, "p5@example.com") == "new"


@virtual_time
async def test_a_lost_answer_to_a_single_row() -> None:
    """It is sent again as it is before anything newer, and its waiter learns how that ended."""
    async with opened(max_age=0.1) as (server, _, leads, queue):
        server.faults.add(Cut("acted"), on="contacts.upsert")
        old = asyncio.ensure_future(queue.put("p1@example.com", {"First Name": "old"}, wait=True))
        await until(lambda: len(server.calls.of("contacts.upsert")) == 2)
        new = asyncio.ensure_future(queue.put("p1@example.com", {"First Name": "new"}, wait=True))
        assert (await old).saved
        assert first_name(server, leads, "p1@example.com") == "old"
        assert len(server.calls.of("contacts.upsert")) == 3
        assert (await new).saved
        assert first_name(server, leads, "p1@example.com") == "new"


@virtual_time
async def test_a_lost_file_whose_rows_are_lost_one_by_one() -> None:
    """What is newer waits for the copy that may lie longest, whatever was lost after it."""
    async with opened(max_age=0.1) as (server, _, leads, queue):
        server.faults.add(SlowJob(pending=300.0, running=0.0), on="lists.merge")
        server.faults.add(Cut("acted"), on="lists.merge")
        server.faults.add(Reply.unavailable(), on="lists.merge", times=2)
        server.faults.add(Cut("acted"), on="contacts.upsert", times=5)
        for n in range(1, 6):
            await queue.put(f"p{n}@example.com", {"First Name": "old"})
        await until(lambda: server.calls.of("lists.merge"))
        for n in range(1, 6):
            await queue.put(f"p{n}@example.com", {"First Name": "new"})
        await emptied(queue)
        await server.settle()
        assert [first_name(server, leads, f"p{n}@example.com") for n in range(1, 6)] == ["new"] * 5


@virtual_time
async def test_a_surely_refused_row_takes_newer_values_in() -> None:
    """Where Act-On surely has nothing of a row, only its last value is sent."""
    async with opened() as (server, _, leads, queue):
        server.faults.add(Reply.throttled(), on="contacts.upsert", times=4)
        await queue.put("p1@example.com", {"First Name": "old"})
        await until(lambda: len(server.calls.of("contacts.upsert")) == 2)
        await queue.put("p1@example.com", {"Score": 2})
        await emptied(queue)
        assert ["p1@example.com", "old", "2"] in server.rows(leads)
        assert len(server.calls.of("contacts.upsert")) == 6


PUTS = """
import asyncio, os, sys
from asyncsdk import Session

async def main():
    async with Session.from_env() as acton:
        async with acton.contacts.queue("l-0001", journal=sys.argv[1], max_age=2.0) as queue:
            await asyncio.gather(*(queue.put(f"p{n}@example.com", {"First Name": "old"}) for n in range(30)))
            await asyncio.Event().wait()

asyncio.run(main())
"""


async def killed(server: Emulator, journal: Path) -> None:
    """Run a program that puts rows, and kill it when Act-On has their file, before it is told so."""
    told = {f"ACTON_{name.upper()}": value for name, value in server.credentials.items()}
    env = {**os.environ, **told, "ACTON_BASE_URL": server.url}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", PUTS, str(journal), env=env)
    await until(lambda: server.calls.of("lists.merge"))
    await asyncio.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL


@pytest.mark.slow
async def test_a_process_killed_before_the_answer_came(tmp_path: Path) -> None:
    """The next queue sends the same file first, and holds what is put for its addresses, others not."""
    journal = tmp_path / "queue.journal"
    async with Emulator(Settings(job_pending=0.0, job_running=0.1)) as server:
        leads = server.add_list("Leads", HEADINGS)
        server.faults.add(Hang(acted=True), on="lists.merge")
        await killed(server, journal)
        async with session(server, polling=PollPolicy(price=0.05)) as acton:
            queue = acton.contacts.queue(leads, journal=journal, max_age=0.1, drain_within=10.0)
            async with queue:
                await queue.put("p5@example.com", {"First Name": "new"})
                await queue.put("q@example.com")
            assert queue.report().waiting == 1
            assert queue.report().replayed == 30
            assert sum(call.status != 429 for call in server.calls.of("lists.merge")) == 2
            assert len(server.rows(leads)) == 31
            assert first_name(server, leads, "p5@example.com") == "old"
            async with acton.contacts.queue(leads, journal=journal, drain_within=1.0) as later:
                pass
            assert later.report().waiting == 1  # the hold outlives a process, too
            assert first_name(server, leads, "p5@example.com") == "old"


@virtual_time
async def test_what_is_held_when_a_queue_closes_is_sent_by_the_next() -> None:
    """With a journal a held value is kept, and goes when its time has come."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "queue.journal"
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS)
            server.faults.add(SlowJob(pending=300.0, running=0.0), on="lists.merge")
            server.faults.add(Cut("acted"), on="lists.merge")
            async with acton.contacts.queue(leads, journal=journal, max_age=0.1, drain_within=20.0) as queue:
                await asyncio.gather(*(queue.put(f"p{n}@example.com", {"First Name": "old"}) for n in range(9)))
                await until(lambda: server.calls.of("lists.merge"))
                await queue.put("p5@example.com", {"First Name": "new"})
            assert queue.report().waiting == 1
            async with acton.contacts.queue(leads, journal=journal, max_age=0.1) as later:
                await emptied(later)
            await server.settle()
            assert first_name(server, leads, "p5@example.com") == "new"


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.05, 0.3, 1.0, 2.5, 5.0])
def test_closing_and_opening_at_any_time_keeps_the_order(seconds: float) -> None:
    """Wherever a queue ends on the way, the next one never lets an older value be the last."""

    @virtual_time
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            journal = Path(folder) / "queue.journal"
            async with stage() as (server, acton):
                leads = server.add_list("Leads", HEADINGS)
                server.faults.add(SlowJob(pending=200.0, running=0.0), on="lists.merge")
                server.faults.add(Cut("acted"), on="lists.merge")
                async with acton.contacts.queue(leads, journal=journal, max_age=0.1, drain_within=0.0) as queue:
                    await asyncio.gather(*(queue.put(f"p{n}@example.com", {"Score": "old"}) for n in range(9)))
                    await asyncio.sleep(seconds)
                async with acton.contacts.queue(leads, journal=journal, max_age=0.1) as later:
                    await asyncio.gather(*(later.put(f"p{n}@example.com", {"Score": "new"}) for n in range(9)))
                    await emptied(later)
                await server.settle()
                assert {row[2] for row in server.rows(leads)} == {"new"}

    run()
