"""Iteration over all items of a list; once half of a page has been given, the next pages are prefetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from asyncsdk.pagination.page import Page
from asyncsdk.pagination.prefetcher import Prefetcher
from asyncsdk.pagination.strategies import PageRequest, PagingStrategy

__all__ = ["Fetch", "iterate_pages"]

T = TypeVar("T")

Fetch: TypeAlias = Callable[[PageRequest, bool], Awaitable[Page[T]]]
"""Fetches a page; the flag says whether it is fetched ahead."""

MAX_PREFETCHED: Final = 4
"""Pages on their way at once, at the most."""


async def iterate_pages(fetch: Fetch[T], strategy: PagingStrategy) -> AsyncIterator[T]:
    """Go through every item of a list."""
    prefetcher = Prefetcher(fetch)
    pages = 0
    try:
        while (request := strategy.next_request()) is not None:
            page = await prefetcher.take(request)
            pages += 1
            items = strategy.new_items(page)
            for place, item in enumerate(items):
                if place == len(items) // 2:
                    prefetcher.prefetch(islice(strategy.upcoming_requests(), min(pages, MAX_PREFETCHED)))
                yield item
    finally:
        await prefetcher.stop()
