"""What ``put`` takes in a web process: into a shared journal, next to a file of its own, in the same processes."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Mapping, Sequence
from typing import Final

from asyncsdk.emulator import Emulator, Settings
from benchmarks.work_homes import HEADINGS, homes_server
from benchmarks.work_processes import processes

__all__ = ["CONTROL", "OWN", "percentile", "put_milliseconds"]

PROCESSES: Final = 8

RATE: Final = 4.0
"""Puts a second of each process into each of its queues."""

WARMING_UP: Final = 5.0
"""Seconds before puts count."""

OWN: Final = "own"

CONTROL: Final = "own again"


async def put_milliseconds(homes: Sequence[str], seconds: float) -> Mapping[str, Sequence[float]]:
    """Milliseconds of each put, by the kind of the queue; all kinds take turns in each process."""
    kinds = (OWN, CONTROL, *homes)
    settings = Settings(calls_per_second=1000, calls_per_day=10**9)
    lifted = {"calls_per_second": settings.calls_per_second, "calls_per_day": settings.calls_per_day}
    with homes_server("redis" in homes) as (home, _):
        async with Emulator(settings) as server, processes() as group:
            lists = {
                kind: server.add_list(kind, HEADINGS, list_id=f"l-{number:04d}")
                for number, kind in enumerate(kinds, 1)
            }
            who = [f"w{number}" for number in range(PROCESSES)]
            told = {"url": server.url, "token": server.issue_token()["access_token"], "limits": lifted, **home}
            for each in who:
                await group.start(each, "puts", lists=lists, rate=RATE, queue={}, **told)
            await group.until(lambda: len(group.said("ready")) == len(who))
            began = max(each.at for each in group.said("ready")) + WARMING_UP
            await asyncio.sleep(WARMING_UP + seconds)
            for each in who:
                group.ask_to_stop(each)
            await group.until(lambda: len(group.said("stopped") + group.said("failed")) == len(who))
            assert not group.said("failed"), group.said("failed")
            taken: dict[str, list[float]] = {kind: [] for kind in kinds}
            for put in group.said("put", since=began):
                kind, took = put.value
                taken[kind].append(took * 1000)
    return taken


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many of a hundred do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
