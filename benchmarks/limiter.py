"""How well the limiter uses five calls a second, and how often the server refuses all the same.

Simulated: the real limiter, in simulated time, against a server with a sliding second. Each way a call is on the
road for a random time. Without knowing when calls arrive, nobody can be faster than R0 = 5 / (1 + J) and never be
refused; J is the longest way to the server less the shortest.
"""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import Callable
from itertools import pairwise
from typing import Final, TypeAlias

from attrs import define, frozen

from asyncsdk.limits import sliding_window as window
from benchmarks.limiter_clients import BURSTS, CLIENTS, OURS, Client
from benchmarks.limiter_queue import show_queues
from benchmarks.report import arguments, reporting
from benchmarks.table import Row
from tests.support.virtual_time import run_in_virtual_time
from tests.support.window_server import CALLS_PER_SECOND, SlidingWindow

Delay: TypeAlias = Callable[[random.Random], float]

TURN: Final = 1e-6
"""Seconds that one turn of the loop takes: with a clock that stands still, some limiters wait for ever."""

START: Final = 1000
"""Calls that are counted apart: the limiter is still learning."""


@frozen
class Road:
    """The network and the server's pace."""

    name: str
    shortest: float
    longest: float
    processing: Delay = lambda _: 0.0
    handshake: float = 0.0

    @property
    def r0(self) -> float:
        """The best rate without refusals."""
        return CALLS_PER_SECOND / (1 + self.longest - self.shortest)

    def way(self, chance: random.Random) -> float:
        """Seconds in one direction."""
        return chance.uniform(self.shortest, self.longest)


ROADS: Final = (
    Road("20-200 ms", 0.02, 0.2),
    Road("40 ms, 300 ms to connect", 0.04, 0.04, handshake=0.3),
    Road("20-200 ms + 0.3 s at work", 0.02, 0.2, processing=lambda _: 0.3),
    Road("20-200 ms + 0.1-2 s at work", 0.02, 0.2, processing=lambda chance: chance.uniform(0.1, 2.0)),
)


@define
class Outcome:
    """One run."""

    rate: float
    """Accepted calls a second, after the start."""
    refused_at_start: int
    refused_after: float
    """For 1,000 accepted calls."""
    first_50: int
    """Refused among the first fifty."""
    inversions: int
    """Calls that left before another that had come earlier."""


async def run(client: Client, road: Road, calls: int, seed: int, *, strict: bool) -> Outcome:
    """Make the calls, all of them waiting from the start."""
    loop = asyncio.get_running_loop()
    chance = random.Random(seed)
    server = SlidingWindow(strict=strict)
    order: list[int] = []
    idle = 0

    async def attempt(number: int, *, first: bool) -> bool:
        nonlocal idle
        place = await client.acquire()
        if first:
            order.append(number)
        if idle:
            idle -= 1
        else:
            await asyncio.sleep(road.handshake)
        place.left()
        await asyncio.sleep(road.way(chance))
        accepted = server.arrive(loop.time())
        await asyncio.sleep(road.processing(chance) + road.way(chance))
        idle += 1
        place.answered()
        return accepted

    async def call(number: int) -> None:
        first = True
        while not await attempt(number, first=first):
            first = False
            client.throttled()

    await asyncio.gather(*(call(number) for number in range(calls)))
    return _outcome(server, min(START, calls // 2), order)


def _outcome(server: SlidingWindow, start: int, order: list[int]) -> Outcome:
    accepted = server.accepted
    began, ended = accepted[start], accepted[-1]
    refused = sum(moment > began for moment in server.refused)
    later = len(accepted) - 1 - start
    return Outcome(
        rate=later / (ended - began),
        refused_at_start=len(server.refused) - refused,
        refused_after=refused / later * 1000,
        first_50=sum(moment <= accepted[49] for moment in server.refused),
        inversions=sum(later < earlier for earlier, later in pairwise(order)),
    )


def outcomes(name: str, road: Road, calls: int, seeds: int, *, strict: bool) -> Outcome:
    """The mean of several seeds; of the refusals in the first calls and the inversions, the worst."""
    runs = [
        run_in_virtual_time(run(CLIENTS[name](), road, calls, seed, strict=strict), turn=TURN, on_the_way=0.0)
        for seed in range(seeds)
    ]
    return Outcome(
        rate=statistics.mean(each.rate for each in runs),
        refused_at_start=max(each.refused_at_start for each in runs),
        refused_after=statistics.mean(each.refused_after for each in runs),
        first_50=max(each.first_50 for each in runs),
        inversions=max(each.inversions for each in runs),
    )


def rows(road: Road, server: str, found: dict[str, Outcome]) -> list[Row]:
    """Ours with its goals, and the others."""
    ours = found[OURS]
    table = [
        Row(f"{server}: asyncsdk, rate / R0", ours.rate / road.r0, goal=0.98, limit=0.95, better="more"),
        Row(f"{server}: asyncsdk, 429s per 1,000 afterwards", ours.refused_after, goal=1.0, limit=10.0),
        Row(f"{server}: asyncsdk, 429s in the first {START:,}", ours.refused_at_start, limit=10, goal=10),
        Row(f"{server}: asyncsdk, 429s in the first 50", ours.first_50, goal=0),
        Row(f"{server}: asyncsdk, order inversions", ours.inversions, goal=0),
    ]
    for name, other in found.items():
        if name != OURS:
            table.append(Row(f"{server}: {name}, rate / R0", other.rate / road.r0))
            table.append(Row(f"{server}: {name}, 429s per 1,000 afterwards", other.refused_after))
    return table


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="a few seconds, too few calls to judge by")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="a constant of window.py")
    chosen = parser.parse_args()
    for name, _, value in (each.partition("=") for each in chosen.set):
        setattr(window, name, float(value))
    calls, seeds = (400, 1) if chosen.quick else (6000, 3)
    with reporting("limiter", chosen, part=bool(chosen.set)) as report:
        for road in ROADS:
            table: list[Row] = []
            names = list(CLIENTS) if road is ROADS[0] else [OURS, BURSTS]
            for strict in (False, True):
                found = {name: outcomes(name, road, calls, seeds, strict=strict) for name in names}
                table += rows(road, "strict" if strict else "lenient", found)
            title = f"Limiter, {road.name}: {calls:,} calls x {seeds} seeds, R0 = {road.r0:.2f}/s, simulated"
            report.show(title, table)
        show_queues(report, quick=chosen.quick)


if __name__ == "__main__":
    main()
