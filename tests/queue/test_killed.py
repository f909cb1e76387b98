"""A process that is killed anywhere on the way: each row has one fate all the same, and the last value stays."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from asyncsdk import Limits, PollPolicy, Session
from asyncsdk.emulator import Emulator, RejectRows, Settings
from asyncsdk.queue import UnsavedRow
from tests.queue.dying import POINTS, POINTS_OF_FOLDERS, REJECTED
from tests.queue.stage import HEADINGS, emptied, queue_on

pytestmark = pytest.mark.slow

DYING = Path(__file__).with_name("dying.py")


async def died(server: Emulator, journal: str, point: str, token: str) -> list[list[str]]:
    """What the program said before it was killed."""
    env = {**os.environ, "TOKEN": token, "DIE": point}
    command = [sys.executable, str(DYING), server.url, journal]
    process = await asyncio.create_subprocess_exec(*command, env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = await process.stdout.read()
    assert await process.wait() == -signal.SIGKILL, "it came to its end"
    whole, _, _ = said.decode().rpartition("\n")  # it may be killed within a line
    return [line.split() for line in whole.splitlines()]


@pytest.mark.parametrize(
    ("point", "name"),
    [
        *((point, "queue.journal") for point in POINTS),
        *((point, "folder/") for point in {**POINTS, **POINTS_OF_FOLDERS}),
    ],
)
async def test_killed(point: str, name: str, tmp_path: Path) -> None:
    """What put returned for is in the list, each address once, with its last value; a rejected row is told of."""
    journal = f"{tmp_path}/{name}"
    told: list[UnsavedRow] = []
    async with Emulator(Settings(job_pending=0.0, job_running=0.1)) as server:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        server.faults.add(RejectRows(REJECTED), on="lists.merge", times=999)
        token = server.issue_token()["access_token"]
        said = await died(server, journal, point, token)
        polling, limits = PollPolicy(min_gap=0.05, price=0.05), Limits(calls_per_second=60, calls_per_day=10**9)
        async with Session(token=token, base_url=server.url, polling=polling, limits=limits) as acton:
            async with queue_on(
                acton,
                leads,
                hold=1.0,
                journal=journal,
                max_age=0.1,
                on_unsaved=told.append,
            ) as queue:
                await emptied(queue)
            async with acton.contacts.queue(leads, journal=journal) as later:
                assert len(later) == 0
        await server.settle()
        rows = server.rows(leads)
    put = {email: value for what, email, *value in said if what == "put"}
    held = {row[0]: row[2] for row in rows}
    assert len(held) == len(rows)
    for email, (value,) in put.items():
        assert email == REJECTED or held[email] >= value
    known = [email for what, email, *_ in said if what == "unsaved"] + [row.email for row in told]
    assert set(known) == ({REJECTED} if REJECTED in put else set())
