"""The prefetcher: each page is fetched once, for any number of waiters, and nothing is left of it."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Mapping
from typing import Any

import pytest

from asyncsdk.pagination.prefetcher import Prefetcher

FIRST = {"offset": 0}
SECOND = {"offset": 10}


class Page:
    """What is fetched."""

    def __init__(self, offset: int) -> None:
        self.offset = offset


class Source:
    """Gives pages once it is let go; notes what was asked for, and what was cancelled."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, bool]] = []
        self.cancelled: list[int] = []
        self.gate = asyncio.Event()
        self.error: Exception | None = None

    async def fetch(self, request: Mapping[str, Any], ahead: bool) -> Page:
        """One page."""
        self.asked.append((request["offset"], ahead))
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(request["offset"])
            raise
        if self.error is not None:
            raise self.error
        return Page(request["offset"])


async def turns(times: int = 5) -> None:
    """Let everything run that can."""
    for _ in range(times):
        await asyncio.sleep(0)


async def test_one_of_two_waiters_may_be_cancelled() -> None:
    """Two tasks wait for the same page: the one that is cancelled takes neither the page nor the other with it."""
    source = Source()
    prefetcher = Prefetcher(source.fetch)
    prefetcher.prefetch([FIRST])
    one, other = (asyncio.ensure_future(prefetcher.take(FIRST)) for _ in range(2))
    await turns()
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    assert (source.cancelled, other.done()) == ([], False)
    source.gate.set()
    assert (await other).offset == 0
    assert source.asked == [(0, True)]
    await prefetcher.stop()


async def test_both_waiters_get_the_page() -> None:
    """A page is fetched once for all that wait for it."""
    source = Source()
    prefetcher = Prefetcher(source.fetch)
    prefetcher.prefetch([FIRST])
    both = asyncio.gather(prefetcher.take(FIRST), prefetcher.take(FIRST))
    await turns()
    source.gate.set()
    one, other = await both
    assert one is other
    assert source.asked == [(0, True)]


async def test_the_only_waiter_may_come_back() -> None:
    """A page whose only waiter was cancelled goes on, and is there for the next one."""
    source = Source()
    prefetcher = Prefetcher(source.fetch)
    prefetcher.prefetch([FIRST])
    waiter = asyncio.ensure_future(prefetcher.take(FIRST))
    await turns()
    waiter.cancel()
    await turns()
    source.gate.set()
    assert (await prefetcher.take(FIRST)).offset == 0
    assert source.asked == [(0, True)]


async def test_stopping_ends_a_page_that_is_waited_for() -> None:
    """After ``stop`` nothing runs: neither what is waited for nor what was dropped a moment ago."""
    source = Source()
    prefetcher = Prefetcher(source.fetch)
    prefetcher.prefetch([FIRST, SECOND])
    waiter = asyncio.ensure_future(prefetcher.take(SECOND))
    await turns()
    prefetcher.prefetch([SECOND])
    await prefetcher.stop()
    assert sorted(source.cancelled) == [0, 10]
    with pytest.raises(asyncio.CancelledError):
        await waiter
    assert len(asyncio.all_tasks()) == 1


async def test_a_page_that_failed_is_fetched_anew() -> None:
    """Every waiter gets the error; who asks again later makes a new call."""
    source = Source()
    source.error = OSError("the line is dead")
    prefetcher = Prefetcher(source.fetch)
    prefetcher.prefetch([FIRST])
    waiters = [asyncio.ensure_future(prefetcher.take(FIRST)) for _ in range(2)]
    await turns()
    source.gate.set()
    assert [str(each) for each in await asyncio.gather(*waiters, return_exceptions=True)] == [
        "the line is dead"
    ] * 2
    source.error = None
    assert (await prefetcher.take(FIRST)).offset == 0
    assert source.asked == [(0, True), (0, False)]


@pytest.mark.slow
async def test_a_page_that_was_taken_is_not_kept() -> None:
    """Neither the prefetcher nor its ended tasks hold a page in memory once it was given."""
    source = Source()
    source.gate.set()
    prefetcher = Prefetcher(source.fetch)
    prefetcher.prefetch([FIRST])
    running = asyncio.all_tasks()
    await turns()
    page = weakref.ref(await prefetcher.take(FIRST))
    gc.collect()
    assert page() is None
    assert len(running) == 2
