"""What happens to the web processes of a queue: kills and freezes of the one that sends, a deploy, a dead Redis."""

from __future__ import annotations

import asyncio
import time
from itertools import cycle
from typing import Final

from benchmarks.work_queue_crowd import Crowd

__all__ = ["dead_redis", "freezes", "kills", "kills_of_any", "restarts"]

KILLS: Final = 20

OF_OTHERS: Final = 4
"""One of so many kills hits a process that does not send."""

FROZEN_SECONDS: Final = 8.0
"""Longer than the lead's lease."""

BETWEEN_KILLS: Final = 5.0

BETWEEN_FREEZES: Final = 4.0

DEAD_SECONDS: Final = 5.0

TAKING_OVER_SECONDS: Final = 30.0
"""The longest that is waited for another sender."""


async def kills(crowd: Crowd) -> None:
    """SIGKILL of one process after the other; each is started again a little later."""
    gap = (crowd.until - asyncio.get_running_loop().time()) / (KILLS + 1)
    while crowd.kills < KILLS and crowd.time_is_left(gap):
        await asyncio.sleep(crowd.chance.uniform(0.1, 0.5) * gap)
        sender = await crowd.sender()
        others = [who for who in crowd.who if who != sender]
        lost = crowd.chance.choice(others) if crowd.kills % OF_OTHERS == OF_OTHERS - 1 else sender
        since = crowd.group.kill(lost)
        crowd.kills += 1
        if lost == sender:
            await _bounded(crowd, lost, since)
        else:
            await asyncio.sleep(crowd.chance.uniform(0.1, 0.5) * gap)
        await crowd.restart(lost)


async def kills_of_any(crowd: Crowd) -> None:
    """SIGKILL of one process after the other, each of which sends its own rows."""
    while crowd.time_is_left(BETWEEN_KILLS):
        await asyncio.sleep(BETWEEN_KILLS)
        lost = crowd.chance.choice(crowd.who)
        crowd.group.kill(lost)
        crowd.kills += 1
        await crowd.restart(lost)


async def freezes(crowd: Crowd) -> None:
    """SIGSTOP of the one that sends, until another one has the lead and has sent; then it goes on."""
    while crowd.time_is_left(FROZEN_SECONDS + BETWEEN_FREEZES):
        await asyncio.sleep(crowd.chance.uniform(0.3, 1.0) * BETWEEN_FREEZES)
        lost = await crowd.sender()
        frozen = asyncio.create_task(crowd.freeze(lost, FROZEN_SECONDS))
        await _bounded(crowd, lost, time.monotonic())
        await frozen


async def restarts(crowd: Crowd) -> None:
    """SIGTERM of one process after the other, as in a deploy; each is started again when it has ended."""
    for who in cycle(crowd.who):
        if not crowd.time_is_left(BETWEEN_KILLS):
            return
        await asyncio.sleep(crowd.chance.uniform(0.2, 1.0))
        crowd.group.end(who)
        crowd.restarts += 1
        await crowd.has_ended(who)
        await crowd.restart(who)


async def dead_redis(crowd: Crowd) -> None:
    """SIGKILL of Redis, which comes back after some seconds with what it has written down."""
    assert crowd.redis is not None
    while crowd.time_is_left(DEAD_SECONDS + 2 * BETWEEN_FREEZES):
        await asyncio.sleep(crowd.chance.uniform(1.0, 2.0) * BETWEEN_FREEZES)
        crowd.redis.kill()
        crowd.kills += 1
        await asyncio.sleep(DEAD_SECONDS)
        await asyncio.to_thread(crowd.redis.start)


async def _bounded(crowd: Crowd, lost: str, since: float) -> None:
    try:
        async with asyncio.timeout(TAKING_OVER_SECONDS):
            await crowd.another_sends(lost, since)
    except TimeoutError:
        crowd.took_over.append(TAKING_OVER_SECONDS)
