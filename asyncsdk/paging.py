"""One page, and the walk over all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any, Generic, TypeVar, overload

from attrs import field, frozen

from asyncsdk.models.wire import wire

__all__ = ["Page", "Pages"]

T = TypeVar("T")

PAGE_SIZE = 1000
"""The most that Act-On gives in one page."""


@frozen
class Page(Generic[T]):
    """A part of a list; also a sequence of its items."""

    items: tuple[T, ...] = field(default=(), metadata=wire("result"))
    """What the page holds."""

    offset: int = 0
    """The place of the first item in the whole list, from 0."""

    count: int = 0
    """How many items the server says the page holds."""

    total_count: int = field(default=-1, metadata=wire("totalCount"))
    """How many items the whole list holds; -1 where the server does not count: the suppression lists."""

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.items[index]


class Pages(Generic[T]):
    """A list that comes in pages: ``await`` it for one page, ``async for`` over it for every item."""

    def __init__(
        self,
        fetch: Callable[[int | None, int | None], Awaitable[Page[T]]],
        count: int | None,
        offset: int | None,
    ) -> None:
        self._fetch = fetch
        self._count = count
        self._offset = offset

    @staticmethod
    def page_of(item: Any) -> Any:
        """The type of one page."""
        return Page[item]

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page().__await__()

    async def _page(self) -> Page[T]:
        return await self._fetch(self._count, self._offset)

    async def __aiter__(self) -> AsyncIterator[T]:
        size = self._count or PAGE_SIZE
        offset = self._offset or 0
        while True:
            page = await self._fetch(size, offset)
            for item in page:
                yield item
            offset += len(page)
            if _is_last(page, size, offset):
                return


def _is_last(page: Page[Any], size: int, offset: int) -> bool:
    """Where the total is unknown (-1), a page shorter than asked for is the last one."""
    if not page.items:
        return True
    return offset >= page.total_count if page.total_count >= 0 else len(page) < size
