"""What a typed call costs: CPU of ``contacts.upsert`` against the same PUT written by hand with aiohttp.

Both have the same loopback server. The blocks of all variants are shuffled in each round; the ratio of the 10th
percentiles is the least noisy. "raw again" is the control: how far from 1 the same code measures.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from benchmarks.loopback import serving
from benchmarks.pinning import pin
from benchmarks.table import Row, show

Call: TypeAlias = Callable[[], Awaitable[object]]

CALLS: Final = 200
"""In one block."""

EMAIL: Final = "ada+l@example.com"
LIST: Final = "l-0001"
DATA: Final = {f"Column {number}": f"value {number} of the record" for number in range(10)}


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


async def measure(url: str, rounds: int, concurrency: int) -> dict[str, list[float]]:
    """Microseconds per call of every block, by variant."""
    import aiohttp

    from asyncsdk import Limits, Session

    limits = Limits(calls_per_second=10**6, calls_per_day=10**9)
    path = f"{url}/api/1/list/{LIST}/record"
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer token"}) as http,
        Session(token="token", base_url=url, limits=limits) as acton,
    ):

        async def raw() -> Any:
            async with http.put(path, params={"email": EMAIL}, json=DATA) as answer:
                answer.raise_for_status()
                return await answer.json()

        async def typed() -> object:
            return await acton.contacts.upsert(LIST, email=EMAIL, data=DATA)

        variants: dict[str, Call] = {"raw": raw, "raw again": raw, "typed": typed}
        taken: dict[str, list[float]] = {name: [] for name in variants}
        for number in range(rounds + 2):
            for name in random.sample(sorted(variants), len(variants)):
                used = await block(variants[name], concurrency)
                if number >= 2:
                    taken[name].append(used)
    return taken


def rows(concurrency: int, taken: dict[str, list[float]], json: str) -> list[Row]:
    """The ratios to raw aiohttp."""

    def ratio(name: str, of: Callable[[list[float]], float]) -> float:
        return of(taken[name]) / of(taken["raw"])

    where = f"c={concurrency}, {json}"
    return [
        Row(f"raw aiohttp, {where}: CPU, median", statistics.median(taken["raw"]), "us"),
        Row(f"typed call, {where}: CPU, median", statistics.median(taken["typed"]), "us"),
        Row(f"raw again / raw, {where}: p10 (control)", ratio("raw again", _p10)),
        Row(f"raw again / raw, {where}: median (control)", ratio("raw again", statistics.median)),
        Row(f"typed / raw, {where}: p10", ratio("typed", _p10), goal=1.05, limit=1.15),
        Row(f"typed / raw, {where}: median", ratio("typed", statistics.median), goal=1.05, limit=1.15),
    ]


def _p10(values: list[float]) -> float:
    return statistics.quantiles(values, n=10, method="inclusive")[0]


def run(rounds: int, json: str) -> None:
    """Measure with one JSON library; in a process of its own, because the library chooses on import."""
    if json == "stdlib":
        sys.modules["orjson"] = None  # type: ignore[assignment]
    with serving() as url:
        pinned = pin(0)
        found: list[Row] = []
        for concurrency in (1, 10):
            found += rows(concurrency, asyncio.run(measure(url, rounds, concurrency)), json)
    show(f"Typed call against raw aiohttp: {rounds} blocks of {CALLS} calls, pinned: {pinned}", found)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, too noisy to judge by")
    parser.add_argument("--json", choices=["orjson", "stdlib"], help="one JSON library only")
    chosen = parser.parse_args()
    if chosen.json is not None:
        run(5 if chosen.quick else 60, chosen.json)
        return
    for json in ("orjson", "stdlib"):
        command = [sys.executable, "-m", "benchmarks.typed_call", "--json", json]
        subprocess.run([*command, "--quick"] if chosen.quick else command, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
