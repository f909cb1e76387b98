"""Going through a list that comes in pages: once half of a page has been given, the next ones are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import islice
from typing import Any, Final, Generic, TypeAlias, TypeVar

from asyncsdk.pagination.page import Page
from asyncsdk.pagination.strategies import PageRequest, PagingStrategy

__all__ = ["Fetch", "iterate_pages"]

T = TypeVar("T")

Fetch: TypeAlias = Callable[[PageRequest, bool], Awaitable[Page[T]]]
"""Reads a page; told whether it is read ahead."""

AHEAD: Final = 4
"""Pages on their way at once, at the most."""


async def iterate_pages(fetch: Fetch[T], way: PagingStrategy) -> AsyncIterator[T]:
    """Every item of a list."""
    ahead: _Ahead[T] = _Ahead(fetch)
    pages = 0
    try:
        while (ask := way.ask()) is not None:
            page = await ahead.take(ask)
            pages += 1
            items = way.accept(page)
            for place, item in enumerate(items):
                if place == len(items) // 2:
                    ahead.want(list(islice(way.upcoming(), min(pages, AHEAD))))
                yield item
    finally:
        await ahead.stop()


class _Ahead(Generic[T]):
    """The pages on their way."""

    def __init__(self, fetch: Fetch[T]) -> None:
        self._fetch = fetch
        self._coming: dict[tuple[tuple[str, Any], ...], asyncio.Future[Page[T]]] = {}
        self._running: set[asyncio.Future[Page[T]]] = set()

    async def take(self, ask: PageRequest) -> Page[T]:
        """The page, which may be on its way already."""
        coming = self._coming.pop(tuple(ask.items()), None)
        return await (self._fetch(ask, False) if coming is None else coming)

    def want(self, asks: Sequence[PageRequest]) -> None:
        """Read these pages ahead, and no others any more."""
        coming = self._coming
        self._coming = {}
        for ask in asks:
            key = tuple(ask.items())
            self._coming[key] = coming.pop(key) if key in coming else self._begun(ask)
        for page in coming.values():
            page.cancel()

    def _begun(self, ask: PageRequest) -> asyncio.Future[Page[T]]:
        page = asyncio.ensure_future(self._fetch(ask, True))
        self._running.add(page)
        page.add_done_callback(self._ended)
        return page

    def _ended(self, page: asyncio.Future[Page[T]]) -> None:
        self._running.discard(page)
        if not page.cancelled():
            page.exception()  # a page that nobody asks for any more may fail without anybody to tell

    async def stop(self) -> None:
        """Leave nothing running."""
        running = list(self._running)
        for page in running:
            page.cancel()
        await asyncio.gather(*running, return_exceptions=True)
