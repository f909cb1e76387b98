"""What the shared limits cost where they wait for nothing: CPU of a place, and of a typed call."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from asyncsdk import FileStore, Limits, MemoryStore, Session
from asyncsdk.limits.limiter import Limiter
from asyncsdk.limits.protocol import RateLimiter
from asyncsdk.limits.shared.file_limiter import FileLimiter
from benchmarks.loopback import serving
from benchmarks.pinning import pin
from benchmarks.table import Row

__all__ = ["rows"]

BURST: Final = 5
"""Calls of one block: a second of the account."""

LIMITS: Final = Limits(calls_per_day=10**9)


async def place_cpu(limiter: RateLimiter, blocks: int) -> float:
    """Microseconds of CPU for a place, from asking for it to its answer."""
    taken = []
    for _ in range(blocks + 1):
        used = time.process_time()
        for _ in range(BURST):
            place = await limiter.acquire()
            place.left()
            place.answered()
        taken.append(time.process_time() - used)
        await asyncio.sleep(LIMITS.period + 0.3)
    return statistics.median(taken[1:]) / BURST * 1e6


async def call_cpu(url: str, folder: Path, blocks: int) -> dict[str, float]:
    """Microseconds of CPU for a typed call, by store."""
    stores: dict[str, Callable[[], MemoryStore | FileStore]] = {
        "memory": MemoryStore,
        "memory again": MemoryStore,
        "file": lambda: FileStore(folder / "token"),
    }
    sessions = {
        name: Session(token="t", base_url=url, limits=LIMITS, store=store()) for name, store in stores.items()
    }
    taken: dict[str, list[float]] = {name: [] for name in sessions}
    for session in sessions.values():
        await session.open()
    for number in range(blocks + 1):
        for name in random.sample(sorted(sessions), len(sessions)):
            used = time.process_time()
            for each in range(BURST):
                await sessions[name].contacts.upsert("l-0001", email=f"ada+{each}@example.com", data={"A": "b"})
            await asyncio.sleep(LIMITS.period + 0.3)  # what is written later counts, too
            if number:
                taken[name].append(time.process_time() - used)
    for session in sessions.values():
        await session.close()
    return {name: statistics.median(each) / BURST * 1e6 for name, each in taken.items()}


def rows(*, quick: bool) -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        pin(0)
        path = Path(folder)
        blocks = 2 if quick else 20
        alone = asyncio.run(place_cpu(Limiter(LIMITS), blocks))
        shared = asyncio.run(place_cpu(FileLimiter(path / "limits", path / "usage", LIMITS), blocks))
        calls = asyncio.run(call_cpu(url, path, blocks))
    return [
        Row("CPU of a place, one process's Limiter", alone, "us"),
        Row("CPU of a place by file", shared, "us", goal=50, limit=100),
        Row("typed call, MemoryStore: CPU", calls["memory"], "us"),
        Row("typed call, MemoryStore again / MemoryStore (control)", calls["memory again"] / calls["memory"]),
        Row("typed call, FileStore alone / MemoryStore", calls["file"] / calls["memory"], goal=1.05, limit=1.10),
    ]
