"""How well several processes of one account share five calls a second, and what it costs them.

Real processes call a strict server in a process of its own: each way a call is under way for 20 to 200 ms, and
every call counts, refused ones too. Without knowing when calls arrive, nobody can be faster than R0 = 5 / (1 + J)
and never be refused; J is the longest way less the shortest. The runs of a table are made side by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

from benchmarks import fleet_cost
from benchmarks.fleet_faults import FAULT_SECONDS, dead_redis, kill_and_freeze
from benchmarks.fleet_logins import cold_logins, lost_logins
from benchmarks.fleet_runs import HIGH, LOW, Outcome, Run, outcomes
from benchmarks.report import Report, arguments, reporting
from benchmarks.table import Row
from tests.support.arrivals import longest_gap, refused

HOMES: Final = ("file", "redis")

MODULES: Final = {"aiolimiter_each": "aiolimiter", "aiolimiter_split": "aiolimiter"}
"""Where a peer's module is called otherwise than the peer."""

PEERS: Final = (
    ("aiolimiter_each", 4, None),
    ("aiolimiter_split", 4, None),
    ("aiolimiter_split", 8, None),
    ("aiolimiter_split", 8, 1),
    ("pyrate_limiter", 4, None),
    ("pyrate_limiter", 8, None),
    ("limits", 4, None),
    ("throttled", 4, None),
)


def show_pace(report: Report, homes: Sequence[str], seconds: float) -> None:
    """All busy, and one of eight busy, next to one process's limiter."""
    runs = [Run("alone", 1, seconds)]
    for home in homes:
        runs += [Run(home, 4, seconds), Run(home, 8, seconds), Run(home, 8, seconds, busy=1)]
    alone, *found = asyncio.run(outcomes(runs))
    table = [Row("one process, Limiter: rate / R0", alone.rate), Row("the same: 429s per 1,000", alone.refused)]
    for run, outcome in zip(runs[1:], found, strict=True):
        table += _pace(run, outcome, alone)
    table.append(Row("the servers' lag, longest (control)", _lag([alone, *found]), "ms"))
    report.show(
        f"Processes of one account: {seconds:g} s, {LOW * 1000:g}-{HIGH * 1000:g} ms each way, strict", table
    )


def _pace(run: Run, outcome: Outcome, alone: Outcome) -> list[Row]:
    what = _name(run)
    table = [
        Row(f"{what}: rate / R0", outcome.rate, goal=0.98 if run.busy is None else 0.97, limit=0.93, better="more"),
        Row(f"{what}: rate / one process's", outcome.rate / alone.rate, goal=0.95, better="more"),
        Row(f"{what}: 429s per 1,000", outcome.refused, goal=1, limit=4),
        Row(f"{what}: 429s in the first 20", outcome.first_20, goal=0),
        Row(f"{what}: most in any second", outcome.fullest, goal=5),
        Row(f"{what}: errors", len(outcome.failures), goal=0),
    ]
    if run.busy is None:
        table.append(
            Row(f"{what}: slowest / fastest process", outcome.fairness, goal=0.9, limit=0.8, better="more")
        )
    if run.client == "redis":
        table.append(Row(f"{what}: requests to Redis a call", outcome.scripts, goal=3, limit=5))
    return table


def show_peers(report: Report, seconds: float) -> None:
    """What people take instead."""
    missing = {client for client, _, _ in PEERS if find_spec(MODULES.get(client, client)) is None}
    if missing:
        print(f'\nNot installed, left out: {", ".join(sorted(missing))}; pip install "asyncsdk[bench]"')
    runs = [Run(client, processes, seconds, busy) for client, processes, busy in PEERS if client not in missing]
    table: list[Row] = []
    for run, outcome in zip(runs, asyncio.run(outcomes(runs)), strict=True):
        table += [
            Row(f"{_name(run)}: rate / R0", outcome.rate),
            Row(f"{_name(run)}: 429s per 1,000", outcome.refused),
            Row(f"{_name(run)}: most in any second", outcome.fullest),
            Row(f"{_name(run)}: scripts in Redis a call", outcome.scripts),
        ]
    report.show(f"For comparison, the same with other limiters: {seconds:g} s", table)


def show_faults(report: Report, homes: Sequence[str]) -> None:
    """A kill, a freeze and a dead Redis in the middle."""
    runs = [Run(home, processes, FAULT_SECONDS, fault=kill_and_freeze) for home in homes for processes in (4, 8)]
    if "redis" in homes:
        runs += [Run("redis", processes, FAULT_SECONDS, fault=dead_redis) for processes in (4, 8)]
    table: list[Row] = []
    found = asyncio.run(outcomes(runs))
    for run, outcome in zip(runs, found, strict=True):
        what = (
            f"{_name(run)}, {'Redis dead for 5 s' if run.fault is dead_redis else 'one killed, one frozen for 5 s'}"
        )
        table += [
            Row(f"{what}: most in any second", outcome.fullest, goal=5),
            Row(f"{what}: 429s", refused(outcome.arrivals), goal=0),
            Row(f"{what}: longest time without a call", longest_gap(outcome.arrivals), "s"),
            Row(f"{what}: rate / R0, over all", outcome.rate),
        ]
    table.append(Row("the servers' lag, longest (control)", _lag(found), "ms"))
    report.show(f"Something happens in the middle: {FAULT_SECONDS:g} s", table)


def show_logins(report: Report, homes: Sequence[str]) -> None:
    """What many processes need of the hour's logins."""
    table: list[Row] = []
    for home in homes:
        table += [
            Row(f"{home}: logins of 50 cold processes", asyncio.run(cold_logins(home)), goal=1),
            Row(f"{home}: logins lost by a killed renewal", asyncio.run(lost_logins(home)), goal=1),
        ]
    report.show("Logins", table)


def _lag(found: Sequence[Outcome]) -> float:
    """Milliseconds that the machine added to a way: from some 20 on, refusals may be its own."""
    return max(each.lag for each in found) * 1000


def _name(run: Run) -> str:
    processes = f"{run.processes}" if run.busy is None else f"{run.busy} of {run.processes} busy"
    return f"{run.client}, {processes}"


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="half a minute or so, too few calls to judge by")
    parser.add_argument("--seconds", type=float, default=120.0, help="of each run, %(default)g by default")
    parser.add_argument("--home", choices=HOMES, action="append", help="one home only")
    parser.add_argument("--part", choices=["pace", "peers", "faults", "logins", "cost"], action="append")
    chosen = parser.parse_args()
    seconds = 8.0 if chosen.quick else chosen.seconds
    homes = chosen.home or HOMES
    parts = chosen.part or (["pace", "cost"] if chosen.quick else ["pace", "peers", "faults", "logins", "cost"])
    with reporting("fleet", chosen, part=bool(chosen.home or chosen.part)) as report:
        if "pace" in parts:
            show_pace(report, homes, seconds)
        if "peers" in parts:
            show_peers(report, min(seconds, 60.0))
        if "faults" in parts:
            show_faults(report, homes)
        if "logins" in parts:
            show_logins(report, homes)
        if "cost" in parts:
            report.show("What sharing costs", fleet_cost.rows(quick=chosen.quick))


if __name__ == "__main__":
    main()
