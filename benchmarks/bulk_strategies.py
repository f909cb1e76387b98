"""What bulk upserts take, by records and by upload, beside their plan and beside loops that people write instead.

Simulated: the whole client and an emulator that lets five calls a second through, over a road of 20 to 80 ms each
way and 20 Mbit/s. Act-On's job is assumed to take 5 seconds, and one more for each 2,000 rows, as the plan assumes
it. What is far too long to be simulated is computed, and says so.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from contextlib import suppress
from math import ceil
from typing import Any, Final, TypeVar

from attrs import frozen

from asyncsdk import Session
from asyncsdk.bulk import Plan
from asyncsdk.bulk.plan import Via, Way
from asyncsdk.emulator import Clock, Emulator, Settings, SlowJob
from benchmarks.bulk_clients import CLIENTS, OURS, Client, Target
from benchmarks.bulk_rows import HEADINGS, Lazily, as_dict, cells
from benchmarks.report import arguments, reporting
from benchmarks.table import Row
from tests.support.relay import PIECE, Relay
from tests.support.virtual_time import run_in_virtual_time

T = TypeVar("T")

BYTES_PER_SECOND: Final = 2_500_000
TURN: Final = 1e-6
"""Seconds that one turn of the loop takes: with a clock that stands still, some limiters wait for ever."""
BYTES: Final = 104
JOB_BASE, JOB_ROWS = 5.0, 2000
DAY: Final = 86400.0
CALLS_PER_DAY: Final = 30_000
BEST_RATE: Final = 5.0
EFFICIENCY: Final = 0.94
"""Of the calls that a second allows, what computed runs make use of; simulated ones do about as well."""

PATIENCE: Final = 900.0
"""Seconds after which a loop is ended that gets on no more: a server that counts refused calls can starve it."""

READING: Final = 1
"""Calls that read the list's columns."""

SIMULATED_RECORDS: Final = 10_000
"""More single calls than these are computed."""

WAYS: Final[tuple[Way, ...]] = ("records", "upload")


@frozen
class Outcome:
    """What one run took, as the server saw it."""

    calls: int
    refused: int
    seconds: float
    saved: int


def _server(count: int, *, strict: bool) -> Emulator:
    settings = Settings(strict=strict, token_life=30 * DAY, calls_per_day=None)
    server = Emulator(settings, clock=Clock(source=asyncio.get_running_loop().time))
    server.faults.add(SlowJob(0.5, JOB_BASE - 0.5 + count / JOB_ROWS), on="lists.merge")
    return server


def _relay() -> Relay:
    """20 to 80 ms each way; of the full pieces of a long message only the last is late: they travel together."""
    chance = random.Random(1)
    return Relay(
        lambda piece: 0.0 if len(piece) == PIECE else chance.uniform(0.02, 0.08), bytes_per_second=BYTES_PER_SECOND
    )


async def carried_out(client: Client, count: int, *, strict: bool = True, patience: float | None = None) -> Outcome:
    """Let a client save so many rows, for so many seconds at the most."""
    loop = asyncio.get_running_loop()
    async with _server(count, strict=strict) as server, _relay().to(server.url) as url:
        list_id = server.add_list("Leads", HEADINGS)
        began = loop.time()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await client(Target(url, server.issue_token()["access_token"], list_id, count))
        seconds = loop.time() - began
        refused = sum(call.status == 429 for call in server.calls)
        return Outcome(len(server.calls), refused, seconds, server.platform.lists.require(list_id).size)


async def planned(count: int) -> dict[str, Plan]:
    """The plans for so many rows, by way and by ``auto``."""
    async with _server(count, strict=True) as server:
        list_id = server.add_list("Leads", HEADINGS)
        async with Session(token=server.issue_token()["access_token"], base_url=server.url) as acton:
            plans: dict[str, Plan] = {}
            vias: tuple[Via, ...] = (*WAYS, "auto")
            for via in vias:
                rows = Lazily(lambda number: as_dict(cells(number)), count)
                plans[via] = await acton.bulk.plan(list_id, rows, via=via)
            return plans


def _simulated(program: Coroutine[Any, Any, T]) -> T:
    return run_in_virtual_time(program, turn=TURN)


def by_records(count: int, rate: float, rows_per_day: float = CALLS_PER_DAY) -> float:
    """Seconds that single calls take, computed: at so many rows a second, and no more in a day than it allows."""
    full_days = ceil(count / rows_per_day) - 1
    return full_days * DAY + (count - full_days * rows_per_day) / rate


def least(way: str, count: int) -> float:
    """Seconds that cannot be had for less: the limit's, or the road's and the job's."""
    if way == "records":
        return count / BEST_RATE
    return count * BYTES / BYTES_PER_SECOND + JOB_BASE + count / JOB_ROWS


def rows_of_plan(count: int, way: str, plan: Plan, outcome: Outcome, computed: str) -> list[Row]:
    """One way beside its plan."""
    name = f"{count:,} rows, {way}{computed}"
    best = least(way, count)
    return [
        Row(
            f"{name}: calls {outcome.calls:,} / planned at most {plan.calls:,}",
            outcome.calls / plan.calls,
            goal=1.0,
        ),
        Row(
            f"{name}: calls {outcome.calls:,} / planned about {plan.calls_expected:,}",
            outcome.calls / plan.calls_expected,
        ),
        Row(
            f"{name}: time {_told(outcome.seconds)} / planned {_told(plan.seconds)}", outcome.seconds / plan.seconds
        ),
        Row(f"{name}: time / the least possible, {_told(best)}", outcome.seconds / best),
        Row(f"{name}: calls / row", outcome.calls / count),
    ]


def strategies(counts: tuple[int, ...]) -> list[Row]:
    """Every way, for every number of rows."""
    table: list[Row] = []
    for count in counts:
        plans = _simulated(planned(count))
        found: dict[str, Outcome] = {}
        for way in WAYS:
            computed = way == "records" and count > SIMULATED_RECORDS
            if computed:
                calls = READING + count
                found[way] = Outcome(calls, 0, by_records(calls, BEST_RATE * EFFICIENCY), count)
            else:
                client = CLIENTS[OURS[way]]
                found[way] = _simulated(carried_out(client, count))
                assert found[way].saved == count, found[way]
            table += rows_of_plan(count, way, plans[way], found[way], " (computed)" if computed else "")
        chosen = plans["auto"].via
        best = min(outcome.seconds for outcome in found.values())
        ratio = found[chosen].seconds / best
        table.append(
            Row(f"{count:,} rows, auto: takes {chosen}; time / the better way", ratio, goal=1.1, limit=1.5)
        )
        if count >= 1000:
            table.append(Row(f"{count:,} rows, upload: calls", found["upload"].calls, goal=min(25, 0.02 * count)))
    return table


def comparison(count: int, *, strict: bool) -> list[Row]:
    """All clients with the same rows."""
    found = {
        name: _simulated(carried_out(run, count, strict=strict, patience=PATIENCE)) for name, run in CLIENTS.items()
    }
    ours = found[OURS["auto"]]
    server = "strict" if strict else "lenient"
    table: list[Row] = []
    for name, outcome in found.items():
        is_ours = name in OURS.values()
        table += [
            Row(f"{server}: {name}, calls", outcome.calls),
            Row(f"{server}: {name}, {count:,} rows: calls / row", outcome.calls / count),
            Row(f"{server}: {name}, 429s", outcome.refused, goal=10 if is_ours else None),
            Row(f"{server}: {name}, time", outcome.seconds, "s"),
            Row(f"{server}: {name}, time / bulk.upsert", outcome.seconds / ours.seconds),
            Row(
                f"{server}: {name}, share of the rows saved",
                outcome.saved / count,
                "",
                1.0 if is_ours else None,
                better="more",
            ),
        ]
        if not is_ours and outcome.saved == count:
            # Whether refused calls count for the day is not published: here they do if they do for the second.
            daily = CALLS_PER_DAY * (count / outcome.calls if strict else 1.0)
            for larger in (10_000, 100_000, 1_000_000):
                days = by_records(larger, count / outcome.seconds, daily) / DAY
                table.append(Row(f"{server}: {name}, {larger:,} rows (computed)", days, "days"))
    return table


def _told(seconds: float) -> str:
    return f"{seconds / DAY:.1f} d" if seconds > DAY else f"{seconds:,.1f} s"


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="a few seconds, too few rows to judge by")
    chosen = parser.parse_args()
    counts = (10, 100) if chosen.quick else (10, 100, 1000, 10_000, 100_000, 1_000_000)
    compared = 60 if chosen.quick else 1000
    with reporting("bulk_strategies", chosen) as report:
        report.show("Bulk upserts by strategy, beside their plan, simulated", strategies(counts))
        for strict in (False, True):
            title = f"{compared:,} rows by bulk.upsert and by loops, {PATIENCE:.0f} s at most, simulated"
            report.show(title, comparison(compared, strict=strict))


if __name__ == "__main__":
    main()
