"""What a typed call costs: CPU of ``contacts.upsert`` against the same PUT written by hand with aiohttp.

Beside it slack_sdk, gidgethub and stripe, each against its own request by hand. All have the same loopback server.
The blocks of all variants are shuffled in each round; the ratio of the 10th percentiles is the least noisy. "raw
again" is the control: how far from 1 the same code measures. ``--instructions`` counts the processor's instructions
instead, which other programs on the machine do not change.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Final

from attrs import asdict

from benchmarks.json_choice import choose_json
from benchmarks.loopback import serving
from benchmarks.pinning import pin
from benchmarks.report import arguments, reporting
from benchmarks.table import Row
from benchmarks.typed_clients import CLIENTS, GOALS, OURS, Call, installed
from benchmarks.typed_instructions import instructions

CALLS: Final = 200
"""In one block."""


async def block(call: Call, concurrency: int) -> float:
    """Make the calls of one block; gives microseconds of CPU per call."""

    async def some() -> None:
        for _ in range(CALLS // concurrency):
            await call()

    began = time.process_time()
    if concurrency == 1:
        await some()
    else:
        await asyncio.gather(*(some() for _ in range(concurrency)))
    return (time.process_time() - began) / CALLS * 1e6


async def measure(url: str, rounds: int, concurrency: int, names: Sequence[str]) -> dict[str, list[float]]:
    """Microseconds per call of every block, by variant."""
    async with AsyncExitStack() as opened:
        variants: dict[str, Call] = {}
        for name in names:
            pair = await opened.enter_async_context(CLIENTS[name](url))
            variants |= {f"{name} raw": pair.raw, f"{name} typed": pair.typed}
            if name == OURS:
                variants[f"{name} raw again"] = pair.raw
        taken: dict[str, list[float]] = {name: [] for name in variants}
        for number in range(rounds + 2):
            for name in random.sample(sorted(variants), len(variants)):
                used = await block(variants[name], concurrency)
                if number >= 2:
                    taken[name].append(used)
    return taken


def rows(concurrency: int, taken: dict[str, list[float]], library: str, names: Sequence[str]) -> list[Row]:
    """The ratios to raw aiohttp."""

    def ratio(name: str, variant: str, of: Callable[[list[float]], float]) -> float:
        return of(taken[f"{name} {variant}"]) / of(taken[f"{name} raw"])

    where, goal, median = f"c={concurrency}, {library}", GOALS[concurrency, library], statistics.median
    found: list[Row] = []
    if OURS in names:
        found += [
            Row(f"raw aiohttp, {where}: CPU, median", median(taken[f"{OURS} raw"]), "us"),
            Row(f"typed call, {where}: CPU, median", median(taken[f"{OURS} typed"]), "us"),
            Row(f"raw again / raw, {where}: p10 (control)", ratio(OURS, "raw again", _p10)),
            Row(f"raw again / raw, {where}: median (control)", ratio(OURS, "raw again", median)),
            Row(f"typed / raw, {where}: p10", ratio(OURS, "typed", _p10), goal=goal, limit=1.15),
            Row(f"typed / raw, {where}: median", ratio(OURS, "typed", median), goal=goal, limit=1.15),
        ]
    peers = {name: ratio(name, "typed", _p10) for name in names if name != OURS}
    found += [Row(f"{name} / its own raw call, {where}: p10", value) for name, value in peers.items()]
    if OURS in names and peers:
        ours = ratio(OURS, "typed", _p10)
        found.append(Row(f"typed / raw over the best peer's, {where}: p10", ours / min(peers.values()), goal=1.0))
    return found


def _p10(values: list[float]) -> float:
    return statistics.quantiles(values, n=10, method="inclusive")[0]


def run(rounds: int, library: str, names: Sequence[str]) -> list[Row]:
    """Measure with one JSON library, in this process."""
    choose_json(library)
    found: list[Row] = []
    with serving() as url:
        pin(0)
        for concurrency in (1, 10):
            found += rows(concurrency, asyncio.run(measure(url, rounds, concurrency, names)), library, names)
    return found


def run_apart(rounds: int, library: str, names: Sequence[str]) -> list[Row]:
    """Measure with one JSON library, in a process of its own, because asyncsdk chooses on import."""
    command = [sys.executable, "-m", "benchmarks.typed_call", "--run", str(rounds), library, *names]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return [Row(**row) for row in json.loads(told.stdout)]


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="a minute, too noisy to judge by")
    parser.add_argument("--json", choices=["orjson", "stdlib"], help="one JSON library only")
    parser.add_argument("--client", choices=list(CLIENTS), action="append", help="one client only; may be repeated")
    parser.add_argument("--instructions", action="store_true", help="count instructions by valgrind")
    parser.add_argument("--run", nargs="+", metavar="WORD", help="rounds, JSON library, clients; printed as JSON")
    chosen = parser.parse_args()
    if chosen.run is not None:
        rounds, library, *names = chosen.run
        print(json.dumps([asdict(row) for row in run(int(rounds), library, names)]))
        return
    names, libraries = installed(chosen.client), [chosen.json] if chosen.json else ["orjson", "stdlib"]
    program = "typed_instructions" if chosen.instructions else "typed_call"
    with reporting(program, chosen, part=bool(chosen.json or chosen.client)) as report:
        for library in libraries:
            if chosen.instructions:
                calls = 20 if chosen.quick else CALLS
                title = f"Typed call, {library}: instructions, mean of {calls} calls, by valgrind"
                report.show(title, instructions(names, library, calls=calls))
            else:
                rounds = 5 if chosen.quick else 60
                title = f"Typed call against raw aiohttp, {library}: {rounds} blocks of {CALLS} calls"
                report.show(title, run_apart(rounds, library, names))


if __name__ == "__main__":
    main()
