"""One run of a queue of eight web processes, or of one, and what it comes to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeAlias

from attrs import frozen

from asyncsdk.emulator import Emulator, Settings, Slow
from benchmarks.work_homes import HEADINGS, homes_server
from benchmarks.work_processes import processes
from benchmarks.work_queue_crowd import Crowd
from benchmarks.work_queue_list import SeenList
from benchmarks.work_queue_worker import LIST
from tests.support.redis_server import RedisServer

__all__ = ["LIFTED", "QueueOutcome", "QueueRun", "queue_outcomes"]

PROCESSES: Final = 8

RATE: Final = 5.0
"""Puts a second of each process."""

MAX_AGE: Final = 3.0
"""Seconds that rows may wait, so that a short run has many uploads."""

ANSWER_SECONDS: Final = 0.3
"""Seconds that Act-On takes to answer an upload: a sender may be killed between the upload and its answer."""

LIFTED: Final = 10**9
"""Calls a day, where a queue need not be sparing with them."""

Faults: TypeAlias = Callable[[Crowd], Awaitable[None]]
"""Does harm until the puts end."""


@frozen
class QueueRun:
    """What is run."""

    kind: str
    """``folder``, ``redis``; ``own``: one process puts all, and has a file for a journal; ``memory``: each process
    has a queue of its own, and no journal."""

    seconds: float
    faults: Faults | None = None
    calls_per_day: int = LIFTED
    patience: float = 120.0
    """Seconds that rows may take to come to the list when nobody puts any more."""


@frozen
class QueueOutcome:
    """What a run came to."""

    puts: int
    """Puts that returned."""
    longest: float
    """Seconds of the slowest one, of processes that did not stand still meanwhile."""
    refused: Sequence[str]
    """Errors of the others."""
    lost: int
    """Addresses for which the list never held what a put had returned for."""
    older: int
    """Addresses that held something older after something newer."""
    uploads: int
    """Files that were accepted."""
    calls: int
    throttled: int
    took_over: Sequence[float]
    kills: int
    freezes: int
    restarts: int
    failed: Sequence[str]
    """Processes that ended by an error."""


async def queue_outcomes(runs: Sequence[QueueRun]) -> list[QueueOutcome]:
    """Run them side by side: they wait more than they work."""
    together = asyncio.Barrier(len(runs))
    return list(await asyncio.gather(*(_outcome(run, together) for run in runs)))


async def _outcome(run: QueueRun, together: asyncio.Barrier) -> QueueOutcome:
    async with AsyncExitStack() as stack:
        server, settings, redis = await stack.enter_async_context(_scene(run))
        seen = SeenList(server)
        group = await stack.enter_async_context(processes(seen.note))
        crowd = Crowd(group, settings, redis)
        watching = asyncio.create_task(seen.watch())
        await _start(run, crowd)
        await together.wait()
        await _put_all(run, crowd)
        await seen.settle(run.patience)
        watching.cancel()
        return _found(crowd, seen)


async def _start(run: QueueRun, crowd: Crowd) -> None:
    names = [f"w{number}" for number in range(PROCESSES)]
    if run.kind == "own":
        await crowd.start("alone", names)
    else:
        await asyncio.gather(*(crowd.start(name, [name]) for name in names))


async def _put_all(run: QueueRun, crowd: Crowd) -> None:
    """Let the processes put until the time is over."""
    crowd.begin(run.seconds)
    if run.faults is not None:
        await run.faults(crowd)
    await asyncio.sleep(crowd.until - time.monotonic())
    for who in crowd.who:
        crowd.group.ask_to_stop(who)
    await crowd.group.until(crowd.has_stopped)


@asynccontextmanager
async def _scene(run: QueueRun) -> AsyncIterator[tuple[Emulator, dict[str, Any], RedisServer | None]]:
    """An Act-On with an empty list, what web processes are told, and their Redis."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Emulator(Settings(calls_per_day=run.calls_per_day)))
        server.add_list("Sign-ups", HEADINGS, list_id=LIST)
        server.faults.add(Slow(ANSWER_SECONDS), on="lists.merge", times=10**6)
        home, redis = stack.enter_context(homes_server(run.kind == "redis"))
        settings = {
            **home,
            "url": server.url,
            "token": server.issue_token()["access_token"],
            "limits": {"calls_per_day": run.calls_per_day},
            "kind": run.kind,
            "rate": RATE,
            "queue": {"max_age": MAX_AGE},
        }
        yield server, settings, redis


def _found(crowd: Crowd, seen: SeenList) -> QueueOutcome:
    calls, said = seen.server.calls, crowd.group.said
    return QueueOutcome(
        puts=len(said("put")),
        longest=crowd.longest_put(),
        refused=[told.value[2] for told in said("refused")],
        lost=len(seen.lost),
        older=len(seen.older),
        uploads=sum(call.status == 200 for call in calls.of("lists.merge")),
        calls=calls.total,
        throttled=sum(call.status == 429 for call in calls),
        took_over=tuple(crowd.took_over),
        kills=crowd.kills,
        freezes=len(crowd.freezes),
        restarts=crowd.restarts,
        failed=[told.value for told in said("failed")],
    )
