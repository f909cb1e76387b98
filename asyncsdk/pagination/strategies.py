"""Paging strategies: how the next page of a list is requested, by number or by token, and which items are new.

The strategy for lists by offset has a module of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from asyncsdk.errors import ListChanged
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.seen_items import SeenItems

__all__ = [
    "MAX_PAGES_WITHOUT_NEW_ITEMS",
    "CursorPages",
    "NumberedPages",
    "PageRequest",
    "PagingStrategy",
    "SinglePage",
]

PageRequest: TypeAlias = Mapping[str, Any]
"""The arguments that choose a page."""

NUMBERED_SIZE: Final = 50
"""The usual size of a numbered page; the greatest is not published."""

MAX_PAGES_WITHOUT_NEW_ITEMS: Final = 8
"""How many pages in succession may hold nothing new, before the iteration gives up."""


class PagingStrategy(Protocol):
    """Paging strategy: what to request next, and which items of a page are new."""

    def next_request(self) -> PageRequest | None:
        """The request for the next page; None at the end."""
        ...

    def new_items(self, page: Page[Any]) -> Sequence[Any]:
        """The items of the page that was requested last which have not been given yet.

        Raises:
            ListChanged: the iteration cannot go on.
        """
        ...

    def upcoming_requests(self) -> Iterator[PageRequest]:
        """The requests that follow the page that came last, as far as they are known."""
        ...


class SinglePage:
    """A list that comes in one piece."""

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


class NumberedPages:
    """Paging by ``page`` and ``page_size``, from 0.

    Pages cannot overlap here: items that moved to a later page are given once, if they have ids to know them
    by, but an item that moved to an earlier one, because others were deleted, is not seen.
    """

    def __init__(self, page: int | None, page_size: int | None) -> None:
        self._page = page or 0
        self._size = page_size or NUMBERED_SIZE
        self._given = SeenItems()
        self._last: Sequence[Any] = ()
        self._alike = 0
        self._pages_without_new = 0
        self._ended = False

    def next_request(self) -> PageRequest | None:
        """The next page."""
        return None if self._ended else self._at(self._page)

    def _at(self, page: int) -> PageRequest:
        return {"page": page, "page_size": self._size}

    def new_items(self, page: Page[Any]) -> Sequence[Any]:
        """The items that have not been given yet."""
        # Without ids, two items that look alike may well be two.
        new = [item for item in page.items if not _has_id(item) or item not in self._given]
        self._pages_without_new = 0 if new else self._pages_without_new + 1
        self._alike = self._alike + 1 if page.items and page.items == self._last else 0
        # Pages of rows that all look alike may follow each other; pages of rows that do not, hardly.
        tolerated = MAX_PAGES_WITHOUT_NEW_ITEMS if _all_alike(page.items) else 0
        if self._alike > tolerated or (page.items and self._pages_without_new > MAX_PAGES_WITHOUT_NEW_ITEMS):
            raise ListChanged(f"Page {self._page} holds what was given before: the server repeats itself.")
        self._given.add(list(filter(_has_id, new)))
        self._last = page.items
        self._page += 1
        # A server may give less than a great size that it was asked for, so there only an empty page is the end.
        self._ended = not page.items or (len(page) < self._size <= NUMBERED_SIZE)
        return new

    def upcoming_requests(self) -> Iterator[PageRequest]:
        """The request for the next page, if there may be one."""
        return iter(() if self._ended else (self._at(self._page),))


def _all_alike(items: Sequence[Any]) -> bool:
    return all(item == items[0] for item in items)


def _has_id(item: Any) -> bool:
    return bool(getattr(item, "id", None))


class CursorPages:
    """Paging by token: each answer holds the one that requests the next page."""

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
        if token is None and not _has_token(page.rest) and (len(page) >= self._size or _may_hide_token(page.rest)):
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
"""The name of the token in requests; its name in answers is not published."""


def _objects(rest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield rest
    for value in rest.values():
        if isinstance(value, dict):
            yield value


def _has_token(rest: Mapping[str, Any]) -> bool:
    return any(_TOKEN in each for each in _objects(rest))


def _may_hide_token(rest: Mapping[str, Any]) -> bool:
    """Whether something in the answer may be the token under another name."""
    told = (pair for each in _objects(rest) for pair in each.items())
    return any(value and ("token" in key.lower() or "cursor" in key.lower()) for key, value in told)


def _token_in(rest: Mapping[str, Any]) -> str | None:
    return next((str(each[_TOKEN]) for each in _objects(rest) if each.get(_TOKEN)), None)
