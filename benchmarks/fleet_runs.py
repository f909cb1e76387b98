"""One run of worker processes on a strict server, and what it comes to."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import frozen
from redis.asyncio import Redis

from tests.support.arrivals import Arrival, accepted_rate, best_rate, calls_by, fullest_second, refused
from tests.support.redis_server import RedisServer, programs, running
from tests.support.strict_server import strict_server
from tests.support.worker_processes import Workers, workers

__all__ = ["HIGH", "LOW", "Outcome", "Run", "outcome", "outcomes"]

LOW: Final = 0.02
HIGH: Final = 0.2
"""Seconds that a call is under way, each way."""

WITH_REDIS: Final = ("redis", "pyrate_limiter", "limits", "throttled")
"""The clients that share a Redis; each run has one of its own."""

Fault: TypeAlias = Callable[[Workers, RedisServer | None], Awaitable[None]]
"""Does harm while the workers work."""


@frozen
class Run:
    """What is run."""

    client: str
    processes: int
    seconds: float
    busy: int | None = None
    """How many of the processes have work; None: all."""

    fault: Fault | None = None
    seed: int = 1


@frozen
class Outcome:
    """What arrived at the server, and what it cost."""

    arrivals: Sequence[Arrival]
    busy: Sequence[str]
    """The processes that had work."""
    cpu: float
    """Seconds of CPU of one process, mean."""
    scripts: float
    """Scripts that Redis was asked to run, for each call that arrived."""
    failures: Sequence[str]
    """What callers were told instead of an answer."""
    lag: float
    """Seconds by which the server was late at worst; a limiter assumes that no call takes more than 0.2 s."""

    @property
    def rate(self) -> float:
        """Accepted calls a second, for one at best without refusals."""
        return accepted_rate([each for each in self.arrivals if each.who in self.busy]) / best_rate(LOW, HIGH)

    @property
    def refused(self) -> float:
        """Refused calls for 1,000 accepted ones."""
        few = refused(self.arrivals)
        return 1000 * few / max(1, len(self.arrivals) - few)

    @property
    def first_20(self) -> int:
        """Refused among the first twenty."""
        return refused(self.arrivals[:20])

    @property
    def fullest(self) -> int:
        """The most calls in any second."""
        return fullest_second(self.arrivals)

    @property
    def fairness(self) -> float:
        """Calls of the slowest process for one of the fastest; the first second is taken by who comes first."""
        calls = calls_by(self.arrivals[5:], self.busy).values()
        return min(calls) / max(1, *calls)


async def outcomes(runs: Iterable[Run]) -> list[Outcome]:
    """Run them side by side: they wait more than they work."""
    return list(await asyncio.gather(*map(outcome, runs)))


async def outcome(run: Run) -> Outcome:
    """Run it, in a folder and with a Redis of its own."""
    who = [f"w{number}" for number in range(run.processes)]
    busy = who[: run.busy]
    async with AsyncExitStack() as stack:
        redis = None
        if run.client in WITH_REDIS:
            redis = stack.enter_context(running(next(iter(programs().values())), tcp=True))
        server = await stack.enter_async_context(strict_server(LOW, HIGH, run.seed))
        settings: dict[str, Any] = {
            "url": server.url,
            "program": "benchmarks.fleet_clients",
            "path": str(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "token"),
            "redis_url": redis.url if redis is not None else "",
            "account": "a",
            "processes": run.processes,
        }
        if busy != who:
            idle = workers(run.client, who[len(busy) :], seconds=run.seconds + 9, callers=1, calls=1, **settings)
            await stack.enter_async_context(idle)
        before = await _scripts(redis)
        group = await stack.enter_async_context(workers(run.client, busy, seconds=run.seconds, **settings))
        if run.fault is not None:
            await run.fault(group, redis)
        await group.finished()
        scripts = await _scripts(redis) - before
        arrivals = await server.arrivals()
        lag = await server.longest_lag()
    return Outcome(
        arrivals=arrivals,
        busy=busy,
        cpu=sum(group.cpu.values()) / max(1, len(group.cpu)),
        scripts=scripts / max(1, len(arrivals)),
        failures=group.errors(),
        lag=lag,
    )


async def _scripts(server: RedisServer | None) -> int:
    """How many scripts a server was asked to run since it started."""
    if server is None:
        return 0
    async with Redis.from_url(server.url) as redis:
        stats = await redis.info("commandstats")
    return sum(stats.get(f"cmdstat_{name}", {}).get("calls", 0) for name in ("eval", "evalsha"))
