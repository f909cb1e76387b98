"""A program cancels tasks of a queue in Redis before they begin: nobody waits for ever, and the queue goes on."""

from __future__ import annotations

import asyncio
import time
from inspect import CORO_CREATED, getcoroutinestate
from types import CoroutineType

import pytest

from asyncsdk import ActOnError
from asyncsdk.fleet.queue_journal.appender import Appender
from tests.fleet.queue_journal.processes import LIST, Processes, entry

pytestmark = pytest.mark.slow


def cancel_before_it_begins(name: str) -> None:
    """Cancel the task of that name, which has not made its first step."""
    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == name)
    work = task.get_coro()
    assert isinstance(work, CoroutineType)
    assert getcoroutinestate(work) == CORO_CREATED
    task.cancel()


async def test_a_put_whose_task_was_cancelled_is_refused(some_processes: Processes) -> None:
    """A put gets an error where its task was cancelled before it began; the next is written, and its end comes."""
    async with asyncio.timeout(60):
        _, lead = await some_processes.leading()
        await lead.contents()
        appender = Appender(lead._queue, LIST, 10)
        put = asyncio.ensure_future(appender.append(entry("ada"), awaited=False))
        await asyncio.sleep(0)
        cancel_before_it_begins("asyncsdk queue rows")
        with pytest.raises(ActOnError, match="takes no rows"):
            await put
        await appender.append(entry("bob"), awaited=False)
        await appender.finish()
        assert [row.email for row in (await lead.news()).rows] == ["bob@example.com"]


async def test_a_mark_whose_task_was_cancelled_is_refused(some_processes: Processes) -> None:
    """A mark gets an error where its task was cancelled before it began; the next is written; the release ends."""
    async with asyncio.timeout(60):
        journal, lead = await some_processes.leading()
        number = await journal.append(entry(), awaited=False)
        assert number is not None
        await lead.contents()
        marked = lead.mark_sending([number], time.time() + 60)
        cancel_before_it_begins("asyncsdk queue changes")
        with pytest.raises(ActOnError):
            await marked
        await lead.mark_sending([number], time.time() + 60)
        await lead.release()
        (row,) = (await (await some_processes.lead_of(journal)).contents()).rows
        assert row.until is not None
