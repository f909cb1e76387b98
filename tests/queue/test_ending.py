"""Closing a queue, and how it goes on when a part of it fails: every row that was taken has an outcome."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Generator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import Job, ServerError
from asyncsdk.emulator import Hang, Reply
from asyncsdk.queue import QueueClosed, RowsUnsaved, UnsavedRow
from asyncsdk.queue.journal import QueueJournal
from tests.queue.stage import HEADINGS, Overheard, emails, opened, queue_on, some
from tests.support.stage import outcome, stage
from tests.support.virtual_time import virtual_time

REFUSAL = Reply(400, {"errorCode": "10000", "message": "bad"})


def named(name: str) -> asyncio.Task[None]:
    """The one task of this name."""
    (task,) = [task for task in asyncio.all_tasks() if task.get_name() == name]
    return task


@virtual_time
async def test_an_async_on_unsaved_is_awaited() -> None:
    """Close waits for it; where it raises, the row is in the report."""
    given_up: list[UnsavedRow] = []

    async def note(row: UnsavedRow) -> None:
        await asyncio.sleep(3)
        if row.email == "p2@example.com":
            raise OSError
        given_up.append(row)

    async with opened(on_unsaved=note, drain_within=30.0) as (server, _, _leads, queue):
        server.faults.add(REFUSAL, on="contacts.upsert", times=2)
        await queue.put("p1@example.com")
        await queue.put("p2@example.com")
        with pytest.raises(RowsUnsaved) as caught:
            await queue.close()
    assert [row.email for row in given_up] == ["p1@example.com"]
    assert [row.email for row in caught.value.report.unsaved] == ["p2@example.com"]


@pytest.mark.parametrize("is_async", [True, False])
@virtual_time
async def test_on_unsaved_is_called_in_the_context_of_whoever_made_the_queue(is_async: bool) -> None:
    """What a program keeps in context variables is there, though the queue itself works in a context of its own."""
    tenant: ContextVar[str] = ContextVar("tenant", default="nobody")
    seen: list[str] = []

    async def note(_: UnsavedRow) -> None:
        await asyncio.sleep(0)
        seen.append(tenant.get())

    token = tenant.set("acme")
    unsaved = note if is_async else lambda _: seen.append(tenant.get())
    async with opened(on_unsaved=unsaved) as (server, _, _leads, queue):
        tenant.reset(token)
        server.faults.add(REFUSAL, on="contacts.upsert")
        await queue.put("p1@example.com")
        await queue.close()
    assert seen == ["acme"]


@virtual_time
async def test_an_on_unsaved_that_hangs_is_broken_off() -> None:
    """Close does not wait for it for ever, and tells of the row."""

    async def hang(_: UnsavedRow) -> None:
        await asyncio.Event().wait()

    async with opened(on_unsaved=hang, drain_within=5.0) as (server, _, _leads, queue):
        server.faults.add(REFUSAL, on="contacts.upsert")
        await queue.put("p1@example.com")
        error = await outcome(queue.close())
        assert isinstance(error, RowsUnsaved)
        assert [row.email for row in error.report.unsaved] == ["p1@example.com"]


@virtual_time
async def test_a_loop_that_ends_while_the_queue_closes_loses_no_row() -> None:
    """When the closing itself is cancelled, waiters are told and rows are handed over all the same."""
    given_up: list[UnsavedRow] = []
    async with opened(on_unsaved=given_up.append) as (server, _, _leads, queue):
        server.faults.add(Hang(), on="contacts.upsert", times=9)
        put = asyncio.ensure_future(outcome(queue.put("p1@example.com", wait=True)))
        await queue.put("p2@example.com")
        closing = asyncio.ensure_future(queue.close())
        await asyncio.sleep(3)
        named("asyncsdk queue close").cancel()
        await asyncio.wait({closing})
        assert isinstance(await put, QueueClosed)
        assert sorted(row.email for row in given_up) == ["p1@example.com", "p2@example.com"]


@virtual_time
async def test_a_sender_that_dies_ends_the_queue() -> None:
    """Waiters, those in line and later puts are told why; closing tells which rows are left."""
    async with opened(capacity=2, max_age=600.0) as (_, _acton, _leads, queue):
        waiting = asyncio.ensure_future(outcome(queue.put("p1@example.com", wait=True)))
        await queue.put("p2@example.com")
        in_line = asyncio.ensure_future(outcome(queue.put("p3@example.com")))
        await asyncio.sleep(0.1)
        named("asyncsdk queue").cancel()
        for each in (waiting, in_line):
            assert "CancelledError" in str(await each)
        assert "sends no more" in str(await outcome(queue.put("p2@example.com")))
        assert queue.report().trouble is not None
        error = await outcome(queue.close())
        assert isinstance(error, RowsUnsaved)
        assert sorted(row.email for row in error.report.unsaved) == ["p1@example.com", "p2@example.com"]


class _Broken:
    """A job that ends in an error of the program's own."""

    id = "1"

    def __await__(self) -> Generator[None]:
        raise ZeroDivisionError
        yield

    def abandon(self) -> None:
        """Nobody watches it."""


class _BreaksJobs(Overheard):
    """A session whose jobs cannot be followed for a reason of the program's own."""

    async def call(self, route: Any, *given: Any, **named: Any) -> Any:
        """Make a call."""
        answer = await super().call(route, *given, **named)
        return _Broken() if isinstance(answer, Job) else answer


@virtual_time
async def test_an_error_nobody_expected_ends_the_queue_too() -> None:
    """A job that cannot be followed for a reason of the program's own leaves nobody waiting."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        queue = queue_on(_BreaksJobs(acton, lambda *_: None), leads, max_age=1.0)
        await queue.open()
        puts = [asyncio.ensure_future(outcome(queue.put(f"p{n}@example.com", wait=True))) for n in range(9)]
        ends = await asyncio.gather(*puts)
        assert all("ZeroDivisionError" in str(end) for end in ends)
        assert isinstance(await outcome(queue.close()), RowsUnsaved)
        await server.settle()
        assert len(server.rows(leads)) == 9


@virtual_time
async def test_a_writer_that_is_cancelled_leaves_nobody_waiting() -> None:
    """The puts whose rows it was writing raise, and nothing of them is queued; the next put goes through."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(journal=Path(folder) / "queue.journal", max_age=600.0) as (server, _, leads, queue):
            puts = [asyncio.ensure_future(outcome(queue.put(f"q{n}@example.com"))) for n in range(3)]
            await asyncio.sleep(0)
            named("asyncsdk queue journal").cancel()
            for each in puts:
                assert "cannot be written" in str(await each)
            assert len(queue) == 0
            await queue.put("p1@example.com")
            await queue.close()
            assert emails(server, leads) == some(2)
        journal = QueueJournal(Path(folder) / "queue.journal", leads)
        assert not journal.rows()
        await journal.close()


@virtual_time
async def test_an_error_in_the_body_carries_a_note_of_the_rows() -> None:
    """What the program raised comes out, and says that rows are left."""
    async with opened(drain_within=1.0) as (server, acton, leads, _):
        server.faults.add(Hang(), on="contacts.upsert", times=9)
        queue = acton.contacts.queue(leads, drain_within=1.0)

        async def body() -> None:
            async with queue:
                await queue.put("p1@example.com")
                raise KeyError

        error = await outcome(body())
        assert isinstance(error, KeyError)
        assert error.__notes__ == [str(RowsUnsaved(queue.report()))]


@virtual_time
async def test_a_waiter_is_told_where_its_row_is() -> None:
    """When a queue closes before a row is sent, whoever waits for it learns whether the journal has it."""
    with tempfile.TemporaryDirectory() as folder:
        for journal in (None, Path(folder) / "queue.journal"):
            async with opened(max_age=600.0, drain_within=0.0, journal=journal) as (server, _, _leads, queue):
                server.faults.add(Hang(), on="contacts.upsert", times=9)
                waiting = asyncio.ensure_future(outcome(queue.put("p1@example.com", wait=True)))
                await asyncio.sleep(0.1)
                await outcome(queue.close())
                error = await waiting
                assert isinstance(error, QueueClosed)
                assert ("journal keeps it" in str(error)) == (journal is not None)


@virtual_time
async def test_flush_sends_now_and_says_how_it_went() -> None:
    """It does not wait for the rows' age; it ends when they are saved, or when they are in trouble."""
    async with opened(max_age=600.0, quota_share=1.0) as (server, _, leads, queue):
        for n in range(1, 4):
            await queue.put(f"p{n}@example.com")
        report = await queue.flush()
        assert (report.created, report.waiting, report.trouble) == (4, 0, None)
        assert emails(server, leads) == some(4)
        for route in ("contacts.upsert", "lists.merge"):
            server.faults.add(Reply.unavailable(), on=route, times=50)
        await queue.put("p4@example.com")
        await asyncio.sleep(30)
        report = await queue.flush()
        assert (report.waiting, type(report.trouble)) == (1, ServerError)
        assert 30 <= report.oldest < 60
        assert await queue.flush() is not None
