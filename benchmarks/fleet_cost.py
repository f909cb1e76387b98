"""What sharing the limits by a file costs: CPU of a place, and of a typed call."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from asyncsdk import FileStore, Limits, MemoryStore, Session, TokenStore
from asyncsdk.limits.limiter import Limiter
from asyncsdk.limits.protocol import RateLimiter
from benchmarks.loopback import serving
from benchmarks.pinning import pin
from benchmarks.table import Row

__all__ = ["rows"]

Use: TypeAlias = Callable[[], Awaitable[object]]
"""Takes a place, or makes a call."""

LIFTED: Final = Limits(calls_per_second=10**6, calls_per_day=10**9)
"""Limits that nobody waits for, as where a call's cost is measured without them."""

AS_IT_IS: Final = Limits(calls_per_day=10**9)
"""Five calls a second."""

BLOCK: Final = 200
BURST: Final = 5


async def microseconds(uses: Mapping[str, Use], blocks: int, block: int, rest: float) -> dict[str, float]:
    """CPU of each use, the 10th percentile of its blocks, which are shuffled.

    Args:
        uses: what is measured, by name.
        blocks: how many of each.
        block: uses of a block.
        rest: seconds after each block; what is done in them counts.
    """
    taken: dict[str, list[float]] = {name: [] for name in uses}
    for number in range(blocks + 1):
        for name in random.sample(sorted(uses), len(uses)):
            used = time.process_time()
            for _ in range(block):
                await uses[name]()
            await asyncio.sleep(rest)
            if number:
                taken[name].append((time.process_time() - used) / block * 1e6)
    return {name: statistics.quantiles(each, n=10, method="inclusive")[0] for name, each in taken.items()}


def place_of(limiter: RateLimiter) -> Use:
    """Takes one place, from asking for it to its answer."""

    async def use() -> None:
        place = await limiter.acquire()
        place.left()
        place.answered()

    return use


async def places(folder: Path, limits: Limits, blocks: int, block: int, rest: float) -> dict[str, float]:
    """Microseconds of a place, by the limiter."""
    shared = FileStore(folder / "places").limiter(limits)
    try:
        uses = {"alone": place_of(Limiter(limits)), "file": place_of(shared)}
        return await microseconds(uses, blocks, block, rest)
    finally:
        await shared.close()


async def calls(url: str, folder: Path, limits: Limits, blocks: int, block: int, rest: float) -> dict[str, float]:
    """Microseconds of a typed call, by the store."""
    stores: dict[str, TokenStore] = {
        "memory": MemoryStore(),
        "memory again": MemoryStore(),
        "file": FileStore(folder / "calls"),
    }
    sessions = {
        name: Session(token="t", base_url=url, limits=limits, store=store) for name, store in stores.items()
    }

    def call_of(acton: Session) -> Use:
        return lambda: acton.contacts.upsert("l-0001", email="ada@example.com", data={"First Name": "Ada"})

    for each in sessions.values():
        await each.open()
    try:
        uses = {name: call_of(acton) for name, acton in sessions.items()}
        return await microseconds(uses, blocks, block, rest)
    finally:
        for each in sessions.values():
            await each.close()


def rows(*, quick: bool) -> list[Row]:
    """Measure."""
    many, few = (3, 2) if quick else (40, 15)
    rest = AS_IT_IS.period + 0.3
    with tempfile.TemporaryDirectory() as name, serving() as url:
        pin(0)
        folder = Path(name)
        place = asyncio.run(places(folder, LIFTED, many, BLOCK, 0.0))
        slow_place = asyncio.run(places(folder, AS_IT_IS, few, BURST, rest))
        call = asyncio.run(calls(url, folder, LIFTED, many, BLOCK, 0.0))
        slow_call = asyncio.run(calls(url, folder, AS_IT_IS, few, BURST, rest))
    again, slow_again = call["memory again"] / call["memory"], slow_call["memory again"] / slow_call["memory"]
    return [
        Row("place, one process's Limiter: CPU", place["alone"], "us"),
        Row("place by file: CPU", place["file"], "us", goal=50, limit=100),
        Row("typed call, MemoryStore again / MemoryStore (control)", again),
        Row("typed call, FileStore alone / MemoryStore", call["file"] / call["memory"], goal=1.05, limit=1.10),
        Row("5 a second: place, one process's Limiter: CPU", slow_place["alone"], "us"),
        Row("5 a second: place by file: CPU", slow_place["file"], "us"),
        Row("5 a second: typed call, MemoryStore: CPU", slow_call["memory"], "us"),
        Row("5 a second: typed call, MemoryStore again / MemoryStore (control)", slow_again),
        Row("5 a second: typed call, FileStore alone / MemoryStore", slow_call["file"] / slow_call["memory"]),
    ]
