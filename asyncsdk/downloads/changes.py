"""Incremental downloads: the records and items that are new or have changed since the last run.

A run asks for what changed after the time at which the last one began, less some time more, and remembers what it
gave: nothing that changes during a run is missed. What the last run gave is recognized and left out, unless it was
too much to remember. Only a run that was read to its end, and whose block ended without an error, moves the time
on: a program that fails while it saves what it got is given the same again.
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
from asyncsdk.downloads.caller import DownloadCaller
from asyncsdk.downloads.completeness import Completeness
from asyncsdk.downloads.query import Query, key_of
from asyncsdk.downloads.reader import PageReader, Row
from asyncsdk.downloads.records import each_record
from asyncsdk.downloads.server_time import RunStartTime
from asyncsdk.downloads.state import MAX_SEEN, DownloadStateFile, RunMark, digest
from asyncsdk.limits.lanes import Lane
from asyncsdk.pagination.iterate import iterate_pages
from asyncsdk.pagination.offset_pages import OffsetPages
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.strategies import PageRequest
from asyncsdk.routing.route import Route, route_of
from asyncsdk.transport.call_options import CallOptions

__all__ = ["changes", "new_drilldown_rows", "new_suppressions"]

T = TypeVar("T")

_AS_RECORDED: Final = timedelta(minutes=10)
"""Time that a change may take to become visible after its timestamp."""

_AS_REPORTED: Final = timedelta(days=1)
"""The same for what mail servers and browsers report."""


class _SeenBefore:
    """Digests of what the last run gave and of what this run gives, for deduplication between runs."""

    def __init__(self, before: RunMark | None) -> None:
        # Equal items are counted: two that are equal are two.
        self._before = Counter[str]() if before is None else Counter(before.seen)
        self._seen: list[str] | None = []

    def is_new(self, values: Sequence[object], *, lasting: bool = True) -> bool:
        """Whether the last run did not give this item.

        Args:
            values: all values of the item.
            lasting: whether the next run may be given it again.
        """
        name = digest(values)
        if self._seen is not None and lasting:
            self._seen.append(name)
            if len(self._seen) > MAX_SEEN:
                self._seen = None
        if not self._before[name]:
            return True
        self._before[name] -= 1
        return False

    def mark(self, time: datetime) -> RunMark:
        """The state that the next run starts from."""
        return RunMark(time, self._seen or ())


class _ReadToEnd(Generic[T]):
    """Iterator that knows whether it was read to its end."""

    def __init__(self) -> None:
        self.ended = False

    async def iterate(self, found: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """Each item."""
        async with aclosing(found):
            async for each in found:
                yield each
        self.ended = True


def changes(
    caller: DownloadCaller, query: Query, into: type[T], state: str | PathLike[str]
) -> AbstractAsyncContextManager[AsyncIterator[T]]:
    """Each record that is new or has changed since the last run."""
    return _changed_records(caller, query, into, DownloadStateFile(state, query.key()))


@asynccontextmanager
async def _changed_records(
    caller: DownloadCaller, query: Query, into: type[T], file: DownloadStateFile
) -> AsyncGenerator[AsyncIterator[T]]:
    before = await file.load(caller.identity)
    if before is not None:
        query = query.since(before.time - _AS_RECORDED)
    seen = _SeenBefore(before)
    reader = PageReader(caller, query)

    def row_filter(rows: Sequence[Row]) -> Sequence[Row]:
        return [row for row in rows if seen.is_new(row)]

    reading: _ReadToEnd[T] = _ReadToEnd()
    async with aclosing(reading.iterate(each_record(reader, into, row_filter))) as given:
        yield given
    if reading.ended:
        await file.save(seen.mark(reader.start.time))


def new_suppressions(
    caller: DownloadCaller, route: Route, state: str | PathLike[str]
) -> AbstractAsyncContextManager[AsyncIterator[models.Suppression]]:
    """The addresses that were added to a suppression list since the last run.

    Args:
        caller: makes the calls.
        route: the suppression list.
        state: the state file.
    """
    return _new_items(caller, route, {}, state, _AS_RECORDED)


def new_drilldown_rows(
    caller: DownloadCaller, message_id: str, drilldown: models.Drilldown, state: str | PathLike[str]
) -> AbstractAsyncContextManager[AsyncIterator[models.DrilldownRow]]:
    """The recipients that were added to the report on a message since the last run."""
    asked = {"message_id": message_id, "drilldown": drilldown}
    return _new_items(caller, route_of(Reports.message_drilldown), asked, state, _AS_REPORTED)


def _new_items(
    caller: DownloadCaller, route: Route, asked: Mapping[str, str], state: str | PathLike[str], late: timedelta
) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
    """The new items of a paged list whose items have a ``timestamp``.

    Args:
        caller: makes the calls.
        route: the list.
        asked: the arguments of the route.
        state: the state file.
        late: time that an item may take to appear in the list after its timestamp.
    """
    file = DownloadStateFile(state, key_of(route.name, asked))
    return _read_new_items(caller, _Pages(caller, route, asked), file, late)


@asynccontextmanager
async def _read_new_items(
    caller: DownloadCaller, pages: _Pages, file: DownloadStateFile, late: timedelta
) -> AsyncGenerator[AsyncIterator[Any]]:
    before = await file.load(caller.identity)
    since = None if before is None else before.time - late
    seen = _SeenBefore(before)
    pages.ask_since(since)

    def is_new(item: Any) -> bool:
        time: datetime | None = item.timestamp
        if time is not None and since is not None and time < since:
            return False
        lasting = time is None or time >= pages.start.time - late
        return seen.is_new(attrs.astuple(item, recurse=False), lasting=lasting)

    reading: _ReadToEnd[Any] = _ReadToEnd()
    async with aclosing(reading.iterate(_new_in(pages, is_new))) as given:
        yield given
    if reading.ended:
        await file.save(seen.mark(pages.start.time))


async def _new_in(pages: _Pages, is_new: Callable[[Any], bool]) -> AsyncGenerator[Any, None]:
    given = 0
    async with aclosing(
        cast("AsyncGenerator[Any, None]", iterate_pages(pages.fetch, OffsetPages(None, None)))
    ) as items:
        async for item in items:
            given += 1
            if is_new(item):
                yield item
    pages.completeness.check(given)


class _Pages:
    """Pages of a list; only new items are requested where the server can filter them."""

    def __init__(self, caller: DownloadCaller, route: Route, asked: Mapping[str, str]) -> None:
        self.start = RunStartTime()
        self.completeness = Completeness()
        self._caller = caller
        self._route = route
        self._arguments = route.bind((), dict(asked))

    def ask_since(self, time: datetime | None) -> None:
        """Request only what came after a time, where the server can filter it."""
        if "created_after" in self._arguments:
            self._arguments["created_after"] = time

    async def fetch(self, ask: PageRequest, ahead: bool) -> Page[Any]:
        """One page."""
        self.start.begin()
        options = CallOptions(Lane.BULK if ahead else Lane.INTERACTIVE)
        response = await self._caller.send(self._route, {**self._arguments, **ask}, options)
        self.start.note(response)
        page: Page[Any] = decode_result(self._route.result, response)
        self.completeness.note(page.total_count)
        return page
