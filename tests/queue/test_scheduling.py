"""When a queue sends and what: by size, by age, as the day's calls allow, and each address once."""

from __future__ import annotations

import asyncio
from time import thread_time
from typing import Any

import pytest

from asyncsdk import CLEAR, InvalidArgument, Limits, Session
from asyncsdk.emulator import Emulator, StallJob
from asyncsdk.queue import PutOutcome, QueueClosed, UnsavedRow
from tests.support.stage import outcome, session, stage, until
from tests.support.virtual_time import virtual_time

HEADINGS = ["Email", "First Name", "Score"]


def by_email(server: Emulator, list_id: str) -> dict[str, list[str]]:
    """The list's records without their address, by it; each address must be there once."""
    rows = server.rows(list_id)
    found = {row[0]: row[1:] for row in rows}
    assert len(found) == len(rows)
    return found


def now() -> float:
    """The loop's time."""
    return asyncio.get_running_loop().time()


@pytest.mark.slow
@virtual_time
async def test_five_hundred_sign_ups_a_minute() -> None:
    """In ten minutes no second has over 5 calls, a call saves over 20 puts, and each record has its last values."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        last: dict[str, list[str]] = {}
        async with acton.contacts.queue(leads) as queue:
            for number in range(5000):
                if number % 25 == 0:
                    await asyncio.sleep(max(0.0, number * 0.12 - now()))
                email, before = f"p{number % 3700}@example.com", now()
                await queue.put(email, {"First Name": f"N{number}"})
                assert now() == before or number == 0
                last[email] = [f"N{number}", ""]
            assert now() > 595
        assert by_email(server, leads) == last
        report = queue.report()
        assert report.puts == 5000 == report.created + report.updated + report.upserted + report.coalesced
        assert server.most_in_any_second() <= 5
        assert report.calls == len(server.calls) < 5000 / 20


@virtual_time
async def test_a_file_costs_few_calls() -> None:
    """The columns, an upload, and one look at its job, if that takes as long as a file of this size should."""
    async with stage(job_pending=2.5, job_running=2.5) as (server, acton):
        async with acton.contacts.queue(server.add_list("Leads", HEADINGS)) as queue:
            await asyncio.gather(*(queue.put(f"p{number}@example.com", {}) for number in range(30)))
        assert len(server.calls) == 3


@virtual_time
async def test_repeats_of_an_address_become_one_write() -> None:
    """Of each column the last value counts, CLEAR erases, nothing keeps; all who wait get the one outcome."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS, [["ada@example.com", "Old", "1"]])
        async with acton.contacts.queue(leads) as queue:
            puts: list[dict[str, Any]] = [
                {"First Name": "A", "Score": 2},
                {"First Name": "Ada"},
                {"Score": CLEAR},
                {"First Name": None, "Email": "ADA@example.com"},
            ]
            waiting = [asyncio.ensure_future(queue.put("Ada@example.com", data, wait=True)) for data in puts]
            assert {(await each).fate for each in waiting} == {"updated"}
        assert [row[1:] for row in server.rows(leads)] == [["Ada", ""]]
        assert (queue.report().coalesced, len(server.calls.of("contacts.upsert"))) == (3, 1)


@virtual_time
async def test_few_rows_go_one_by_one_and_many_as_a_file() -> None:
    """Three rows take three calls, thirty take an upload and its looks; waiters learn what became of each."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS, [["p0@example.com", "", "7"]])
        async with acton.contacts.queue(leads, max_age=1.0) as queue:
            few = await asyncio.gather(*(queue.put(f"p{n}@example.com", wait=True) for n in range(3)))
            assert [each.fate for each in few] == ["updated", "created", "created"]
            assert not server.calls.of("lists.merge")
            many = await asyncio.gather(
                *(queue.put(f"q{n}@example.com", {"Score": n}, wait=True) for n in range(30))
            )
            assert {each.fate for each in many} == {"created"}
        assert (len(server.calls.of("lists.merge")), len(server.calls.of("contacts.upsert"))) == (1, 3)
        assert by_email(server, leads)["p0@example.com"] == ["", "7"]
        assert by_email(server, leads)["q29@example.com"] == ["", "29"]


@virtual_time
async def test_rows_that_clear_something_leave_the_rest_alone() -> None:
    """A file of rows that clear a column erases that one and keeps the others."""
    async with stage() as (server, acton):
        people = [[f"p{n}@example.com", f"N{n}", str(n)] for n in range(20)]
        leads = server.add_list("Leads", HEADINGS, people)
        async with acton.contacts.queue(leads) as queue:
            for n in range(20):
                await queue.put(f"p{n}@example.com", {"Score": CLEAR} if n % 2 else {"First Name": "New"})
        found = by_email(server, leads)
        assert (found["p3@example.com"], found["p4@example.com"]) == (["N3", ""], ["New", "4"])
        assert len(server.calls.of("lists.merge")) == 2


@virtual_time
async def test_age_and_size_make_it_send() -> None:
    """A row waits max_age seconds and no longer; with max_size rows nothing waits."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        async with acton.contacts.queue(leads, max_size=10, max_age=8.0) as queue:
            await queue.put("p@example.com")
            began = now()
            await until(lambda: server.calls.of("contacts.upsert"))
            assert 7.9 < now() - began < 8.2
            await asyncio.sleep(100)
            for n in range(10):
                await queue.put(f"q{n}@example.com")
            began = now()
            await until(lambda: server.calls.of("lists.merge"))
            assert now() - began < 0.5


@virtual_time
async def test_the_window_grows_as_the_calls_become_few() -> None:
    """With few calls left the time between two flushes grows, so that a day's are never used up."""
    gaps: list[float] = []
    for calls_a_day in (30_000, 300):
        async with stage() as (server, _):
            leads = server.add_list("Leads", HEADINGS)
            async with (
                session(
                    server, token=server.issue_token()["access_token"], limits=Limits(calls_per_day=calls_a_day)
                ) as acton,
                acton.contacts.queue(leads, max_age=1.0) as queue,
            ):
                for n in range(2):
                    await asyncio.gather(*(queue.put(f"p{n}{m}@example.com", wait=True) for m in range(20)))
            first, second = server.calls.of("lists.merge")
            gaps.append(second.time - first.time)
    assert 10 < gaps[0] < 40
    assert gaps[1] > 50 * gaps[0]


@virtual_time
async def test_a_put_waits_while_the_queue_is_full() -> None:
    """With capacity rows held the next put waits for room; a repeat does not; a cancelled one has done nothing."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        async with acton.contacts.queue(leads, capacity=5, max_age=0.0) as queue:
            await queue.put("p0@example.com", wait=True)
            await queue.put("p0@example.com")  # waits until the day has yielded what the first flush took
            late = [asyncio.ensure_future(queue.put(f"p{n}@example.com")) for n in range(1, 8)]
            await asyncio.sleep(0.01)
            assert [each.done() for each in late] == [True] * 4 + [False] * 3
            assert len(queue) == 5
            repeat = asyncio.ensure_future(queue.put("p1@example.com", {"Score": 1}))
            await asyncio.sleep(0)
            assert repeat.done()
            late[4].cancel()
            await asyncio.gather(*late, return_exceptions=True)
        assert late[4].cancelled()
        assert sorted(by_email(server, leads)) == [f"p{n}@example.com" for n in (0, 1, 2, 3, 4, 6, 7)]


@pytest.mark.slow
@virtual_time
async def test_a_long_line_is_woken_in_little_time() -> None:
    """With 15,000 puts in line, many of them cancelled, no step takes much of the loop's own time."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        async with acton.contacts.queue(leads, capacity=10_000, max_age=5.0) as queue:
            puts = [asyncio.ensure_future(queue.put(f"p{n}@example.com")) for n in range(25_000)]
            await until(lambda: len(queue) == 10_000)
            before = thread_time()
            for each in puts[10_000:15_000]:
                each.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert thread_time() - before < 1.0
            longest, began = 0.0, thread_time()
            while not all(each.done() for each in puts):
                await asyncio.sleep(0.05)
                longest, began = max(longest, thread_time() - began), thread_time()
            assert longest < 3.0
        assert len(server.rows(leads)) == 20_000


@pytest.mark.parametrize(
    ("email", "data", "said"),
    [
        ("nobody", {}, "impossible address"),
        ("", {}, "no address"),
        (None, {}, "must be a text"),
        ("p@example.com", {"Fist Name": "x"}, "did you mean 'First Name'"),
        ("p@example.com", {"Score": object()}, "type object"),
        ("p@example.com", {"Email": "q@example.com"}, "another address"),
        ("p@example.com", {"Email": CLEAR}, "cannot be erased"),
        ("p@example.com", {1: "x"}, "mapping of columns"),
        ("p@example.com", "Score", "mapping of columns"),
    ],
)
def test_a_bad_row_is_refused_at_once(email: Any, data: Any, said: str) -> None:
    """The error says what is wrong, shows no address, and nothing is queued."""

    @virtual_time
    async def run() -> None:
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS)
            async with acton.contacts.queue(leads) as queue:
                with pytest.raises(InvalidArgument, match=said) as caught:
                    await queue.put(email, data)
                assert "@" not in str(caught.value)
                assert len(queue) == 0
            assert not server.rows(leads)

    run()


@virtual_time
async def test_columns_are_read_once() -> None:
    """Any number of first puts at once read the headings in one call; one that is cancelled stops none."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        async with acton.contacts.queue(leads) as queue:
            puts = [asyncio.ensure_future(queue.put(f"p{n}@example.com")) for n in range(10)]
            await asyncio.sleep(0)
            puts[0].cancel()
            await asyncio.gather(*puts, return_exceptions=True)
        assert len(server.calls.of("lists.download")) == 1
        assert len(server.rows(leads)) == 9


@virtual_time
async def test_a_column_that_is_gone_rejects_its_rows_alone() -> None:
    """When a list's columns change under the queue, the others are saved, each value under its own heading."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        given_up: list[UnsavedRow] = []
        async with acton.contacts.queue(leads, max_age=1.0, on_unsaved=given_up.append) as queue:
            await queue.put("first@example.com", {"Score": 1}, wait=True)
            server.platform.lists.remove(server.platform.lists.require(leads))
            server.add_list("Leads", ["First Name", "Email"], list_id=leads)
            ends = await asyncio.gather(
                queue.put("p@example.com", {"Score": 1}, wait=True),
                queue.put("q@example.com", {"First Name": "Q"}, wait=True),
                return_exceptions=True,
            )
            await asyncio.sleep(60)
        assert server.rows(leads) == [["Q", "q@example.com"]]
        assert [end.fate for end in ends if isinstance(end, PutOutcome)] == ["rejected", "created"]
        assert "'Score'" in str(ends[0])
        assert not given_up


async def test_a_queue_that_is_not_open_takes_nothing(acton: Session) -> None:
    """Before open and after close a put says so."""
    queue = acton.contacts.queue("l-0001")
    assert isinstance(await outcome(queue.put("p@example.com")), QueueClosed)
    await queue.open()
    assert isinstance(await outcome(queue.open()), QueueClosed)
    await queue.close()
    await queue.close()
    assert isinstance(await outcome(queue.put("p@example.com")), QueueClosed)


@pytest.mark.parametrize("bad", [{"max_size": 0}, {"capacity": 0}, {"max_age": -1}, {"quota_share": 0}])
async def test_bounds_that_make_no_sense_are_refused(acton: Session, bad: dict[str, Any]) -> None:
    """A queue that could never send, or never take a row, is not made."""
    with pytest.raises(InvalidArgument):
        acton.contacts.queue("l-0001", **bad)


@pytest.mark.slow
@virtual_time
async def test_while_four_files_are_open_rows_go_one_by_one() -> None:
    """Of four files nobody knows yet what became of them: no fifth is begun, and what waits goes by itself."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", HEADINGS)
        server.faults.add(StallJob(), on="lists.merge", times=4)
        queue = acton.contacts.queue(leads, max_age=0.1, quota_share=1.0, drain_within=0.0)
        await queue.open()
        for file in range(4):
            for n in range(5):
                await queue.put(f"f{file}-{n}@example.com")
            await asyncio.sleep(60)
        assert len(server.calls.of("lists.merge")) == 4
        for n in range(9):
            await queue.put(f"p{n}@example.com")
        await asyncio.sleep(60)
        assert (len(server.calls.of("lists.merge")), len(server.calls.of("contacts.upsert"))) == (4, 9)
        await outcome(queue.close())
