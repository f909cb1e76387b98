"""List on a server, which may change between two pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from asyncsdk import ListChanged, Page, Pages

__all__ = ["ChangingList", "Item", "read_until_change", "walked"]


@frozen
class Item:
    """An item with an id."""

    id: str
    name: str = ""


class ChangingList:
    """What a server has, and what it was asked for.

    Args:
        items: how many, or which.
        counts: whether answers tell how many there are in all.
        most: how many the server gives at a time.
        between: what happens to the list before each page but the first.
    """

    def __init__(
        self,
        items: int | Iterable[Any],
        *,
        counts: bool = True,
        most: int = 1000,
        between: Callable[[ChangingList], object] = lambda source: None,
    ) -> None:
        self.items: list[Any] = list(range(items)) if isinstance(items, int) else list(items)
        self.counts = counts
        self.most = most
        self.between = between
        self.asked: list[Mapping[str, Any]] = []
        self.ahead: list[bool] = []
        self.held: list[int] = []
        """Calls, by their number from 1, that are not answered until ``let_go``."""
        self.on_their_way = 0
        self.most_on_their_way = 0
        self._let_go = asyncio.Event()

    @property
    def offsets(self) -> list[tuple[Any, Any]]:
        """Count and offset of each page that was asked for."""
        return [(ask["count"], ask["offset"]) for ask in self.asked]

    @property
    def numbers(self) -> list[int]:
        """The number of each page that was asked for."""
        return [ask["page"] for ask in self.asked]

    def let_go(self) -> None:
        """Answer what was held."""
        self.held = []
        self._let_go.set()

    def pages(self, **arguments: Any) -> Pages[Any]:
        """The pages of a call with these arguments."""

        async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[Any]:
            self.asked.append({**arguments, **ask})
            self.ahead.append(ahead)
            self.on_their_way += 1
            self.most_on_their_way = max(self.on_their_way, self.most_on_their_way)
            try:
                return await self._answered({**arguments, **ask}, len(self.asked))
            finally:
                self.on_their_way -= 1

        return Pages(fetch, arguments)

    def by_offset(self, count: int | None = None, offset: int | None = None) -> Pages[Any]:
        """A list by ``count`` and ``offset``."""
        return self.pages(count=count, offset=offset)

    def by_number(self, page: int | None = None, page_size: int | None = None) -> Pages[Any]:
        """A list by ``page`` and ``page_size``."""
        return self.pages(page=page, page_size=page_size)

    async def _answered(self, asked: Mapping[str, Any], call: int) -> Page[Any]:
        assert call < 500, "the walk does not end"
        if call in self.held:
            await self._let_go.wait()
        if call > 1:
            self.between(self)
        size = min(asked.get("count") or asked.get("page_size") or self.most, self.most)
        start = (asked.get("offset") or 0) if "offset" in asked else (asked.get("page") or 0) * size
        part = tuple(self.items[start : start + size])
        return Page(part, start, len(part), len(self.items) if self.counts else -1)


async def walked(pages: Pages[Any]) -> list[Any]:
    """Every item."""
    return [item async for item in pages]


async def read_until_change(pages: Pages[Any]) -> tuple[list[Any], str]:
    """The items that a walk gives, and what it then says of a list that has changed."""
    read: list[Any] = []
    try:
        async for item in pages:
            read.append(item)  # noqa: PERF401 - what was read before the error counts
    except ListChanged as error:
        return read, str(error)
    return read, ""
