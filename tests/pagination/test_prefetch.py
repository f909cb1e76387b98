"""Pages that are read ahead: which and when, and that nothing is left of them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from itertools import count
from typing import Any, cast

import pytest

from asyncsdk import Page, Pages
from tests.support.changing_list import ChangingList, walked


async def take(walk: AsyncIterator[Any], items: int) -> list[Any]:
    """Some items, and time for what they set going."""
    taken = [await anext(walk) for _ in range(items)]
    for _ in range(5):
        await asyncio.sleep(0)
    return taken


def others() -> set[asyncio.Task[Any]]:
    """What is running beside the test."""
    return asyncio.all_tasks() - {cast("asyncio.Task[Any]", asyncio.current_task())}


async def test_nothing_is_read_ahead_until_half_of_a_page_was_given() -> None:
    """The next page is asked for with the first item of the second half, and not before."""
    source = ChangingList(100)
    walk = aiter(source.by_offset(10))
    assert await take(walk, 5) == [0, 1, 2, 3, 4]
    assert source.offsets == [(10, 0)]
    assert await take(walk, 1) == [5]
    assert source.offsets == [(10, 0), (11, 9)]
    assert source.ahead == [False, True]
    assert await take(walk, 4) == [6, 7, 8, 9]
    assert len(source.asked) == 2
    await walk.aclose()  # type: ignore[attr-defined]


async def test_the_further_a_walk_gets_the_more_is_read_ahead_up_to_four_pages() -> None:
    """One page ahead in the first, two in the second, and so on; every page is asked for once, in order."""
    source = ChangingList(205)
    walk = aiter(source.by_offset(10))
    seen = []
    for given in range(10, 100, 10):
        await take(walk, 10)
        seen.append(len(source.asked) - given // 10)
    assert seen == [1, 2, 3, 4, 4, 4, 4, 4, 4]
    assert [item async for item in walk] == list(range(90, 205))
    assert source.offsets == [(10, 0), *((11, offset) for offset in range(9, 209, 10))]
    assert source.ahead == [False, *[True] * 20]


async def test_pages_are_on_their_way_together() -> None:
    """While one page is slow, the next ones come; no more than four wait for answers at once."""
    source = ChangingList(205)
    walk = aiter(source.by_offset(10))
    await take(walk, 45)
    source.held = [9, 10, 11, 12, 13]
    await take(walk, 35)
    assert (len(source.asked), source.on_their_way) == (12, 4)
    waiting = asyncio.ensure_future(anext(walk))
    await asyncio.sleep(0)
    assert not waiting.done()
    source.let_go()
    assert [await waiting, *[item async for item in walk]] == list(range(80, 205))
    assert source.most_on_their_way == 4


async def test_without_a_total_only_the_next_page_is_read_ahead() -> None:
    """Further ones may not exist."""
    source = ChangingList(100, counts=False)
    walk = aiter(source.by_offset(10))
    for given in range(10, 70, 10):
        await take(walk, 10)
        assert len(source.asked) == given // 10 + 1
    assert [item async for item in walk] == list(range(60, 100))


async def test_numbered_pages_are_read_one_ahead() -> None:
    """Nothing tells how many there are."""
    source = ChangingList(30)
    walk = aiter(source.by_number(page_size=10))
    await take(walk, 5)
    assert source.numbers == [0]
    await take(walk, 1)
    assert (source.numbers, source.ahead) == ([0, 1], [False, True])
    await take(walk, 20)
    assert source.numbers == [0, 1, 2, 3]
    assert [item async for item in walk] == [26, 27, 28, 29]
    assert source.numbers == [0, 1, 2, 3]


@pytest.mark.slow
@pytest.mark.parametrize("left_at", [0, 3, 6, 25])
async def test_a_walk_that_is_left_early_leaves_nothing_running(left_at: int) -> None:
    """Pages on their way are cancelled, also where a loop is just left with ``break``."""
    source = ChangingList(205)
    source.held = list(range(2 + left_at // 10, 100))
    async for item in source.by_offset(10):
        if item == left_at:
            break
    await asyncio.sleep(0)
    gc.collect()
    for _ in range(5):
        await asyncio.sleep(0)
    assert (others(), source.on_their_way) == (set(), 0)
    assert len(source.asked) <= 1 + left_at // 10 + left_at // 5


async def test_closing_a_walk_waits_until_nothing_runs() -> None:
    """After ``aclosing``, no call is left that a session would have to end."""
    source = ChangingList(205)
    source.held = [2]
    async with aclosing(cast("Any", aiter(source.by_offset(10)))) as walk:
        await take(walk, 8)
        assert source.on_their_way == 1
    assert (others(), source.on_their_way) == (set(), 0)


@pytest.mark.parametrize("held", [1, 2, 4])
async def test_a_consumer_that_is_cancelled_leaves_nothing_running(held: int) -> None:
    """Neither the page that it waits for nor those behind."""
    source = ChangingList(205)
    source.held = [held, held + 1, held + 2]
    consumer = asyncio.ensure_future(walked(source.by_offset(10)))
    for _ in range(100):
        await asyncio.sleep(0)
    assert source.on_their_way > 0
    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer
    assert (others(), source.on_their_way) == (set(), 0)


class Broken:
    """A list whose pages fail from some call on."""

    def __init__(self, first_failure: int) -> None:
        self.calls = count(1)
        self.first_failure = first_failure

    async def fetch(self, ask: Mapping[str, Any], ahead: bool) -> Page[int]:
        """A page of ten out of a thousand."""
        if next(self.calls) >= self.first_failure:
            raise OSError("the line is dead")
        start = ask["offset"]
        return Page(tuple(range(start, start + ask["count"])), start, ask["count"], 1000)

    def pages(self) -> Pages[int]:
        """What a caller holds."""
        return Pages(self.fetch, {"count": 10, "offset": None})


async def test_a_page_that_fails_ahead_fails_the_walk_where_it_stands() -> None:
    """Everything before it is given first."""
    read = []
    walk = aiter(Broken(4).pages())
    for _ in range(30):
        read.append(await anext(walk))  # noqa: PERF401
    assert read == list(range(30))
    with pytest.raises(OSError, match="the line is dead"):
        await anext(walk)
    assert others() == set()


@pytest.mark.slow
@pytest.mark.parametrize("items", [6, 10, 15, 20])
async def test_a_page_that_fails_ahead_and_is_never_reached_says_nothing(items: int) -> None:
    """A failure that concerns nobody is not reported as an exception that was never retrieved."""
    reported: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context))
    async for item in Broken(2 + items // 10).pages():
        if item == items - 1:
            break
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    await asyncio.sleep(0)
    assert reported == []
    assert others() == set()


async def test_pages_that_are_wanted_no_more_are_let_go() -> None:
    """When the places change, pages that were asked for at the old ones are cancelled."""

    def shrink(source: ChangingList) -> None:
        if len(source.asked) == 4:
            source.most = 5

    source = ChangingList(205, between=shrink)
    source.held = [5, 6]
    walk = aiter(source.by_offset(10))
    await take(walk, 30)
    assert source.offsets[4:] == [(11, 39), (11, 49)]
    assert source.on_their_way == 2
    await take(walk, 4)
    assert source.offsets[6:] == [(5, 33), (5, 37), (5, 41), (5, 45)]
    assert source.on_their_way == 0
    assert [item async for item in walk] == list(range(34, 205))
    assert others() == set()
