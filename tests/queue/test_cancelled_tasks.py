"""A program cancels tasks that a queue has started for itself: nobody waits for ever, and no row is forgotten."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk.queue import UnsavedRow
from asyncsdk.queue.outcome_waits import OutcomeWaits
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.unsaved_rows import UnsavedRows
from tests.support.memory_journal import JournalHub, MemoryJournal
from tests.support.virtual_time import virtual_time


def cancel(name: str) -> None:
    """Cancel the task of that name."""
    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == name)
    task.cancel()


@pytest.mark.parametrize("turns", [1, 3])
@virtual_time
async def test_a_put_whose_look_was_cancelled_has_its_outcome(turns: int) -> None:
    """The task that looks for outcomes begins again, whether it was cancelled before its first step or later."""
    hub = JournalHub()
    waits = OutcomeWaits(MemoryJournal(hub), every=0.1)
    async with asyncio.timeout(60):
        put = asyncio.ensure_future(waits.outcome(1))
        for _ in range(turns):
            await asyncio.sleep(0)
        cancel("asyncsdk queue outcomes")
        hub.outcomes[1] = PutOutcome("created")
        await waits.all_told()
        assert await put == PutOutcome("created")
    assert not waits.pending
    await waits.finish(1.0)


@virtual_time
async def test_a_row_whose_callback_was_cancelled_is_kept_for_the_report(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A row is not forgotten where the task of ``on_unsaved`` was cancelled before its first step."""
    called: list[UnsavedRow] = []
    handed_over: list[int] = []

    async def on_unsaved(row: UnsavedRow) -> None:
        called.append(row)

    rows = [UnsavedRow(f"{name}@example.com", {}, "failed", "so it is") for name in ("ada", "bob")]
    unsaved = UnsavedRows(on_unsaved, handed_over.extend)
    unsaved.add(rows[0], 1)
    cancel("asyncsdk queue unsaved")
    unsaved.add(rows[1], 2)
    await unsaved.finish(60.0)
    assert (called, handed_over, unsaved.rows) == (rows[1:], [2], rows[:1])
    assert [record.message for record in caplog.records] == [
        "on_unsaved failed (CancelledError): the row is kept for the report."
    ]
