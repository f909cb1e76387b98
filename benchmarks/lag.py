"""How late an event loop is: a task that sleeps a little, again and again, and notes how much longer it took."""

from __future__ import annotations

import asyncio
import gc
import statistics
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from attrs import define, field

__all__ = ["Lag", "watched_loop"]


@define
class Lag:
    """What was noted, in milliseconds."""

    late: list[float] = field(factory=lambda: list[float]())

    @property
    def p99(self) -> float:
        """All but a hundredth of the naps ended earlier than that."""
        return statistics.quantiles(self.late, n=100, method="inclusive")[98]

    @property
    def longest(self) -> float:
        """The worst."""
        return max(self.late)


@asynccontextmanager
async def watched_loop(nap: float = 0.005) -> AsyncGenerator[Lag]:
    """Note the lag of the loop, each ``nap`` seconds, while the block runs.

    What was imported and made before is looked through now: the garbage collector would do so in the block, and
    tens of milliseconds would be counted that are not the block's.
    """
    gc.collect()
    lag = Lag()
    loop = asyncio.get_running_loop()

    async def sleep() -> None:
        while True:
            due = loop.time() + nap
            await asyncio.sleep(nap)
            lag.late.append((loop.time() - due) * 1000)

    napping = loop.create_task(sleep())
    try:
        yield lag
        await asyncio.sleep(2 * nap)
    finally:
        napping.cancel()
