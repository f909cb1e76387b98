"""The program's task factory: one of the old kind takes no context, and all shared work must begin all the same."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import ActOnError, FileStore
from asyncsdk.emulator import Reply
from asyncsdk.queue import UnsavedRow
from tests.queue.stage import HEADINGS
from tests.support.stage import emulator, session
from tests.support.virtual_time import virtual_time

REFUSAL = Reply(400, {"errorCode": "10000", "message": "bad"})


def old_factory(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], *, name: str | None = None, **newer: Any
) -> asyncio.Task[Any]:
    """A factory that takes no context, and names only as newer interpreters give them.

    It takes what they demand of every factory: from 3.14 on aiohttp's eager start, from 3.15 on a server's context.
    """
    if "context" in newer and not work.__qualname__.startswith("BaseSelectorEventLoop."):
        raise TypeError("old_factory() got an unexpected keyword argument 'context'")
    return asyncio.Task(work, loop=loop, name=name, **newer)


@virtual_time
async def test_shared_work_begins_with_any_task_factory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The login, the account's number, a job's polls, a queue, a callback and the count in the store all begin."""
    given_up: list[str] = []

    async def note(row: UnsavedRow) -> None:
        given_up.append(row.email)

    asyncio.get_running_loop().set_task_factory(old_factory)  # type: ignore[arg-type]
    async with emulator() as server:
        leads = server.add_list("Leads", HEADINGS)
        async with session(server, store=FileStore(tmp_path / "token.json")) as acton:
            await acton.schema.get()
            await (await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"}))
            async with acton.contacts.queue(leads, max_age=1.0, on_unsaved=note) as queue:
                outcome = await queue.put("ada@example.com", {"First Name": "Ada"}, wait=True)
                server.faults.add(REFUSAL, on="contacts.upsert")
                await queue.put("grace@example.com", {"First Name": "Grace"})
            await asyncio.sleep(60)
    assert outcome.saved
    assert given_up == ["grace@example.com"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def older_factory(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], *, name: str | None = None, context: Any = None
) -> asyncio.Task[Any]:
    """A factory that takes no more than Python 3.13 gives it."""
    return asyncio.Task(work, loop=loop, name=name, context=context)


@virtual_time
async def test_a_task_factory_that_aiohttp_cannot_use_is_refused_before_anything_is_sent() -> None:
    """On Python 3.14 a factory without ``eager_start`` is refused when a session opens; before 3.14 it works."""
    async with emulator() as server:
        asyncio.get_running_loop().set_task_factory(older_factory)  # type: ignore[arg-type]
        acton = session(server)
        if sys.version_info < (3, 14):
            async with acton:
                await acton.account.get()
            return
        with pytest.raises(ActOnError, match="eager_start"):
            await acton.open()
        assert not list(server.calls)
        asyncio.get_running_loop().set_task_factory(None)
        async with acton:
            await acton.account.get()
