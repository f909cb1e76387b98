"""Going through a list that comes in pages, while it may change.

Three ways to ask for the next page, one way to walk. Each page by offset begins with the last item of the page
before, so that a list that has changed underneath is noticed: the walk then finds its place again, or says that
it cannot. Once half of a page has been given, the next ones are asked for, a few at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from asyncsdk.errors import ListChanged
from asyncsdk.page import Page

__all__ = ["ByCursor", "ByNumber", "ByOffset", "Way", "Whole", "walk"]

T = TypeVar("T")
Ask: TypeAlias = Mapping[str, Any]
"""The arguments that choose a page."""

Fetch: TypeAlias = Callable[[Ask, bool], Awaitable[Page[T]]]
"""Reads a page; told whether it is read ahead."""

PAGE_SIZE: Final = 1000
"""The most that Act-On gives in one page, where that is published."""

NUMBERED_SIZE: Final = 50
"""The usual size of a numbered page; the greatest is not published."""

AHEAD: Final = 4
"""Pages on their way at once, at the most."""

STEPS_BACK: Final = 3
"""How many pages a walk goes back to find its place again."""


class Way(Protocol):
    """How the next page is asked for, and where a walk stands."""

    def ask(self) -> Ask | None:
        """What to ask for now; None at the end."""
        ...

    def accept(self, page: Page[Any]) -> Sequence[Any]:
        """The items of the page that was asked for that have not been given yet.

        Raises:
            ListChanged: the walk cannot go on.
        """
        ...

    def upcoming(self) -> Iterator[Ask]:
        """What will be asked for after the page that was accepted last, as far as that is known."""
        ...


async def walk(fetch: Fetch[T], way: Way) -> AsyncIterator[T]:
    """Every item of a list."""
    coming: dict[tuple[tuple[str, Any], ...], asyncio.Future[Page[T]]] = {}
    pages = 0

    def want(ask: Ask) -> None:
        key = tuple(ask.items())
        if key not in coming:
            coming[key] = asyncio.ensure_future(fetch(ask, pages > 0))
            coming[key].add_done_callback(_retrieved)

    try:
        while (ask := way.ask()) is not None:
            want(ask)
            page = await coming.pop(tuple(ask.items()))
            pages += 1
            items = way.accept(page)
            for place, item in enumerate(items):
                if place == len(items) // 2:
                    for later in islice(way.upcoming(), min(pages, AHEAD)):
                        want(later)
                yield item
    finally:
        for task in coming.values():
            task.cancel()


def _retrieved(page: asyncio.Future[Any]) -> None:
    """A page that nobody asks for any more may have failed without anybody to tell."""
    if not page.cancelled():
        page.exception()


def _same(one: Any, other: Any) -> bool:
    """Whether two items are one and the same, which may have been changed meanwhile."""
    own = getattr(one, "id", None)
    return bool(own == getattr(other, "id", None) if own else one == other)


def _place_of(items: Sequence[Any], wanted: Any) -> int | None:
    return next((place for place, item in enumerate(items) if _same(item, wanted)), None)


def _unseen(items: Sequence[Any], seen: Sequence[Any]) -> list[Any]:
    return [item for item in items if _place_of(seen, item) is None]


class Whole:
    """The list comes in one piece."""

    def __init__(self) -> None:
        self._ended = False

    def ask(self) -> Ask | None:
        """Everything, once."""
        return None if self._ended else {}

    def accept(self, page: Page[Any]) -> Sequence[Any]:
        """Everything."""
        self._ended = True
        return page.items

    def upcoming(self) -> Iterator[Ask]:
        """Nothing."""
        return iter(())


class ByOffset:
    """``count`` and ``offset``."""

    def __init__(self, count: int | None, offset: int | None) -> None:
        self._size = count or PAGE_SIZE
        self._first = self._next = offset or 0
        self._total = -1
        self._last: Sequence[Any] = ()
        """The items given last."""
        self._asked = 0
        self._back = 0
        self._ended = False

    def ask(self) -> Ask | None:
        """A page that begins with the item before; on the way back, pages that come before it."""
        if self._ended:
            return None
        if not self._last:
            self._asked = self._size
            return {"count": self._size, "offset": self._next}
        self._asked = min(self._size + 1, PAGE_SIZE)
        return {"count": self._asked, "offset": self._start()}

    def _start(self) -> int:
        return max(self._first, self._next - 1 - self._back * self._size)

    def accept(self, page: Page[Any]) -> Sequence[Any]:
        """What comes after the item given last, wherever that is now."""
        self._total = page.total_count
        if not self._last:
            return self._take(page, self._next, page.items)
        start = self._start()
        new = self._after_last(page.items)
        if new is None:
            return self._step_back(page, start)
        return self._take(page, start, new)

    def _after_last(self, items: Sequence[Any]) -> Sequence[Any] | None:
        """The items behind the latest one that is known; None where none is."""
        if items and _same(items[0], self._last[-1]):
            return items[1:]
        for known in reversed(self._last):
            place = _place_of(items, known)
            if place is not None:
                return _unseen(items[place + 1 :], self._last)
        return None

    def _step_back(self, page: Page[Any], start: int) -> Sequence[Any]:
        """Items before this place were deleted: what comes next stands further ahead now."""
        if start == self._first and not page.items:
            self._ended = True  # nothing is left
        elif start == self._first or self._back >= STEPS_BACK:
            raise ListChanged(f"The list has changed too much to find the place again. {self._so_far()}")
        self._back += 1
        return ()

    def _take(self, page: Page[Any], start: int, new: Sequence[Any]) -> Sequence[Any]:
        self._next = start + len(page)
        self._ended = self._is_last(page, self._next)
        if not self._ended and len(page) < self._asked:
            self._size = max(1, len(page))  # the server gives no more at a time
        if new:
            self._last = new
        elif not self._ended and self._back == 0:
            raise ListChanged(f"The list does not go on where it should. {self._so_far()}")
        self._back = 0
        return new

    def _is_last(self, page: Page[Any], end: int) -> bool:
        """Where the total is not known, a page shorter than asked for is the last one."""
        return end >= self._total if self._total >= 0 else len(page) < self._asked

    def _so_far(self) -> str:
        return f"{self._next - self._first:,} items had been given; begin again."

    def upcoming(self) -> Iterator[Ask]:
        """All further pages, where the total is known; else the next one."""
        count = min(self._size + 1, PAGE_SIZE)
        offset = self._next - 1
        while not self._ended:
            yield {"count": count, "offset": offset}
            offset += count - 1
            if self._total < 0 or offset + 1 >= self._total:
                return


class ByNumber:
    """``page`` and ``page_size``, from 0.

    Pages cannot overlap here: items that moved to a later page are given once, but an item that moved to an
    earlier one, because others were deleted, is not seen.
    """

    def __init__(self, page: int | None, page_size: int | None) -> None:
        self._page = page or 0
        self._size = page_size or NUMBERED_SIZE
        self._last: Sequence[Any] = ()
        self._ended = False

    def ask(self) -> Ask | None:
        """The next page."""
        return None if self._ended else self._at(self._page)

    def _at(self, page: int) -> Ask:
        return {"page": page, "page_size": self._size}

    def accept(self, page: Page[Any]) -> Sequence[Any]:
        """What the page before did not hold."""
        new = _unseen(page.items, self._last)
        if page.items and not new:
            raise ListChanged(f"Page {self._page} holds what the page before held: the server repeats itself.")
        self._page += 1
        self._last = page.items
        # A server may give less than a great size that it was asked for, so there only an empty page is the end.
        self._ended = not page.items or (len(page) < self._size <= NUMBERED_SIZE)
        return new

    def upcoming(self) -> Iterator[Ask]:
        """The next page, if there may be one."""
        return iter(() if self._ended else (self._at(self._page),))


class ByCursor:
    """A token in each answer asks for the next page."""

    def __init__(self, next_page_token: str | None, page_size: int | None) -> None:
        self._token = next_page_token
        self._size = page_size
        self._ended = False

    def ask(self) -> Ask | None:
        """The page of the token; the first has none."""
        return None if self._ended else {"next_page_token": self._token, "page_size": self._size}

    def accept(self, page: Page[Any]) -> Sequence[Any]:
        """Everything; the token for the next page is looked for in the answer."""
        token = _token_in(page.rest)
        if token is not None and token == self._token:
            raise ListChanged("The server gave the same page token again.")
        if token is None and self._size is not None and len(page) >= self._size and not _tells_token(page.rest):
            raise ListChanged(
                "The page is full, and no token for the next one could be found in the answer, where its name is"
                " not published: read on with page_strategy='OFFSET'."
            )
        self._ended = token is None or not page.items
        self._token = token
        return page.items

    def upcoming(self) -> Iterator[Ask]:
        """The next page, once its token is known."""
        ask = self.ask()
        return iter(() if ask is None else (ask,))


_TOKEN: Final = "nextPageToken"  # noqa: S105
"""As requests spell it; how answers do is not published."""


def _objects(rest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield rest
    for value in rest.values():
        if isinstance(value, dict):
            yield value


def _tells_token(rest: Mapping[str, Any]) -> bool:
    return any(_TOKEN in each for each in _objects(rest))


def _token_in(rest: Mapping[str, Any]) -> str | None:
    return next((str(each[_TOKEN]) for each in _objects(rest) if each.get(_TOKEN)), None)
