"""A plan is made before anything is written, says what will be done, and what is done keeps to it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from session.stage import emulator, issued, session
from virtual_time import virtual_time

from asyncsdk import CLEAR, InvalidArgument, Limits, PollPolicy
from asyncsdk.bulk.plan import looks
from asyncsdk.emulator import SlowJob, merging
from asyncsdk.schedule import Durations

from .leads import COLUMNS, LIST, leads, names_in, people, writes

SHAPES: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "a few": people(12),
    "some that clear": [{**row, "City": CLEAR} if n % 4 == 0 else row for n, row in enumerate(people(100))],
    "many that clear": [{**row, "City": CLEAR} for row in people(500)],
    "repeats and unusable ones": [*people(40), *people(60), {"email": "nobody"}],
    "many": people(6000),
}


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
        with mock.patch.object(merging, "usable", lambda email: "user7@" not in email):
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
            "101 rows into l-0001, by 1 CSV file: one by one the rows would take 13 s and 60 calls",
            "  calls    at most 22 (0.1% of a day's)",
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


@virtual_time
async def test_a_session_that_knows_fast_jobs_keeps_to_the_plan() -> None:
    """What was learned of other jobs does not make a session look more often than the plan says."""
    async with leads(job_pending=0.0, job_running=0.1) as (server, acton):
        for _ in range(20):
            await acton.bulk.upsert(LIST, people(2), via="upload")
        plan = await acton.bulk.plan(LIST, people(5000), via="upload")
        server.calls.clear()
        server.faults.add(SlowJob(1.0, 3 * (plan.seconds - 2)), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(5000), via="upload")
        assert (report.created, report.calls) == (4998, len(server.calls))
        assert report.calls <= plan.calls


@pytest.mark.parametrize(
    "polling", [PollPolicy(), PollPolicy(min_gap=1.0), PollPolicy(max_gap=5.0), PollPolicy(price=0.5)]
)
def test_no_law_of_durations_leads_to_more_looks_than_foreseen(polling: PollPolicy) -> None:
    """Whatever a session has learned: the bound on the looks holds."""

    class Law(Durations):
        def __init__(self, median: float, spread: float) -> None:
            super().__init__()
            for _ in range(60):
                self.saw(median / (1 + spread), median * (1 + spread))

    for median, spread in itertools.product((0.1, 0.5, 2, 10, 50, 200, 1000), (0.1, 0.5, 2.0)):
        law = Law(median, spread)
        for seconds in (5.0, 15.0, 60.0, 300.0, 1500.0):
            age, count = 0.0, 0
            while age < seconds:
                age = law.next_look(age, polling, polling.price)
                count += 1
            assert count <= looks(seconds, polling), (median, spread, seconds)
