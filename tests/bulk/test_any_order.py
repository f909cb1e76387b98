"""Any order of faults and interruptions ends with every row in the list."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncsdk import BulkReport, Limits
from asyncsdk.emulator import Cut, ExpireToken, Fault, LoseJob, Pass, Reply, SlowJob
from tests.support.leads import LIST, added_up, held, leads, people
from tests.support.stage import issued, outcome, session
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow

ROWS = people(60)
LIMITS = Limits(upload_bytes=1500)

UPLOADS: list[Fault] = [
    Pass(),
    Cut("acted"),
    Cut("arrival"),
    Cut("midway"),
    Reply.unavailable(),
    Reply.unavailable(acted=True),
    Reply.gateway_page(),
    Reply.broken_json(),
    Reply.broken_json(acted=False),
    Reply.throttled(retry_after=3),
    ExpireToken(),
    LoseJob(),
    SlowJob(30, 30),
]
OTHERS: list[Fault] = [Pass(), Cut("acted"), Reply.unavailable(), Reply.throttled()]


@settings(max_examples=30, deadline=None)
@given(
    via=st.sampled_from(["upload", "upload", "records"]),
    faults=st.lists(st.sampled_from(UPLOADS), max_size=8),
    reading=st.lists(st.sampled_from(OTHERS), max_size=6),
    records=st.lists(st.sampled_from([*OTHERS, Reply.broken_json()]), max_size=8),
    ends=st.lists(st.floats(0.1, 150.0), max_size=4),
)
def test_any_order_of_faults_and_interruptions_ends_well(
    via: str, faults: list[Fault], reading: list[Fault], records: list[Fault], ends: list[float]
) -> None:
    """Run again until it is done, every row is in the list as it was given, and the counts add up."""

    @virtual_time
    async def play() -> None:
        with TemporaryDirectory() as folder:
            async with leads(upload_bytes=1500, logins_per_hour=None) as (server, _):
                server.faults.add(Pass(), on="lists.download")
                for route, scripted in (
                    ("lists.merge", faults),
                    ("lists.download", reading),
                    ("contacts.upsert", records),
                ):
                    for fault in scripted:
                        server.faults.add(fault, on=route)
                order = {"via": via, "journal": Path(folder) / "j.db"}
                for seconds in ends:
                    async with session(server, token=issued(server), limits=LIMITS) as acton:
                        run = acton.bulk.start(LIST, ROWS, **order)  # type: ignore[arg-type]
                        await asyncio.wait([asyncio.ensure_future(outcome(run))], timeout=seconds)
                        run.cancel()
                        await asyncio.wait([asyncio.ensure_future(outcome(run))])
                report: object = None
                for _ in range(12):
                    async with session(server, token=issued(server), limits=LIMITS) as acton:
                        report = await outcome(acton.bulk.upsert(LIST, ROWS, **order))  # type: ignore[arg-type]
                    if isinstance(report, BulkReport) and not report.unknown:
                        break
                assert isinstance(report, BulkReport)
                await server.settle()
                assert held(server) == {row["email"]: [row["First Name"], row["City"], ""] for row in ROWS}
                assert added_up(report)
                assert (report.created + report.updated, report.reasons) == (60, ())

    play()
