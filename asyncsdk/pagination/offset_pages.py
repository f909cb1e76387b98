"""Paging by offset over a list that may change while it is read.

Each page begins with the last item of the page before, so that a list that has changed underneath is noticed: the
iteration then finds its place again, or says that it cannot.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final

from attrs import define

from asyncsdk.errors import ListChanged
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.seen_items import SeenItems, identities_of, identity_of
from asyncsdk.pagination.strategies import MAX_PAGES_WITHOUT_NEW_ITEMS, PageRequest

__all__ = ["OffsetPages"]

PAGE_SIZE: Final = 1000
"""The most that Act-On gives in one page, where that is published."""

MAX_STEPS_BACK: Final = 3
"""How many pages the iteration goes back to find its place again."""


@define(eq=False, repr=False)
class _PageSizes:
    """How many items to ask for."""

    wanted: int
    most: int = PAGE_SIZE
    """The most that the server gives at a time, as far as that is known."""

    asked: int = 0
    """How many the last request asked for."""

    def overlapping(self) -> int:
        """One more than are wanted, for the pages overlap."""
        return min(self.wanted + 1, self.most)


@define(eq=False, repr=False)
class _Position:
    """Where in the list the reading stands."""

    next_offset: int
    """The offset behind the page that was accepted last."""

    last: Hashable = None
    """The key of the item that the next page should begin with."""

    page: tuple[Hashable, ...] = ()
    """The keys of the page that was accepted last."""

    steps_back: int = 0
    """How many pages before this position the next request begins."""


class OffsetPages:
    """Paging by ``count`` and ``offset``.

    Whatever is added or deleted meanwhile, and wherever, the iteration gives each item that stays in its place
    exactly once, or ends in ``ListChanged``: a page is accepted only where it holds an item that was given, so
    nothing between two pages is missed, and what was given lately is known again. Items that change places may be
    missed.

    ============= ============================= ==========================================================
    State         Next request                  What the page leads to
    ============= ============================= ==========================================================
    first page    the offset that was given     all its items are new: reading, or ended at the total
    reading       from the last item given on   begins with that item: what follows it is new, reading or ended;
                                                holds a given item elsewhere: the list moved, what follows is new;
                                                holds no given item: stepping back
    stepping back a page before, up to 3 times  holds a given item: reading; the start of an empty list: ended;
                                                else one step more, and after the last one ``ListChanged``
    ended         none
    ============= ============================= ==========================================================

    In every state but the last, too many pages in a row without a new item end in ``ListChanged``.
    """

    def __init__(self, count: int | None, offset: int | None) -> None:
        self._sizes = _PageSizes(count or PAGE_SIZE)
        self._position = _Position(offset or 0)
        self._total = -1
        self._given = SeenItems()
        self._count = 0
        self._pages_without_new = 0
        self._has_changed = False
        """Whether the list was seen to change."""
        self._ended = False

    def next_request(self) -> PageRequest | None:
        """The request for a page that begins with the item before; while stepping back, for one before that."""
        if self._ended:
            return None
        sizes = self._sizes
        if not self._count:
            sizes.asked = sizes.wanted
            return {"count": sizes.wanted, "offset": self._position.next_offset}
        sizes.asked = sizes.overlapping()
        return {"count": sizes.asked, "offset": self._start()}

    def _start(self) -> int:
        """The offset of the next page, which overlaps the one before it by an item."""
        position = self._position
        return max(0, position.next_offset - 1 - position.steps_back * (self._sizes.overlapping() - 1))

    def new_items(self, page: Page[Any]) -> Sequence[Any]:
        """The items after the first one that is known, wherever that is now."""
        self._total = page.total_count
        if not self._count:
            return self._accept(page, self._position.next_offset, page.items)
        if page.items and identity_of(page.items[0]) == self._position.last:
            known = 0
        elif len(page) > 2 and identities_of(page.items) == self._position.page:
            raise self._lost("is given from the same place, whatever offset is asked for")
        else:
            self._has_changed = True
            place = next((place for place, item in enumerate(page.items) if item in self._given), None)
            if place is None:
                return self._step_back(page)
            known = place
        new = page.items[known + 1 :]
        if self._has_changed:
            new = tuple(item for item in new if item not in self._given)
        return self._accept(page, self._start(), new)

    def _step_back(self, page: Page[Any]) -> Sequence[Any]:
        """Items before this place were deleted: what comes next stands further ahead now."""
        at_start = self._start() == 0
        if at_start and not page.items and self._is_last(page, 0):
            self._ended = True  # no item is left
        elif at_start or self._position.steps_back >= MAX_STEPS_BACK:
            raise self._lost("changed too much to find the place again")
        self._position.steps_back += 1
        self._count_page_without_new()
        return ()

    def _accept(self, page: Page[Any], start: int, new: Sequence[Any]) -> Sequence[Any]:
        position, sizes = self._position, self._sizes
        position.next_offset = start + len(page)
        position.steps_back = 0
        if page.items:
            position.last = identity_of(page.items[-1])
        position.page = identities_of(page.items)
        self._ended = self._is_last(page, position.next_offset)
        if new:
            self._pages_without_new = 0
        elif not self._ended:
            if len(page) < 2:
                raise self._lost("does not go on where it should")
            self._count_page_without_new()
        if not self._ended and len(page) < sizes.asked:
            sizes.most = max(2, len(page))
        self._given.add(new)
        self._count += len(new)
        return new

    def _count_page_without_new(self) -> None:
        self._pages_without_new += 1
        if self._pages_without_new > MAX_PAGES_WITHOUT_NEW_ITEMS:
            raise self._lost("keeps changing")

    def _is_last(self, page: Page[Any], end: int) -> bool:
        """Where the total is not known, a page shorter than asked for is the last one."""
        return end >= self._total if self._total >= 0 else len(page) < self._sizes.asked

    def _lost(self, what: str) -> ListChanged:
        return ListChanged(f"The list {what}. {self._count:,} items had been given; begin again.")

    def upcoming_requests(self) -> Iterator[PageRequest]:
        """All further pages, where the total is known; else the next one."""
        count = self._sizes.overlapping()
        offset = self._position.next_offset - 1
        while not self._ended:
            yield {"count": count, "offset": offset}
            offset += count - 1
            if self._total < 0 or offset + 1 >= self._total:
                return
