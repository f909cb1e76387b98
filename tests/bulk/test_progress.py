"""A run says how far it is, and lets others work."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from asyncsdk import BulkProgress, BulkReport, Limits
from asyncsdk.emulator import Emulator
from tests.support.leads import COLUMNS, LIST, leads, people
from tests.support.stage import issued, outcome, session
from tests.support.virtual_time import virtual_time


@pytest.mark.slow
@pytest.mark.parametrize("via", ["records", "upload"])
@virtual_time
async def test_progress_is_told_as_it_is_made(via: str) -> None:
    """Rows read, sent and done only grow, each up to all rows; calls, rate and time left are told."""
    rows = [*people(1500 if via == "upload" else 60), {"email": "nobody"}, *people(1)]
    seen: list[BulkProgress] = []
    async with leads() as (_, acton):
        report = await acton.bulk.upsert(LIST, rows, via=via, on_progress=seen.append)
        for name in ("rows_read", "rows_sent", "rows_done", "calls"):
            values = [getattr(progress, name) for progress in seen]
            assert values == sorted(values)
        last = seen[-1]
        assert (last.stage, last.rows_read, last.rows_done, last.seconds_left) == (
            "finished",
            len(rows),
            len(rows),
            0,
        )
        assert (last.rows_sent, last.calls) == (len(rows) - 2, report.calls)
        assert last.calls_left == acton.usage().calls_left
        assert last.rate > 1
        assert list(dict.fromkeys(progress.stage for progress in seen))[:2] == ["reading", "sending"]


@virtual_time
async def test_a_finished_journal_is_told_as_finished(tmp_path: Path) -> None:
    """Run again, all its rows are sent and done, though nothing is sent."""
    seen: list[BulkProgress] = []
    async with leads() as (_, acton):
        await acton.bulk.upsert(LIST, people(30), journal=tmp_path / "j.db")
        await acton.bulk.upsert(LIST, people(30), journal=tmp_path / "j.db", on_progress=seen.append)
    assert (seen[-1].stage, seen[-1].rows_sent, seen[-1].rows_done) == ("finished", 30, 30)


@virtual_time
async def test_a_run_can_be_followed_and_awaited() -> None:
    """start() gives a handle: async for over its progress, await for its report, as often as one likes."""
    async with leads() as (_, acton):
        run = acton.bulk.start(LIST, people(30))
        stages = [progress.stage async for progress in run]
        assert stages[-1] == "finished"
        assert isinstance(await run, BulkReport)
        assert (await run).created == 30
        assert repr(run) == "<BulkRun done>"


@virtual_time
async def test_a_run_can_be_cancelled_by_its_handle() -> None:
    """Whoever awaits it is told, and the stream ends."""
    async with leads() as (_, acton):
        run = acton.bulk.start(LIST, people(300))
        async for progress in run:
            if progress.rows_done > 3:
                run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run


@virtual_time
async def test_an_error_in_a_callback_ends_the_run_as_itself() -> None:
    """It is not wrapped, and no call goes on."""

    def refuse(progress: BulkProgress) -> None:
        if progress.rows_done > 3:
            raise ZeroDivisionError

    async with leads() as (_, acton):
        error = await outcome(acton.bulk.upsert(LIST, people(50), via="records", on_progress=refuse))
        assert isinstance(error, ZeroDivisionError)


@virtual_time
async def test_other_calls_go_on_meanwhile() -> None:
    """Interactive calls go before those of a run of single records."""
    async with leads() as (_, acton):
        run = acton.bulk.start(LIST, people(300), via="records")
        loop = asyncio.get_running_loop()
        await asyncio.sleep(5)
        for _ in range(5):
            began = loop.time()
            await acton.account.get()
            assert loop.time() - began < 1.5
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


@pytest.mark.slow
async def test_the_event_loop_is_not_held_up() -> None:
    """While 60,000 rows are read, folded and staged, nobody waits longer than a moment of the thread's own time."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    async with Emulator() as server, session(server, token=issued(server)) as acton:
        server.add_list("Leads", COLUMNS, list_id=LIST)
        watching = asyncio.create_task(watch())
        plan = await acton.bulk.plan(LIST, [*people(40_000), *people(20_000)])
        watching.cancel()
    assert plan.merged == 20_000
    assert longest < 0.5


@pytest.mark.slow
@pytest.mark.parametrize(("via", "stopped_at"), [("records", 1700), ("upload", 3000)])
@virtual_time
async def test_the_time_left_of_a_resumed_run_is_that_of_the_rest(
    via: str, stopped_at: int, tmp_path: Path
) -> None:
    """After an interruption near the end, the time left is from the start about what the rest takes."""
    order = {"via": via, "journal": tmp_path / "j.db"}
    records = via == "records"
    rows, limits = people(2_000 if records else 6_000), Limits(upload_bytes=5_000_000 if records else 60_000)
    seen: list[tuple[float, BulkProgress]] = []
    async with leads() as (server, _), session(server, token=issued(server), limits=limits) as acton:
        loop = asyncio.get_running_loop()
        run = acton.bulk.start(LIST, rows, **order)
        async for progress in run:
            if progress.rows_done >= stopped_at:
                break
        run.cancel()
        await asyncio.wait([asyncio.ensure_future(outcome(run))])
        await acton.bulk.upsert(LIST, rows, **order, on_progress=lambda told: seen.append((loop.time(), told)))
        ended = loop.time()
    resumed = [(at, told.seconds_left) for at, told in seen if told.stage not in {"reading", "finished"}]
    assert ended - resumed[0][0] > 5
    for at, left in resumed:
        assert left is not None
        assert (ended - at) / 3 - 10 < left < (ended - at) * 3 + 10
