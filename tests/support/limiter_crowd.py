"""Limiter crowd: several limiters in one loop stand for as many processes, and their calls are counted strictly.

A call arrives at a made-up server a random time after it was sent, and its answer comes as long after that. Calls
are counted where they arrive, as the server does.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from attrs import define, field

from asyncsdk import ActOnError, Lane, Limits, PlaceExpired
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.redis.connect import limiter_client
from asyncsdk.redis.outage_mode import OutageMode
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_limiter import RedisLimiter
from tests.support.arrivals import Arrival

__all__ = ["LimiterCrowd", "limiter_crowd"]

LONGEST_WAY = 0.1

LONGEST_WAIT = 60.0
"""Seconds that calls may take to be made before a test ends: machines may be busy."""


@define
class LimiterCrowd:
    """Limiters of one account, and what their calls came to."""

    limiters: list[RedisLimiter]
    arrivals: list[Arrival] = field(factory=lambda: list[Arrival]())
    failures: list[ActOnError] = field(factory=lambda: list[ActOnError]())
    expired: int = 0
    _dice: random.Random = field(factory=lambda: random.Random(7))
    _tasks: list[asyncio.Task[None]] = field(factory=lambda: list[asyncio.Task[None]]())

    def busy(self, callers: int, only: Sequence[int] | None = None) -> None:
        """Let so many callers of each limiter make one call after the other from now on."""
        for number in range(len(self.limiters)) if only is None else only:
            self._tasks += [asyncio.create_task(self._call_for_ever(number)) for _ in range(callers)]

    async def call(self, number: int, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> None:
        """Make one call by a limiter."""
        place = await self.limiters[number].acquire(lane, login=login)
        try:
            place.left()
        except PlaceExpired:
            place.unused()
            self.expired += 1
            return
        way = self._dice.uniform(0.01, LONGEST_WAY)
        self.arrivals.append(Arrival(time.monotonic() + way, True, str(number)))
        try:
            await asyncio.sleep(2 * way)
        finally:
            place.answered()

    async def rest(self) -> None:
        """End all callers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def called(self, number: int, *, since: float, who: str | None = None) -> None:
        """Wait until so many calls have arrived after a moment, however busy the machine is."""
        for _ in range(round(LONGEST_WAIT / 0.02)):
            if sum(since <= each.time and who in {None, each.who} for each in self.arrivals) >= number:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the calls are not made")

    async def each_called(self, number: int) -> None:
        """Wait until each limiter has made so many calls."""
        for who in range(len(self.limiters)):
            await self.called(number, since=0.0, who=str(who))

    async def check_day(self) -> None:
        """All calls count in the day, and at most a few more, of which it was not known whether they were made."""
        await asyncio.sleep(0.6)  # what there is to tell is told
        await self.call(0)
        usage = self.limiters[0].usage()
        assert usage.unreachable_for is None
        assert len(self.arrivals) <= usage.calls_made <= len(self.arrivals) + 8

    def arrived_between(self, first: float, last: float) -> list[Arrival]:
        """The calls that arrived then."""
        return [each for each in self.arrivals if first <= each.time < last]

    async def _call_for_ever(self, number: int) -> None:
        while True:
            try:
                await self.call(number)
            except ActOnError as error:
                self.failures.append(error)
                await asyncio.sleep(0.05)


@asynccontextmanager
async def limiter_crowd(
    urls: Sequence[str],
    account: str,
    outage: OutageMode = "share",
    limits: Limits | None = None,
    rules: Rules | None = None,
) -> AsyncIterator[LimiterCrowd]:
    """Limiters with a connection each, one for each address; they leave in the end."""
    clients = [limiter_client(RedisAddress(url)) for url in urls]
    limiters = [
        RedisLimiter(client, account=account, limits=limits, outage=outage, rules=rules) for client in clients
    ]
    crowd = LimiterCrowd(limiters)
    try:
        yield crowd
    finally:
        await crowd.rest()
        for limiter in limiters:
            await limiter.close()
        for client in clients:
            with suppress(OSError):
                await client.aclose()
