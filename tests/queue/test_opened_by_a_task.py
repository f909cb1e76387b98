"""A queue that a task opens and others use, too: its calls are its own, and do not end with the task."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import ActOnError
from asyncsdk.emulator import Emulator
from asyncsdk.http.unsafe_calls import counted_calls, open_count
from tests.queue.stage import HEADINGS, QUICK, emails, queue_on, session_on, some

pytestmark = pytest.mark.slow


async def test_the_calls_of_a_queue_are_not_those_of_who_opened_it(tmp_path: Path) -> None:
    """Nothing that is awaited before the unsafe calls of a task is awaited before those of its queue."""

    async def refused() -> None:
        raise ActOnError("This task is over.")

    async with Emulator(QUICK) as server, session_on(server) as acton:
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        queue = queue_on(acton, leads, journal=tmp_path / "rows.journal", quota_share=1.0)
        with counted_calls(refused) as count:
            await queue.open()
            for n in range(12):
                await queue.put(f"p{n}@example.com")
            await asyncio.wait_for(queue.flush(), 60)
            assert not count
            await queue.close()
        assert emails(server, leads) == some(12)
        assert server.calls.of("lists.merge")


async def test_what_a_task_started_does_not_wait_for_its_notes_when_it_is_over() -> None:
    """What goes on after the block that counts makes its unsafe calls for itself."""

    async def refused() -> None:
        raise ActOnError("This task is over.")

    with counted_calls(refused):
        count = open_count()
    assert count is not None
    with pytest.raises(ActOnError, match="over"), counted_calls(refused) as another:
        await another.leaves()
    await count.leaves()
