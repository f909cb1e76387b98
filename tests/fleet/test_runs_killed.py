"""A run that is killed when it writes its journal is taken up on another machine; no file is accepted twice."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from uuid import uuid4

import pytest
from attrs import evolve

from tests.support.run_processes import accepted_files, list_is_right, order_for, run_server, run_through

pytestmark = pytest.mark.slow

FILES = 2
COPIES = 1 + 4 * FILES + 1
"""What is sent, then of each file: sending, sent, accepted, ended; and the end."""

AT_ONCE = 4


async def killed_and_taken_up(vault: str, number: int, *, before: bool) -> None:
    """Kill a process at one copy, and let another one go on."""
    point = f"copy {number}, {'before' if before else 'after'} the vault took it"
    async with run_server() as server:
        order = order_for(server, vault, dies_at=number, dies_before=before)
        assert (await run_through(order))["code"] == -signal.SIGKILL, point
        told = await run_through(evolve(order, dies_at=0, waits=True))
        assert (told["code"], told.get("error")) == (0, None), (point, told)
        assert list_is_right(server, order), point
        assert accepted_files(server) == FILES, point
        report = told["report"]
        assert (report["rows"], report["created"], report["unknown"]) == (order.count,) * 2 + (0,), (point, report)
        assert report["resumed"] is not (number == 1 and before), point


async def test_a_run_that_is_killed_at_any_copy_is_taken_up(redis_url: str) -> None:
    """Before and after each write: no file is accepted twice, no row lost, and the report is right."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, *, before: bool) -> None:
        async with places:
            await killed_and_taken_up(f"{redis_url}#{uuid4().hex}", number, before=before)

    async with asyncio.TaskGroup() as group:
        for number in range(1, COPIES + 1):
            group.create_task(one(number, before=True))
            group.create_task(one(number, before=False))


@pytest.mark.parametrize(("number", "before"), [(3, True), (3, False), (4, True)])
async def test_the_vault_of_the_page_serves_as_well(number: int, before: bool, tmp_path: Path) -> None:
    """Killed around the upload of a file, where it matters most, with the vault that docs/bulk.md shows."""
    await killed_and_taken_up(str(tmp_path / "runs.db"), number, before=before)
