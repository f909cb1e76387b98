"""What it costs when very many callers wait for the limiter, in real time."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

from benchmarks.lag import watched_loop
from benchmarks.limiter_clients import BURSTS, CLIENTS, OURS
from benchmarks.report import Report
from benchmarks.table import Row

__all__ = ["show_queues"]


async def wait(name: str, waiters: int, seconds: float) -> tuple[float, float, int]:
    """Let so many wait for so long; gives the share of a CPU, the lag's p99, and how many left out of turn."""
    client = CLIENTS[name]()
    order: list[int] = []

    async def caller(number: int) -> None:
        place = await client.acquire()
        order.append(number)
        place.left()
        await asyncio.sleep(0.04)
        place.answered()

    callers = [asyncio.create_task(caller(number)) for number in range(waiters)]
    await asyncio.sleep(0.1)
    async with watched_loop(nap=0.02) as lag:
        began, used = time.perf_counter(), time.process_time()
        await asyncio.sleep(seconds)
        share = (time.process_time() - used) / (time.perf_counter() - began)
    for each in callers:
        each.cancel()
    await asyncio.wait(callers)
    return share, lag.p99, sum(later < earlier for earlier, later in pairwise(order))


def show_queues(report: Report, *, quick: bool) -> None:
    """Measure and print; the probe of the lag alone is there for comparison."""
    seconds = 1.0 if quick else 5.0
    table: list[Row] = []
    for waiters in (1_000, 10_000) if quick else (10_000, 100_000):
        for name in (OURS, BURSTS):
            share, late, inversions = asyncio.run(wait(name, waiters, seconds))
            what = f"{name}, {waiters:,} waiters"
            goals = (1.5, 3.0, 0) if name == OURS else (None, None, None)
            table.append(Row(f"{what}: CPU", share * 100, "%", goal=goals[0], limit=goals[1]))
            table.append(Row(f"{what}: loop lag p99", late, "ms"))
            table.append(Row(f"{what}: order inversions", inversions, goal=goals[2]))
    probe, late, _ = asyncio.run(wait(OURS, 1, seconds))
    table.append(Row("the lag's probe alone: CPU (control)", probe * 100, "%"))
    table.append(Row("the lag's probe alone: loop lag p99 (control)", late, "ms"))
    report.show(f"Limiter, very many waiters at 5 calls a second, {seconds:g} s of real time", table)
