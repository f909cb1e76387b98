"""A web process that times its puts, into queues of several kinds in turn."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from benchmarks.work_homes import at_home
from benchmarks.work_tell import Tell

__all__ = ["timed_puts"]


async def timed_puts(settings: Mapping[str, Any], tell: Tell) -> None:
    """Put into each queue ``rate`` times a second, one after another in random order, until asked to stop.

    Args:
        settings: ``lists`` (the list of each kind of queue), ``rate``, ``queue`` (options), and what ``at_home``
            takes.
        tell: told of each put as ``[kind, seconds]``.
    """
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, stop.set)
    chance = random.Random(settings["who"])
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(at_home(settings))
        queues = {
            kind: await stack.enter_async_context(home.queue(kind, list_id, **settings["queue"]))
            for kind, list_id in settings["lists"].items()
        }
        tell("ready")
        rest, number = 1 / settings["rate"] / len(queues), 0
        while not stop.is_set():
            for kind in chance.sample(sorted(queues), len(queues)):
                number += 1
                began = time.perf_counter()
                await queues[kind].put(f"{settings['who']}.{number}@example.com", {"Score": number})
                tell("put", [kind, time.perf_counter() - began])
                await asyncio.sleep(rest * chance.uniform(0.5, 1.5))
        tell("stopped")
        await asyncio.Event().wait()
