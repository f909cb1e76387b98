"""Missing list: one that is not there or may not be read costs no call for each row, and is reported once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from asyncsdk import ActOnError, APIError, NotFound
from asyncsdk.emulator import Hang, Reply
from asyncsdk.queue import QueueClosed
from tests.queue.stage import HEADINGS, emails
from tests.support.stage import outcome, stage
from tests.support.virtual_time import virtual_time


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the library logs."""
    found: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("asyncsdk").addHandler(handler)
    yield found
    logging.getLogger("asyncsdk").removeHandler(handler)


def test_a_list_that_is_missing_is_told_once(lines: list[str]) -> None:
    """It is found out before the first visitor comes; 300 of them in ten minutes cost a handful of calls."""

    @virtual_time
    async def run() -> None:
        async with stage() as (server, acton), acton.contacts.queue("l-0404") as queue:
            await asyncio.sleep(1)
            assert isinstance(queue.report().trouble, APIError)
            for n in range(300):
                assert isinstance(await outcome(queue.put(f"p{n}@example.com")), APIError)
                await asyncio.sleep(2)
            assert len(server.calls) <= 7
            assert len(queue) == 0
            told = [line for line in lines if "l-0404" in line]
            assert len(told) == 1
            assert "cannot be read" in told[0]

    run()


@virtual_time
async def test_a_list_that_is_made_later_is_found() -> None:
    """After some minutes rows are taken, and the trouble is over."""
    async with stage() as (server, acton), acton.contacts.queue("l-0404", max_age=0.1) as queue:
        assert isinstance(await outcome(queue.put("p1@example.com")), ActOnError)
        server.add_list("Leads", HEADINGS, list_id="l-0404")
        await asyncio.sleep(301)
        await queue.put("p1@example.com", wait=True)
        assert queue.report().trouble is None
        assert emails(server, "l-0404") == ["p1@example.com"]


@pytest.mark.parametrize("status", [403, 503])
def test_whatever_keeps_columns_from_being_read(status: int) -> None:
    """Missing rights and an outage are asked about again after a pause that grows, not by each visitor."""

    @virtual_time
    async def run() -> None:
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS)
            server.faults.add(Reply(status, {"message": "no"}), on="lists.download", times=999)
            async with acton.contacts.queue(leads, max_age=0.1) as queue:
                for n in range(100):
                    assert isinstance(await outcome(queue.put(f"p{n}@example.com")), ActOnError)
                    await asyncio.sleep(0.1)
                asked = len(server.calls.of("lists.download"))
                assert asked <= (1 if status == 403 else 24)
                server.faults.clear()
                await asyncio.sleep(301)
                assert (await queue.put("p1@example.com", wait=True)).saved

    run()


@virtual_time
async def test_an_unknown_column_costs_no_call_for_each_visitor_in_an_outage() -> None:
    """Columns that may be stale are read again for a column that they lack, but not once for each who names it."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        async with acton.contacts.queue(leads) as queue:
            await queue.put("p0@example.com", wait=True)
            queue._backend.columns.invalidate()
            server.faults.add(Reply(404, {"errorCode": "10000", "message": "gone"}), on="lists.download", times=999)
            before = len(server.calls)
            for n in range(50):
                assert isinstance(await outcome(queue.put(f"p{n}@example.com", {"Nonsense": n})), NotFound)
            assert len(server.calls) == before + 1
            await queue.put("p1@example.com", {"Score": 1})
            server.faults.clear()


@virtual_time
async def test_a_queue_closes_while_its_columns_are_being_read() -> None:
    """It does not wait for an answer that nobody needs any more; whoever put meanwhile is told that it closed."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        server.faults.add(Hang(), on="lists.download", times=99)
        queue = acton.contacts.queue(leads, drain_within=1.0)
        await queue.open()
        put = asyncio.ensure_future(outcome(queue.put("p1@example.com")))
        await asyncio.sleep(1)
        began = asyncio.get_running_loop().time()
        await queue.close()
        assert asyncio.get_running_loop().time() - began < 2
        assert isinstance(await put, QueueClosed)
