"""Paged lists and streams of rows, as a caller holds them: to await, and to iterate over."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping
from typing import Any, Generic, TypeVar

from asyncsdk.pagination.iterate import Fetch, iterate_pages
from asyncsdk.pagination.offset_pages import OffsetPages
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.strategies import CursorPages, NumberedPages, PagingStrategy, SinglePage

__all__ = ["Pages", "Streamed"]

T = TypeVar("T")


class Pages(Generic[T]):
    """A list that comes in pages: ``await`` it for one page, ``async for`` over it for every item.

    Pages are prefetched while the iteration goes on. A list by ``offset`` that changes meanwhile is neither read
    for ever nor cut short in silence: what moved is found again, or the iteration ends in ``ListChanged``. By page
    number an item is missed if it moves to a page that was read already, because others before it were deleted.
    """

    def __init__(self, fetch: Fetch[T], arguments: Mapping[str, Any], name: str = "a list") -> None:
        self._fetch = fetch
        self._arguments = arguments
        self._name = name

    def __repr__(self) -> str:
        return f"<Pages of {self._name}: 'await' it for one page, or 'async for' over it for every item>"

    @staticmethod
    def page_of(item: Any) -> Any:
        """The type of one page."""
        return Page[item]

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page().__await__()

    async def _page(self) -> Page[T]:
        return await self._fetch({}, False)

    def __aiter__(self) -> AsyncIterator[T]:
        return iterate_pages(self._fetch, _strategy(self._arguments))


class Streamed(AsyncIterator[T]):
    """Rows or bytes that come one after the other: ``async for`` over it, without ``await``."""

    def __init__(self, rows: AsyncGenerator[T], name: str) -> None:
        self._rows = rows
        self._name = name

    def __repr__(self) -> str:
        return f"<stream of {self._name}: 'async for' over it, without 'await'>"

    def __aiter__(self) -> AsyncIterator[T]:
        return self._rows  # costs no extra step for each row

    async def __anext__(self) -> T:
        return await anext(self._rows)

    async def aclose(self) -> None:
        """Let go of the connection; the end of an ``async for`` that goes through it does so by itself."""
        await self._rows.aclose()


def _strategy(arguments: Mapping[str, Any]) -> PagingStrategy:
    """The strategy for a route, by the arguments that it takes."""
    if "offset" in arguments:
        return OffsetPages(arguments["count"], arguments["offset"])
    if arguments.get("page_strategy") == "CURSOR":
        return CursorPages(arguments["next_page_token"], arguments["page_size"])
    if "page" in arguments:
        return NumberedPages(arguments["page"], arguments["page_size"])
    return SinglePage()
