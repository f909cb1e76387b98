"""What is new or has changed since the last run.

A run asks for what changed after the time at which the last one began, less some time more, and remembers what it
gave: nothing that changes while a run goes on is missed. What is given twice is known again and left out, unless
it was too much to remember. Only a run that was read to its end, and whose block ended without an error, moves the
time on: a caller that fails while it saves what it got is given the same again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import datetime, timedelta
from os import PathLike
from typing import Any, Final, Generic, TypeVar, cast

import attrs

from asyncsdk import models
from asyncsdk.api import Reports
from asyncsdk.decoding.results import decode_result
from asyncsdk.downloads.caller import Source
from asyncsdk.downloads.completeness import Completeness
from asyncsdk.downloads.query import Query, key_of
from asyncsdk.downloads.reader import Cells, Reader
from asyncsdk.downloads.records import each_record
from asyncsdk.downloads.server_time import RunStart
from asyncsdk.downloads.state import SEEN, Mark, StateFile, digest
from asyncsdk.limits.lanes import Lane
from asyncsdk.pagination.iterate import iterate_pages
from asyncsdk.pagination.offset_pages import OffsetPages
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.strategies import PageRequest
from asyncsdk.routing.route import Route, route_of
from asyncsdk.transport.options import CallOptions

__all__ = ["changes", "new_drilldown_rows", "new_suppressions"]

T = TypeVar("T")

_AS_RECORDED: Final = timedelta(minutes=10)
"""How long a change may take to be seen after the time that it is stamped with."""

_AS_REPORTED: Final = timedelta(days=1)
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


class _Reading(Generic[T]):
    """What is given, and whether it was read to its end."""

    def __init__(self) -> None:
        self.ended = False

    async def of(self, found: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """All of it."""
        async with aclosing(found):
            async for each in found:
                yield each
        self.ended = True


def changes(
    source: Source, query: Query, into: type[T], state: str | PathLike[str]
) -> AbstractAsyncContextManager[AsyncIterator[T]]:
    """Each record of a list that is new or has changed since the last run."""
    return _changed_records(source, query, into, StateFile(state, query.key()))


@asynccontextmanager
async def _changed_records(
    source: Source, query: Query, into: type[T], file: StateFile
) -> AsyncGenerator[AsyncIterator[T]]:
    before = await file.load(source.identity)
    if before is not None:
        query = query.since(before.time - _AS_RECORDED)
    border = _Border(before)
    reader = Reader(source, query)

    def choose(rows: Sequence[Cells]) -> Sequence[Cells]:
        return [row for row in rows if border.is_new(row)]

    reading: _Reading[T] = _Reading()
    async with aclosing(reading.of(each_record(reader, into, choose))) as given:
        yield given
    if reading.ended:
        await file.save(border.mark(reader.start.time))


def new_suppressions(
    source: Source, route: Route, state: str | PathLike[str]
) -> AbstractAsyncContextManager[AsyncIterator[models.Suppression]]:
    """What came to a list of addresses that get no mail since the last run.

    Args:
        source: the way to the server.
        route: gives the list.
        state: what the last run left.
    """
    return _new_items(source, route, {}, state, _AS_RECORDED)


def new_drilldown_rows(
    source: Source, message_id: str, drilldown: models.Drilldown, state: str | PathLike[str]
) -> AbstractAsyncContextManager[AsyncIterator[models.DrilldownRow]]:
    """What came to the report on a message since the last run."""
    asked = {"message_id": message_id, "drilldown": drilldown}
    return _new_items(source, route_of(Reports.message_drilldown), asked, state, _AS_REPORTED)


def _new_items(
    source: Source, route: Route, asked: Mapping[str, str], state: str | PathLike[str], late: timedelta
) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
    """The items that are new in a paged list whose items have a ``timestamp``.

    Args:
        source: the way to the server.
        route: gives the list.
        asked: what it is asked.
        state: what the last run left.
        late: how much later than its timestamp an item may come to the list.
    """
    file = StateFile(state, key_of(route.name, asked))
    return _read_new_items(source, _Pages(source, route, asked), file, late)


@asynccontextmanager
async def _read_new_items(
    source: Source, pages: _Pages, file: StateFile, late: timedelta
) -> AsyncGenerator[AsyncIterator[Any]]:
    before = await file.load(source.identity)
    since = None if before is None else before.time - late
    border = _Border(before)
    pages.ask_since(since)

    def is_new(item: Any) -> bool:
        time: datetime | None = item.timestamp
        if time is not None and since is not None and time < since:
            return False
        lasting = time is None or time >= pages.start.time - late
        return border.is_new(attrs.astuple(item, recurse=False), lasting=lasting)

    reading: _Reading[Any] = _Reading()
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

    def __init__(self, source: Source, route: Route, asked: Mapping[str, str]) -> None:
        self.start = RunStart()
        self.promise = Completeness()
        self._source = source
        self._route = route
        self._arguments = route.bind((), dict(asked))

    def ask_since(self, time: datetime | None) -> None:
        """Leave out what came before, as far as the server can."""
        if "created_after" in self._arguments:
            self._arguments["created_after"] = time

    async def fetch(self, ask: PageRequest, ahead: bool) -> Page[Any]:
        """One page."""
        self.start.begin()
        options = CallOptions(Lane.BULK if ahead else Lane.INTERACTIVE)
        response = await self._source.send(self._route, {**self._arguments, **ask}, options)
        self.start.note(response)
        page: Page[Any] = decode_result(self._route.result, response)
        self.promise.note(page.total_count)
        return page
