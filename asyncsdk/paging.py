"""A list that comes in pages, as a caller holds it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Mapping
from typing import Any, Generic, TypeVar

from asyncsdk.page import Page
from asyncsdk.walk import Fetch, walk
from asyncsdk.ways import ByCursor, ByNumber, ByOffset, Way, Whole

__all__ = ["Pages"]

T = TypeVar("T")


class Pages(Generic[T]):
    """A list that comes in pages: ``await`` it for one page, ``async for`` over it for every item.

    Pages are read ahead while a walk goes on. A list by ``offset`` that changes meanwhile is neither read for
    ever nor cut short in silence: what moved is found again, or the walk ends in ``ListChanged``. By page number
    an item is missed if it moves to a page that was read already, because others before it were deleted.
    """

    def __init__(self, fetch: Fetch[T], arguments: Mapping[str, Any]) -> None:
        self._fetch = fetch
        self._arguments = arguments

    @staticmethod
    def page_of(item: Any) -> Any:
        """The type of one page."""
        return Page[item]

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page().__await__()

    async def _page(self) -> Page[T]:
        return await self._fetch({}, False)

    def __aiter__(self) -> AsyncIterator[T]:
        return walk(self._fetch, _way(self._arguments))


def _way(arguments: Mapping[str, Any]) -> Way:
    """How a row is paged, told by the arguments that it takes."""
    if "offset" in arguments:
        return ByOffset(arguments["count"], arguments["offset"])
    if arguments.get("page_strategy") == "CURSOR":
        return ByCursor(arguments["next_page_token"], arguments["page_size"])
    if "page" in arguments:
        return ByNumber(arguments["page"], arguments["page_size"])
    return Whole()
