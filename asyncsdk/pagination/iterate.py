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
"""Reads a page; told whether it is read ahead."""

AHEAD: Final = 4
"""Pages on their way at once, at the most."""


async def iterate_pages(fetch: Fetch[T], way: PagingStrategy) -> AsyncIterator[T]:
    """Every item of a list."""
    prefetcher = Prefetcher(fetch)
    pages = 0
    try:
        while (ask := way.ask()) is not None:
            page = await prefetcher.take(ask)
            pages += 1
            items = way.accept(page)
            for place, item in enumerate(items):
                if place == len(items) // 2:
                    prefetcher.prefetch(islice(way.upcoming(), min(pages, AHEAD)))
                yield item
    finally:
        await prefetcher.stop()
