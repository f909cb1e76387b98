"""Jobs: what is logged of one that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from asyncsdk.emulator import Clock, Settings
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.state.jobs import Jobs


async def test_a_job_that_fails_is_logged_under_the_name_that_programs_know(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The logger's name stays, wherever the module lies: programs set its level by it."""

    async def work(_: int) -> Mapping[str, Any]:
        worked.set()
        raise ZeroDivisionError

    worked = asyncio.Event()
    database = Database(None)
    jobs = Jobs(database, Settings(job_pending=0, job_running=0), Clock())
    jobs.submit("upload", work)
    async with asyncio.timeout(60):
        await worked.wait()
    await jobs.stop()
    database.close()
    assert [record.name for record in caplog.records] == ["asyncsdk.emulator.jobs"]
