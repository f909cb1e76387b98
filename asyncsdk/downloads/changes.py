"""What is new or has changed since the last run.

A run asks for what changed after the time at which the last one began, less some time more, and remembers what it
gave: nothing that changes while a run goes on is missed. What is given twice is known again and left out, unless
it was too much to remember. Only a run that was read to its end, and whose block ended without an error, moves the
time on: a caller that fails while it saves what it got is given the same again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final, cast

import attrs

from asyncsdk.api import TABLE
from asyncsdk.decoding.results import decode_result
from asyncsdk.downloads.caller import Source
from asyncsdk.downloads.completeness import Completeness
from asyncsdk.downloads.query import Query
from asyncsdk.downloads.reader import Cells, Reader
from asyncsdk.downloads.records import records
from asyncsdk.downloads.server_time import RunStart
from asyncsdk.downloads.state import SEEN, Mark, StateFile, digest
from asyncsdk.limits.lanes import Lane
from asyncsdk.pagination.iterate import iterate_pages
from asyncsdk.pagination.offset_pages import OffsetPages
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.strategies import PageRequest
from asyncsdk.routing.route import Route
from asyncsdk.transport.options import CallOptions

__all__ = ["AS_RECORDED", "AS_REPORTED", "new_items", "new_records"]

AS_RECORDED: Final = timedelta(minutes=10)
"""How long a change may take to be seen after the time that it is stamped with."""

AS_REPORTED: Final = timedelta(days=1)
"""The same for what mail servers and browsers report."""


class _Border:
    """What the last run gave, and what this one gives, as far as it may come again."""

    def __init__(self, before: Mark | None) -> None:
        # What looks alike is counted: two that are equal are two.
        self._before = Counter[str]() if before is None else Counter(before.seen)
        self._seen: list[str] | None = []

    def is_new(self, values: Sequence[object], *, lasting: bool = True) -> bool:
        """Whether the last run did not give just this.

        Args:
            values: all that it holds.
            lasting: whether the next run may see it again.
        """
        name = digest(values)
        if self._seen is not None and lasting:
            self._seen.append(name)
            if len(self._seen) > SEEN:
                self._seen = None
        if not self._before[name]:
            return True
        self._before[name] -= 1
        return False

    def mark(self, time: datetime) -> Mark:
        """What the next run starts from."""
        return Mark(time, self._seen or ())


class _Reading:
    """What is given, and whether it was read to its end."""

    def __init__(self) -> None:
        self.ended = False

    async def of(self, found: AsyncGenerator[Any, None]) -> AsyncGenerator[Any, None]:
        """All of it."""
        async with aclosing(found):
            async for each in found:
                yield each
        self.ended = True


@asynccontextmanager
async def new_records(
    source: Source, question: Query, into: type[Any], file: StateFile
) -> AsyncGenerator[AsyncIterator[Any]]:
    """The records that are new or have changed."""
    before = await file.load(source.identity)
    if before is not None:
        question = question.since(before.time - AS_RECORDED)
    border = _Border(before)
    reader = Reader(source, question)

    def choose(rows: Sequence[Cells]) -> Sequence[Cells]:
        return [row for row in rows if border.is_new(row)]

    reading = _Reading()
    async with aclosing(reading.of(records(reader, into, choose))) as given:
        yield given
    if reading.ended:
        await file.save(border.mark(reader.start.time))


@asynccontextmanager
async def new_items(
    source: Source, name: str, asked: Mapping[str, Any], file: StateFile, late: timedelta
) -> AsyncGenerator[AsyncIterator[Any]]:
    """The items that are new in a paged list whose items have a ``timestamp``.

    Args:
        source: the way to the server.
        name: the row of the table that gives the list.
        asked: what it is asked.
        file: what the last run left.
        late: how much later than its timestamp an item may come to the list.
    """
    before = await file.load(source.identity)
    since = None if before is None else before.time - late
    border = _Border(before)
    pages = _Pages(source, TABLE[name], asked, since)

    def is_new(item: Any) -> bool:
        time: datetime | None = item.timestamp
        if time is not None and since is not None and time < since:
            return False
        lasting = time is None or time >= pages.start.time - late
        return border.is_new(attrs.astuple(item, recurse=False), lasting=lasting)

    reading = _Reading()
    async with aclosing(reading.of(_new_in(pages, is_new))) as given:
        yield given
    if reading.ended:
        await file.save(border.mark(pages.start.time))


async def _new_in(pages: _Pages, is_new: Callable[[Any], bool]) -> AsyncGenerator[Any, None]:
    given = 0
    async with aclosing(
        cast("AsyncGenerator[Any, None]", iterate_pages(pages.fetch, OffsetPages(None, None)))
    ) as items:
        async for item in items:
            given += 1
            if is_new(item):
                yield item
    pages.promise.check(given)


class _Pages:
    """The pages of a list, asked for only what is new where the server can tell."""

    def __init__(self, source: Source, route: Route, asked: Mapping[str, Any], since: datetime | None) -> None:
        self.start = RunStart()
        self.promise = Completeness()
        self._source = source
        self._route = route
        self._arguments = route.bind((), dict(asked))
        if "created_after" in self._arguments:
            self._arguments["created_after"] = since

    async def fetch(self, ask: PageRequest, ahead: bool) -> Page[Any]:
        """One page."""
        self.start.begin()
        options = CallOptions(Lane.BULK if ahead else Lane.INTERACTIVE)
        response = await self._source.answer(self._route, {**self._arguments, **ask}, options)
        self.start.note(response)
        page: Page[Any] = decode_result(self._route.result, response)
        self.promise.note(page.total_count)
        return page
