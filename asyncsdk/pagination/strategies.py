"""The ways to ask for the pages of a list, which may change while it is read.

By offset, each page begins with the last item of the page before, so that a list that has changed underneath is
noticed: the walk then finds its place again, or says that it cannot.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from attrs import define

from asyncsdk.errors import ListChanged
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.seen_items import SeenItems, identities_of, identity_of

__all__ = ["CursorPages", "NumberedPages", "OffsetPages", "PageRequest", "PagingStrategy", "SinglePage"]

PageRequest: TypeAlias = Mapping[str, Any]
"""The arguments that choose a page."""

PAGE_SIZE: Final = 1000
"""The most that Act-On gives in one page, where that is published."""

NUMBERED_SIZE: Final = 50
"""The usual size of a numbered page; the greatest is not published."""

STEPS_BACK: Final = 3
"""How many pages a walk goes back to find its place again."""

MAX_PAGES_WITHOUT_NEW_ITEMS: Final = 8
"""How many pages in a row may hold nothing new, before a walk gives up."""


class PagingStrategy(Protocol):
    """How the next page is asked for, and where a walk stands."""

    def next_request(self) -> PageRequest | None:
        """What to ask for now; None at the end."""
        ...

    def new_items(self, page: Page[Any]) -> Sequence[Any]:
        """The items of the page that was asked for that have not been given yet.

        Raises:
            ListChanged: the walk cannot go on.
        """
        ...

    def upcoming_requests(self) -> Iterator[PageRequest]:
        """What will be asked for after the page that was accepted last, as far as that is known."""
        ...


class SinglePage:
    """The list comes in one piece."""

    def __init__(self) -> None:
        self._ended = False

    def next_request(self) -> PageRequest | None:
        """Everything, once."""
        return None if self._ended else {}

    def new_items(self, page: Page[Any]) -> Sequence[Any]:
        """Everything.

        Raises:
            ListChanged: the server says that there is more.
        """
        self._ended = True
        if len(page) < page.total_count:
            raise ListChanged(f"The server gave {len(page)} of {page.total_count} items, and there are no pages.")
        return page.items

    def upcoming_requests(self) -> Iterator[PageRequest]:
        """Nothing."""
        return iter(())


@define
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


@define
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
    """``count`` and ``offset``.

    Whatever is added or deleted meanwhile, and wherever, the walk gives each item that stays in its place exactly
    once, or ends in ``ListChanged``: a page is accepted only where it holds an item that was given, so nothing
    between two pages is missed, and what was given lately is known again. Items that change places may be missed.

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
        self._fruitless = 0
        self._moved = False
        """Whether the list was seen to change."""
        self._ended = False

    def next_request(self) -> PageRequest | None:
        """A page that begins with the item before; on the way back, pages that come before it."""
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
        """What comes after the first item that is known, wherever that is now."""
        self._total = page.total_count
        if not self._count:
            return self._accept(page, self._position.next_offset, page.items)
        if page.items and identity_of(page.items[0]) == self._position.last:
            known = 0
        elif len(page) > 2 and identities_of(page.items) == self._position.page:
            raise self._lost("is given from the same place, whatever offset is asked for")
        else:
            self._moved = True
            place = next((place for place, item in enumerate(page.items) if item in self._given), None)
            if place is None:
                return self._step_back(page)
            known = place
        new = page.items[known + 1 :]
        if self._moved:
            new = tuple(item for item in new if item not in self._given)
        return self._accept(page, self._start(), new)

    def _step_back(self, page: Page[Any]) -> Sequence[Any]:
        """Items before this place were deleted: what comes next stands further ahead now."""
        at_start = self._start() == 0
        if at_start and not page.items and self._is_last(page, 0):
            self._ended = True  # nothing is left
        elif at_start or self._position.steps_back >= STEPS_BACK:
            raise self._lost("changed too much to find the place again")
        self._position.steps_back += 1
        self._count_fruitless()
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
            self._fruitless = 0
        elif not self._ended:
            if len(page) < 2:
                raise self._lost("does not go on where it should")
            self._count_fruitless()
        if not self._ended and len(page) < sizes.asked:
            sizes.most = max(2, len(page))
        self._given.add(new)
        self._count += len(new)
        return new

    def _count_fruitless(self) -> None:
        self._fruitless += 1
        if self._fruitless > MAX_PAGES_WITHOUT_NEW_ITEMS:
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


class NumberedPages:
    """``page`` and ``page_size``, from 0.

    Pages cannot overlap here: items that moved to a later page are given once, if they have ids to know them
    by, but an item that moved to an earlier one, because others were deleted, is not seen.
    """

    def __init__(self, page: int | None, page_size: int | None) -> None:
        self._page = page or 0
        self._size = page_size or NUMBERED_SIZE
        self._given = SeenItems()
        self._last: Sequence[Any] = ()
        self._alike = 0
        self._fruitless = 0
        self._ended = False

    def next_request(self) -> PageRequest | None:
        """The next page."""
        return None if self._ended else self._at(self._page)

    def _at(self, page: int) -> PageRequest:
        return {"page": page, "page_size": self._size}

    def new_items(self, page: Page[Any]) -> Sequence[Any]:
        """What has not been given yet."""
        # Without ids, two items that look alike may well be two.
        new = [item for item in page.items if not _has_id(item) or item not in self._given]
        self._fruitless = 0 if new else self._fruitless + 1
        self._alike = self._alike + 1 if page.items and page.items == self._last else 0
        # Pages of rows that all look alike may follow each other; pages of rows that do not, hardly.
        patience = MAX_PAGES_WITHOUT_NEW_ITEMS if _all_alike(page.items) else 0
        if self._alike > patience or (page.items and self._fruitless > MAX_PAGES_WITHOUT_NEW_ITEMS):
            raise ListChanged(f"Page {self._page} holds what was given before: the server repeats itself.")
        self._given.add(list(filter(_has_id, new)))
        self._last = page.items
        self._page += 1
        # A server may give less than a great size that it was asked for, so there only an empty page is the end.
        self._ended = not page.items or (len(page) < self._size <= NUMBERED_SIZE)
        return new

    def upcoming_requests(self) -> Iterator[PageRequest]:
        """The next page, if there may be one."""
        return iter(() if self._ended else (self._at(self._page),))


def _all_alike(items: Sequence[Any]) -> bool:
    return all(item == items[0] for item in items)


def _has_id(item: Any) -> bool:
    return bool(getattr(item, "id", None))


class CursorPages:
    """A token in each answer asks for the next page."""

    def __init__(self, next_page_token: str | None, page_size: int | None) -> None:
        self._token = next_page_token
        self._size = page_size or NUMBERED_SIZE
        self._ended = False

    def next_request(self) -> PageRequest | None:
        """The page of the token; the first has none."""
        return None if self._ended else {"next_page_token": self._token, "page_size": self._size}

    def new_items(self, page: Page[Any]) -> Sequence[Any]:
        """Everything; the token for the next page is looked for in the answer."""
        token = _token_in(page.rest)
        if token is not None and token == self._token:
            raise ListChanged("The server gave the same page token again.")
        if token is None and not _tells_token(page.rest) and (len(page) >= self._size or _hints_token(page.rest)):
            raise ListChanged(
                "There may be more, and no token for the next page could be found in the answer, where its name is"
                " not published: read on with page_strategy='OFFSET'."
            )
        self._ended = token is None or not page.items
        self._token = token
        return page.items

    def upcoming_requests(self) -> Iterator[PageRequest]:
        """The next page, once its token is known."""
        request = self.next_request()
        return iter(() if request is None else (request,))


_TOKEN: Final = "nextPageToken"  # noqa: S105
"""As requests spell it; how answers do is not published."""


def _objects(rest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield rest
    for value in rest.values():
        if isinstance(value, dict):
            yield value


def _tells_token(rest: Mapping[str, Any]) -> bool:
    return any(_TOKEN in each for each in _objects(rest))


def _hints_token(rest: Mapping[str, Any]) -> bool:
    """Whether something in the answer may be the token under another name."""
    told = (pair for each in _objects(rest) for pair in each.items())
    return any(value and ("token" in key.lower() or "cursor" in key.lower()) for key, value in told)


def _token_in(rest: Mapping[str, Any]) -> str | None:
    return next((str(each[_TOKEN]) for each in _objects(rest) if each.get(_TOKEN)), None)
