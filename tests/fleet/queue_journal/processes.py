"""Processes that share a queue's journal in Redis: here each is a fleet of its own, with its own connections."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from redis.asyncio import Redis

from asyncsdk.fleet import Fleet
from asyncsdk.fleet.queue_journal.keys import QueueKeys
from asyncsdk.fleet.queue_journal.stream_journal import StreamJournal
from asyncsdk.fleet.queue_journal.stream_lead import StreamLead
from asyncsdk.queue.entry import Cells, Entry
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.recovery import entry_from
from asyncsdk.queue.results import UnsavedRow

__all__ = ["LIST", "Processes", "cells_of", "entry", "report_of", "sent", "written"]

LIST = "l-0001"


class Processes:
    """Makes processes, which end with it.

    Args:
        url: where Redis is.
        name: the name of the queue.
    """

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.keys = QueueKeys(name)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.redis = await self._stack.enter_async_context(Redis.from_url(self.url, decode_responses=True))
        return self

    async def now_ms(self) -> float:
        """The time of Redis."""
        seconds, micros = await self.redis.time()
        return seconds * 1e3 + micros / 1e3

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def new(self, *, list_id: str = LIST, capacity: int = 10_000, name: str = "") -> StreamJournal:
        """The journal as one more process has it open."""
        fleet = await self._stack.enter_async_context(Fleet.from_url(self.url))
        journal = fleet.queue_journal(name or self.name)
        await journal.open(list_id, capacity)
        self._stack.push_async_callback(journal.close)
        return journal

    async def leading(self, *, capacity: int = 10_000) -> tuple[StreamJournal, StreamLead]:
        """One more process, which gets the lead at once, and has read nothing yet."""
        journal = await self.new(capacity=capacity)
        return journal, await self.lead_of(journal)

    async def taken_from_its_holder(self, journal: StreamJournal) -> StreamLead:
        """The lead, as if its holder had not renewed it in time; one that lives may renew it just now."""
        for _ in range(100):
            await self.redis.delete(self.keys.lead.holder)
            lead = await journal.try_lead()
            if lead is not None:
                self._stack.push_async_callback(lead.release)
                return lead
        raise AssertionError("the holder keeps it")

    async def lead_of(self, journal: StreamJournal) -> StreamLead:
        """The lead of a process that gets it at once."""
        lead = await journal.try_lead()
        assert lead is not None
        self._stack.push_async_callback(lead.release)
        return lead


def entry(name: str = "ada", **cells: str) -> Entry:
    """A row as it is put."""
    values: Cells = dict(cells)
    return Entry(f"{name}@example.com", values, 0.0)


def sent(row: JournalRow) -> Entry:
    """A row as the sender has it."""
    return entry_from(row)


def report_of(row: JournalRow | Entry) -> UnsavedRow:
    """A row that was given up, as it is reported."""
    return UnsavedRow(row.email, dict(row.cells), "failed", "so it is")


async def written(lead: StreamLead) -> None:
    """Wait until Redis has all that the sender has changed."""
    await lead.mark_sending([], 0.0)


def cells_of(rows: Sequence[JournalRow]) -> list[tuple[str, dict[str, object]]]:
    """What is to be written of some rows, by address."""
    return [(row.email, dict(row.cells)) for row in rows]
