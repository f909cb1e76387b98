"""Pages: one with ``await``, every item with ``async for``, and an end whatever the list does meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from asyncsdk import Page, Pages


class Shelf:
    """A list on a server, which may change between two pages."""

    def __init__(
        self,
        items: int,
        *,
        counts: bool = True,
        most: int = 1000,
        between: Callable[[Shelf], None] = lambda shelf: None,
    ) -> None:
        self.items = list(range(items))
        self.counts = counts
        self.most = most
        self.between = between
        self.asked: list[tuple[int | None, int | None]] = []

    async def fetch(self, count: int | None, offset: int | None) -> Page[int]:
        """One page."""
        self.asked.append((count, offset))
        if len(self.asked) > 1:
            self.between(self)
        assert len(self.asked) < 100, "the walk does not end"
        start = offset or 0
        part = tuple(self.items[start : start + min(count or self.most, self.most)])
        return Page(part, start, len(part), len(self.items) if self.counts else -1)

    def pages(self, count: int | None = None, offset: int | None = None) -> Pages[int]:
        """What a caller holds."""
        return Pages(self.fetch, count, offset)


async def walk(pages: Pages[Any]) -> list[Any]:
    """Every item."""
    return [item async for item in pages]


async def test_await_reads_one_page_as_asked() -> None:
    """``await`` makes one call with the count and offset given, and gives a page that is a sequence."""
    shelf = Shelf(30)
    page = await shelf.pages(count=10, offset=5)
    assert shelf.asked == [(10, 5)]
    assert (list(page), len(page), page[0], page[-1], page[1:3]) == (list(range(5, 15)), 10, 5, 14, (6, 7))
    assert (page.offset, page.count, page.total_count) == (5, 10, 30)
    await shelf.pages()
    assert shelf.asked[-1] == (None, None)


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("length", [0, 1, 9, 10, 11, 20, 25])
async def test_a_walk_gives_every_item_once(length: int, counts: bool) -> None:
    """All items in order, whether or not the server counts them."""
    assert await walk(Shelf(length, counts=counts).pages(count=10)) == list(range(length))


@pytest.mark.parametrize(
    ("length", "counts", "calls"),
    [(25, True, 3), (20, True, 2), (0, True, 1), (25, False, 3), (20, False, 3), (0, False, 1)],
)
async def test_a_walk_makes_no_call_too_many(length: int, counts: bool, calls: int) -> None:
    """Where the total is known the walk ends with it; else a short or empty page tells the end."""
    shelf = Shelf(length, counts=counts)
    await walk(shelf.pages(count=10))
    assert len(shelf.asked) == calls


async def test_a_walk_takes_the_largest_pages() -> None:
    """Without a count the walk asks for 1,000 at a time, the most there is."""
    shelf = Shelf(1500)
    assert len(await walk(shelf.pages())) == 1500
    assert shelf.asked == [(1000, 0), (1000, 1000)]


async def test_a_walk_begins_at_the_offset() -> None:
    """Items before the offset are skipped."""
    assert await walk(Shelf(25).pages(count=10, offset=7)) == list(range(7, 25))
    assert await walk(Shelf(25).pages(count=10, offset=99)) == []


async def test_a_server_that_gives_less_than_asked_loses_nothing() -> None:
    """Where the total is known, a server with smaller pages is asked on until it is reached."""
    assert await walk(Shelf(25, most=4).pages(count=10)) == list(range(25))


async def test_a_walk_can_be_left_and_begun_again() -> None:
    """Leaving early fetches no further page; each walk begins anew."""
    shelf = Shelf(25)
    pages = shelf.pages(count=10)
    async for item in pages:
        if item == 3:
            break
    assert len(shelf.asked) == 1
    assert await walk(pages) == list(range(25))


@pytest.mark.parametrize("counts", [True, False])
async def test_a_list_that_shrinks_ends_the_walk(counts: bool) -> None:
    """Records deleted meanwhile may hide others, but the walk ends."""
    shelf = Shelf(95, counts=counts, between=lambda shelf: shelf.items.__delitem__(slice(0, 20)))
    read = await walk(shelf.pages(count=10))
    assert 10 <= len(read) <= 95
    assert len(read) == len(set(read))


@pytest.mark.parametrize("counts", [True, False])
async def test_a_list_that_grows_ends_the_walk(counts: bool) -> None:
    """Records added at the end are read, too, and the walk ends when no more come."""
    shelf = Shelf(30, counts=counts, between=lambda shelf: shelf.items.extend(range(len(shelf.items), 75)))
    assert await walk(shelf.pages(count=10)) == list(range(75))


async def test_a_list_that_is_emptied_ends_the_walk() -> None:
    """An empty page is the end, although the total may say otherwise."""

    async def fetch(count: int | None, offset: int | None) -> Page[int]:
        return Page((), offset or 0, 0, 1_000_000) if offset else Page(tuple(range(10)), 0, 10, 1_000_000)

    assert await walk(Pages(fetch, 10, None)) == list(range(10))
