"""What is new or has changed since the last run.

A run asks for what changed after the time at which the last one began, less some time more, and remembers what it
gave: nothing that changes while a run goes on is missed. What is given twice is known again and left out, unless
it was too much to remember. Only a run that was read to its end moves the time on.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any, Final, cast

import attrs

from asyncsdk.answers import read
from asyncsdk.api import TABLE
from asyncsdk.downloads.promise import Promise
from asyncsdk.downloads.question import Question
from asyncsdk.downloads.reader import Cells, Reader
from asyncsdk.downloads.records import records
from asyncsdk.downloads.server_time import RunStart
from asyncsdk.downloads.source import Source
from asyncsdk.downloads.state import SEEN, Mark, StateFile, digest
from asyncsdk.message import Lane
from asyncsdk.page import Page
from asyncsdk.route import Route
from asyncsdk.walk import walk
from asyncsdk.ways import Ask, ByOffset

__all__ = ["AS_RECORDED", "AS_REPORTED", "new_items", "new_records"]

AS_RECORDED: Final = timedelta(minutes=10)
"""How long a change may take to be seen after the time that it is stamped with."""

AS_REPORTED: Final = timedelta(days=1)
"""The same for what mail servers and browsers report."""


class _Border:
    """What the last run gave, and what this one gives, as far as it may come again."""

    def __init__(self, before: Mark | None) -> None:
        self._before = frozenset[str]() if before is None else before.seen
        self._seen: set[str] | None = set()

    def is_new(self, values: Sequence[object], *, lasting: bool = True) -> bool:
        """Whether the last run did not give just this.

        Args:
            values: all that it holds.
            lasting: whether the next run may see it again.
        """
        name = digest(values)
        if self._seen is not None and lasting:
            self._seen.add(name)
            if len(self._seen) > SEEN:
                self._seen = None
        return name not in self._before

    def mark(self, time: datetime) -> Mark:
        """What the next run starts from."""
        return Mark(time, frozenset(self._seen or ()))


async def new_records(source: Source, question: Question, into: type[Any], file: StateFile) -> AsyncIterator[Any]:
    """The records that are new or have changed."""
    before = await file.load()
    if before is not None:
        question = question.since(before.time - AS_RECORDED)
    border = _Border(before)
    reader = Reader(source, question)

    def choose(rows: Sequence[Cells]) -> Sequence[Cells]:
        return [row for row in rows if border.is_new(row)]

    async with aclosing(records(reader, into, choose)) as given:
        async for record in given:
            yield record
    await file.save(border.mark(reader.start.time))


async def new_items(
    source: Source, name: str, asked: Mapping[str, Any], file: StateFile, late: timedelta
) -> AsyncIterator[Any]:
    """The items that are new in a paged list whose items have a ``timestamp``.

    Args:
        source: the way to the server.
        name: the row of the table that gives the list.
        asked: what it is asked.
        file: what the last run left.
        late: how much later than its timestamp an item may come to the list.
    """
    before = await file.load()
    since = None if before is None else before.time - late
    border = _Border(before)
    pages = _Pages(source, TABLE[name], asked, since)
    given = 0
    async with aclosing(cast("AsyncGenerator[Any, None]", walk(pages.fetch, ByOffset(None, None)))) as items:
        async for item in items:
            given += 1
            time: datetime | None = item.timestamp
            if time is not None and since is not None and time < since:
                continue
            lasting = time is None or time >= pages.start.time - late
            if border.is_new(attrs.astuple(item, recurse=False), lasting=lasting):
                yield item
    pages.promise.check(given)
    await file.save(border.mark(pages.start.time))


class _Pages:
    """The pages of a list, asked for only what is new where the server can tell."""

    def __init__(self, source: Source, route: Route, asked: Mapping[str, Any], since: datetime | None) -> None:
        self.start = RunStart()
        self.promise = Promise()
        self._source = source
        self._route = route
        self._arguments = route.bind((), dict(asked))
        if "created_after" in self._arguments:
            self._arguments["created_after"] = since

    async def fetch(self, ask: Ask, ahead: bool) -> Page[Any]:
        """One page."""
        self.start.begin()
        lane = Lane.BULK if ahead else Lane.INTERACTIVE
        response = await self._source.answer(self._route, {**self._arguments, **ask}, lane)
        self.start.note(response)
        page: Page[Any] = read(self._route.result, response)
        self.promise.note(page.total_count)
        return page
