"""A plan is made before anything is written, says what will be done, and what is done keeps to it."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import CLEAR, InvalidArgument, Limits, PollPolicy, QuotaExhausted
from asyncsdk.bulk.cost_estimate import MAX_OVERRUN, max_polls
from asyncsdk.emulator import RejectRows, SlowJob
from asyncsdk.jobs.poll_schedule import DurationEstimate
from asyncsdk.limits.tally import DAY
from asyncsdk.uploads.job_estimate import job_seconds
from tests.support.leads import COLUMNS, LIST, leads, names_in, people, writes
from tests.support.stage import emulator, issued, session
from tests.support.virtual_time import virtual_time, wall

SHAPES: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "a few": people(12),
    "some that clear": [{**row, "City": CLEAR} if n % 4 == 0 else row for n, row in enumerate(people(100))],
    "many that clear": [{**row, "City": CLEAR} for row in people(500)],
    "repeats and unusable ones": [*people(40), *people(60), {"email": "nobody"}],
    "many": people(6000),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("via", ["auto", "records", "upload"])
@virtual_time
async def test_actual_calls_stay_within_the_plan(shape: str, via: str) -> None:
    """The server counts no more calls than the plan says, and the plan says the way, the files and the repeats."""
    rows = SHAPES[shape] if via != "records" else SHAPES[shape][:300]
    async with leads(job_pending=2.0, job_running=4.0) as (server, acton):
        plan = await acton.bulk.plan(LIST, rows, via=via)
        assert (writes(server), len(server.calls)) == (0, 1)
        assert plan.quota_share == plan.calls / 30_000
        server.calls.clear()
        server.faults.add(RejectRows(lambda email: "user7@" in email), on="lists.merge", times=99)
        report = await acton.bulk.upsert(LIST, rows, via=via)
        assert report.calls == len(server.calls) <= plan.calls
        assert len(server.calls.of("lists.merge")) == plan.files
        assert (plan.rows, plan.merged) == (report.rows, report.merged)
        assert plan.via == ("upload" if plan.files else "records") or via == "upload"


@virtual_time
async def test_auto_takes_what_takes_less_time() -> None:
    """A few rows go one by one, many as a file."""
    async with leads() as (_, acton):
        few, many = await acton.bulk.plan(LIST, people(10)), await acton.bulk.plan(LIST, people(1000))
        assert (few.via, many.via, many.files) == ("records", "upload", 1)
        assert many.seconds < 10 < 1000 / 5


@virtual_time
async def test_auto_takes_what_the_day_allows() -> None:
    """Where the calls that are left do not suffice for one by one, a file is taken although it takes longer."""
    async with emulator() as server:
        server.add_list("Leads", COLUMNS, list_id=LIST)
        async with session(
            server, token=issued(server), limits=Limits(calls_per_day=30, calls_per_second=50)
        ) as acton:
            plan = await acton.bulk.plan(LIST, people(100))
            assert (plan.via, plan.quota_share) == ("upload", plan.calls / 30)
            assert "29 are left today" in plan.reason


@virtual_time
async def test_a_plan_prints_well() -> None:
    """Its text says the way and why, the bounds, the columns, and what is special."""
    async with leads() as (_, acton):
        text = str(await acton.bulk.plan(LIST, SHAPES["repeats and unusable ones"]))
        assert text.splitlines() == [
            "101 rows into l-0001, by 1 CSV file: one by one the rows would take 13 s and 62 calls",
            "  calls    about 4, at most 12 (0.0% of a day's)",
            "  time     about 6 s",
            "  repeats  40 rows are folded into a later row with the same address",
            "  rejects  1 row is left out, because the address or a value cannot be used",
            "  column   email      -> E-mail Address",
            "  column   First Name -> First Name",
            "  column   City       -> City",
        ]


@virtual_time
async def test_a_plan_leaves_no_file_behind(tmp_path: Path) -> None:
    """A state file that is not there is not made by a plan."""
    async with leads() as (_, acton):
        await acton.bulk.plan(LIST, people(3), state=tmp_path / "state.db")
        assert names_in(tmp_path) == []


@virtual_time
async def test_a_way_that_there_is_not_is_refused_at_once() -> None:
    """The way is checked before a row is read."""
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match="auto, records or upload"):
            await acton.bulk.upsert(LIST, people(3), via="fax")  # type: ignore[arg-type]
        assert len(server.calls) == 0


@pytest.mark.slow
@virtual_time
async def test_a_session_that_knows_fast_jobs_keeps_to_the_plan() -> None:
    """What was learned of other jobs does not make a session look more often than the plan says."""
    async with leads(job_pending=0.0, job_running=0.1) as (server, acton):
        for _ in range(20):
            await acton.bulk.upsert(LIST, people(2), via="upload")
        plan = await acton.bulk.plan(LIST, people(5000), via="upload")
        server.calls.clear()
        server.faults.add(SlowJob(1.0, MAX_OVERRUN * job_seconds(5000) - 1.0), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(5000), via="upload")
        assert (report.created, report.calls) == (4998, len(server.calls))
        assert report.calls <= plan.calls


@pytest.mark.slow
@pytest.mark.parametrize("rows", [3, 5000])
@pytest.mark.parametrize("factor", [0.01, 0.1, 0.5, 1.0, 1.5, 2.0, MAX_OVERRUN])
@virtual_time
async def test_the_bound_on_calls_covers_slow_jobs(rows: int, factor: float, tmp_path: Path) -> None:
    """Jobs may take a hundredth of what was assumed, or three times as long: the server counts what was planned."""
    job = job_seconds(rows)
    async with leads(job_pending=factor * job / 2, job_running=factor * job / 2) as (server, acton):
        plan = await acton.bulk.plan(LIST, people(rows), via="upload")
        server.calls.clear()
        server.faults.add(RejectRows(lambda email: "user1@" in email), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(rows), via="upload", journal=tmp_path / "j.db")
        assert report.rejected == 1
        assert len(server.calls) <= plan.calls
        if factor == 1.0:
            reading_rejects = 1
            assert len(server.calls) == plan.calls_expected + reading_rejects
            assert report.seconds == pytest.approx(plan.seconds, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [0.01, 1.0, 2.9])
@virtual_time
async def test_what_the_first_file_teaches_keeps_to_the_plan(factor: float) -> None:
    """The bound holds for several files, although the looks at the later ones know how long the first one took."""
    rows = [{**row, "City": CLEAR} if n % 2 else row for n, row in enumerate(people(600))]
    async with leads(job_pending=factor * job_seconds(300), job_running=0.0) as (server, acton):
        plan = await acton.bulk.plan(LIST, rows, via="upload")
        server.calls.clear()
        report = await acton.bulk.upsert(LIST, rows, via="upload")
        assert (plan.files, report.created) == (2, 600)
        assert len(server.calls) <= plan.calls


@virtual_time
async def test_one_file_corrects_what_is_assumed_of_the_next() -> None:
    """Where Act-On takes four times as long as assumed, only the first run of a session looks in vain so often."""
    async with leads(job_pending=10.0, job_running=10.0) as (_, acton):
        first = await acton.bulk.upsert(LIST, people(3), via="upload")
        second = await acton.bulk.upsert(LIST, people(3), via="upload")
        assert second.calls <= 0.6 * first.calls
        assert 20 < second.seconds < 27


@pytest.mark.slow
@pytest.mark.parametrize(
    "polling",
    [PollPolicy(), PollPolicy(min_gap=5.0), PollPolicy(max_gap=5.0), PollPolicy(price=0.5), PollPolicy(price=20.0)],
)
def test_no_law_of_durations_leads_to_more_looks_than_foreseen(polling: PollPolicy) -> None:
    """Whatever a session has learned: the bound on the looks holds."""

    class Law(DurationEstimate):
        def __init__(self, median: float, spread: float) -> None:
            super().__init__(estimated=True)
            for _ in range(60):
                self.record(median / (1 + spread), median * (1 + spread))

    for median, spread in itertools.product((0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0), (0.1, 0.5, 2.0)):
        law = Law(median, spread)
        for expected in (5.0, 15.0, 60.0, 300.0, 1500.0):
            age, count = 0.0, 0
            while age < min(MAX_OVERRUN * expected, polling.deadline):
                age = law.next_poll_age(age, polling, polling.price, expected)
                count += 1
            assert count <= max_polls(expected, polling), (median, spread, expected)


@virtual_time
async def test_days_of_waiting_count_as_time() -> None:
    """Rows that need more calls than a day has take days one by one, and ``auto`` knows it."""
    async with emulator(calls_per_day=None) as server:
        server.add_list("Leads", COLUMNS, list_id=LIST)
        async with session(server, token=issued(server), limits=Limits(calls_per_day=100)) as acton:
            plan = await acton.bulk.plan(LIST, people(248), via="records")
            assert (plan.calls, plan.quota_share) == (250, 2.5)
            assert plan.seconds == pytest.approx(2 * DAY + 50 / (5 * 0.94), rel=0.01)
            assert "about 2.0 d" in str(plan)
            chosen = await acton.bulk.plan(LIST, people(249))
            assert chosen.via == "upload"
            assert chosen.seconds < 10


@pytest.mark.slow
@virtual_time
async def test_calls_that_were_made_before_come_back_in_time(tmp_path: Path) -> None:
    """Where the day is nearly spent, a plan takes as long as a run that is tried again every hour."""
    async with emulator(calls_per_day=None, token_life=3 * DAY) as server:
        server.add_list("Leads", COLUMNS, list_id=LIST)
        async with session(server, token=issued(server), limits=Limits(calls_per_day=61)) as acton:
            for _ in range(6):
                await acton.bulk.upsert(LIST, people(8), via="records")
                await asyncio.sleep(3600)
            plan = await acton.bulk.plan(LIST, people(20), via="records")
            began, ended = wall(), None
            while ended is None:
                with suppress(QuotaExhausted):
                    await acton.bulk.upsert(LIST, people(20), via="records", journal=tmp_path / "journal")
                    ended = wall()
                await asyncio.sleep(3600)
            assert 15 * 3600 < plan.seconds == pytest.approx(ended - began, rel=0.1)
