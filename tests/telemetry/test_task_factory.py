"""The program's task factory: one of the old kind takes no context, and all shared work must begin all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import FileStore
from tests.queue.stage import HEADINGS
from tests.support.stage import emulator, session
from tests.support.virtual_time import virtual_time


def old_factory(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], *, name: str | None = None
) -> asyncio.Task[Any]:
    """A factory that takes no context; names are given to it by newer interpreters only."""
    return asyncio.Task(work, loop=loop, name=name)


@virtual_time
async def test_shared_work_begins_with_any_task_factory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The login, the account's number, a job's polls, a queue and the count in the store need no context of it."""
    asyncio.get_running_loop().set_task_factory(old_factory)  # type: ignore[arg-type]
    async with emulator() as server:
        leads = server.add_list("Leads", HEADINGS)
        async with session(server, store=FileStore(tmp_path / "token.json")) as acton:
            await acton.schema.get()
            await (await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"}))
            async with acton.contacts.queue(leads, max_age=1.0) as queue:
                outcome = await queue.put("ada@example.com", {"First Name": "Ada"}, wait=True)
            await asyncio.sleep(60)
    assert outcome.saved
    assert not caplog.records
