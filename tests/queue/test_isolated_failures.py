"""Trouble that is one file's or one row's own: the others go on, and it comes to an end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from asyncsdk import ServerError
from asyncsdk.emulator import FailJob, RejectRows, Reply, SlowJob, StallJob
from asyncsdk.queue import UnsavedRow
from tests.queue.stage import adds_up, emails, emptied, opened, some
from tests.support.stage import until
from tests.support.virtual_time import virtual_time

REFUSALS = {
    "400": Reply(400, {"errorCode": "10000", "message": "bad"}),
    "403": Reply(403, {"message": "blocked"}),
    "404": Reply(404, {"message": "not here"}),
    "413": Reply(413, {"message": "too large"}),
    "503": Reply.unavailable(),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSALS)
def test_a_file_that_is_never_taken_goes_row_by_row(name: str) -> None:
    """Where files are always refused and single calls are not, all is saved with few calls more than rows."""

    @virtual_time
    async def run() -> None:
        async with opened(max_age=0.1) as (server, _, leads, queue):
            server.faults.add(REFUSALS[name], on="lists.merge", times=9999)
            puts = [asyncio.ensure_future(queue.put(f"p{n}@example.com", wait=True)) for n in range(40)]
            await asyncio.sleep(0.05)
            await emptied(queue)
            assert name == "503" or all([(await each).saved for each in puts])
            assert emails(server, leads) == some(40)
            assert queue.report().calls < 90
            assert adds_up(await queue.close())

    run()


def fails_for_one(route: str, arguments: dict[str, Any]) -> None:
    """An Act-On that always fails for one address, by itself."""
    if route == "contacts.upsert" and arguments["email"] == "bad@example.com":
        raise ServerError("no", status=503)


def test_one_row_that_is_never_saved_is_given_up() -> None:
    """While others are saved it is tried a few times, and then it is unknown; nobody waits a minute for it."""
    given_up: list[UnsavedRow] = []

    @virtual_time
    async def run() -> None:
        async with opened(hears=fails_for_one, max_age=0.1, on_unsaved=given_up.append) as (_, _, _, queue):
            await queue.put("bad@example.com")
            for n in range(1, 30):
                await asyncio.sleep(20)
                began = asyncio.get_running_loop().time()
                assert (await queue.put(f"p{n}@example.com", wait=True)).saved
                assert asyncio.get_running_loop().time() - began < 60
            assert [(row.email, row.fate) for row in given_up] == [("bad@example.com", "unknown")]
            assert queue.report().calls < 30 + 20

    run()


def test_a_row_that_fails_for_long_delays_no_other() -> None:
    """However long the pauses between its tries are by now, another row goes at once."""

    @virtual_time
    async def run() -> None:
        async with opened(hears=fails_for_one, max_age=0.1) as (_, _, _, queue):
            await queue.put("bad@example.com")
            await asyncio.sleep(2 * 3600)
            began = asyncio.get_running_loop().time()
            assert (await queue.put("p1@example.com", wait=True)).saved
            assert asyncio.get_running_loop().time() - began < 1

    run()


@pytest.mark.slow
@virtual_time
async def test_single_rows_that_are_never_saved_come_to_an_end() -> None:
    """When no single row is saved for hours though the list can be read, they are given up, for under 200 calls."""
    given_up: list[UnsavedRow] = []
    async with opened(on_unsaved=given_up.append) as (server, _, _leads, queue):
        server.faults.add(Reply.unavailable(), on="contacts.upsert", times=9999)
        await queue.put("bad@example.com")
        await asyncio.sleep(86_400)
        assert [(row.email, row.fate) for row in given_up] == [("bad@example.com", "unknown")]
        assert queue.report().calls < 200
        server.faults.clear()
        assert (await queue.put("p1@example.com", wait=True)).saved


@pytest.mark.slow
@virtual_time
async def test_nothing_is_given_up_while_the_list_cannot_be_read() -> None:
    """An outage of a day costs few calls and no row."""
    async with opened() as (server, _, leads, queue):
        for route in ("contacts.upsert", "lists.merge", "lists.download"):
            server.faults.add(Reply.unavailable(), on=route, times=99_999)
        for n in range(20):
            await queue.put(f"p{n}@example.com")
        await asyncio.sleep(20)
        await queue.put("p20@example.com")
        await asyncio.sleep(86_400)
        assert queue.report().calls < 2000
        server.faults.clear()
        await emptied(queue)
        assert emails(server, leads) == some(21)


@pytest.mark.slow
@virtual_time
async def test_one_stalled_job_holds_nobody_else() -> None:
    """While a file's job does not end, single rows and, when it is overdue, another file go on."""
    async with opened(max_age=0.5) as (server, _, leads, queue):
        server.faults.add(StallJob(), on="lists.merge")
        for n in range(20):
            await queue.put(f"s{n}@example.com")
        await until(lambda: server.calls.of("lists.merge"))
        first = server.calls.of("lists.merge")[0].time
        await asyncio.sleep(1)
        async with asyncio.timeout(120):
            assert (await queue.put("p1@example.com", wait=True)).saved
        for n in range(2, 22):
            await queue.put(f"p{n}@example.com")
        await until(lambda: len(server.calls.of("lists.merge")) == 2, 300)
        assert server.calls.of("lists.merge")[1].time - first > 30
        await until(lambda: len(queue) == 20)
        assert len(emails(server, leads)) == 22


@pytest.mark.slow
@virtual_time
async def test_files_do_not_go_side_by_side_while_jobs_end_in_time() -> None:
    """The next file waits for the one before it."""
    async with opened(max_age=0.1, quota_share=1.0) as (server, _, leads, queue):
        server.faults.add(SlowJob(pending=20.0, running=0.0), on="lists.merge")
        for n in range(60):
            await queue.put(f"p{n}@example.com")
            await asyncio.sleep(0.3)
        await until(lambda: len(server.calls.of("lists.merge")) == 2)
        first, second = server.calls.of("lists.merge")
        assert second.time - first.time >= 20
        await emptied(queue)
        assert emails(server, leads) == some(60)


@virtual_time
async def test_a_newer_value_begins_anew() -> None:
    """A put for an address whose job failed twice has all its own attempts before it."""
    async with opened() as (server, _, leads, queue):
        server.faults.add(FailJob("no room"), on="lists.merge", times=3)
        for n in range(9):
            await queue.put(f"q{n}@example.com", {"First Name": "old"})
        await until(lambda: len(server.calls.of("lists.merge")) == 2, 300)
        await queue.put("q1@example.com", {"First Name": "new"})
        await emptied(queue)
        assert ["q1@example.com", "new", ""] in server.rows(leads)
        assert len(server.rows(leads)) == 2


REJECTED = "rej@example.com"
"""An address that the queue lets through."""


def test_rejected_rows_are_told_from_the_others() -> None:
    """The file of rejects says which; a break in reading it costs nothing."""

    @virtual_time
    async def run() -> None:
        async with opened() as (server, _, _leads, queue):
            server.faults.add(RejectRows(REJECTED), on="lists.merge", times=99)
            server.faults.add(Reply.unavailable(), on="lists.rejected_records", times=6)
            emails = [REJECTED, *(f"p{n}@example.com" for n in range(30))]
            ends = await asyncio.gather(*(queue.put(email, wait=True) for email in emails))
            assert [end.fate for end in ends] == ["rejected"] + ["upserted"] * 30

    run()


@pytest.mark.parametrize("name", ["404", "503"])
def test_a_file_of_rejects_that_cannot_be_had(name: str) -> None:
    """The rows are sent again in parts, until each of them has a fate of its own: nobody is told "unknown"."""

    @virtual_time
    async def run() -> None:
        async with opened() as (server, _, leads, queue):
            server.faults.add(RejectRows(REJECTED), on="lists.merge", times=99)
            server.faults.add(REFUSALS[name], on="lists.rejected_records", times=9999)
            server.faults.add(REFUSALS["400"], on="contacts.upsert", times=1)
            emails = [REJECTED, *(f"p{n}@example.com" for n in range(30))]
            ends = await asyncio.gather(*(queue.put(email, wait=True) for email in emails))
            assert ends[0].fate == "rejected"
            assert all(end.saved for end in ends[1:])
            assert len(server.rows(leads)) == 30
            assert queue.report().calls < 65
            assert adds_up(queue.report())

    run()


def test_a_file_that_is_rejected_as_a_whole() -> None:
    """Where no row was saved and each was rejected, nobody need say which: none is sent again."""

    @virtual_time
    async def run() -> None:
        async with opened() as (server, _, _leads, queue):
            server.faults.add(RejectRows(lambda email: email.startswith("rej@")), on="lists.merge", times=99)
            server.faults.add(REFUSALS["404"], on="lists.rejected_records", times=9999)
            ends = await asyncio.gather(*(queue.put(f"rej@{n}.example.com", wait=True) for n in range(9)))
            assert {end.fate for end in ends} == {"rejected"}
            assert "does not tell why" in ends[0].reason
            assert len(server.calls.of("lists.merge")) == 1

    run()
