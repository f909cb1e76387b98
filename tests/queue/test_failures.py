"""Failures on the way: nothing is lost, every caller is told, and rows that are not concerned go on."""

from __future__ import annotations

import asyncio
import logging

import pytest

from asyncsdk import AuthenticationFailed, Limits, QuotaExhausted, SessionClosed
from asyncsdk.emulator import Cut, FailJob, Fault, Hang, LoseJob, Reply, StallJob
from asyncsdk.queue import ContactQueue, PutOutcome, QueueClosed, RowsUnsaved, UnsavedRow
from tests.queue.stage import HEADINGS, adds_up, emails, emptied, opened, some
from tests.support.stage import emulator, outcome, session, stage, until
from tests.support.virtual_time import virtual_time


async def emptied_in_days(queue: ContactQueue) -> None:
    """Let two days pass, ten minutes at a time; then nothing is left in the queue."""
    for _ in range(2 * 24 * 6):
        await asyncio.sleep(600)
    assert not len(queue)


async def put(queue: ContactQueue, email: str, wait: bool) -> object:
    """Put a row, and wait for its outcome or not."""
    if wait:
        return await queue.put(email, wait=True)
    await queue.put(email)
    return None


TROUBLE: dict[str, tuple[list[tuple[Fault, str, int]], int]] = {
    "a 503 on a file": ([(Reply.unavailable(), "lists.merge", 9)], 30),
    "a 503 after the file was taken": ([(Reply.unavailable(acted=True), "lists.merge", 9)], 30),
    "the answer to a file is lost": ([(Cut("acted"), "lists.merge", 9)], 30),
    "a file is cut on its way": ([(Cut("arrival"), "lists.merge", 9)], 30),
    "the answers to single calls are lost": ([(Cut("acted"), "contacts.upsert", 9)], 2),
    "a gateway page": ([(Reply.gateway_page(), "contacts.upsert", 9)], 2),
    "429s": ([(Reply.throttled(), "lists.merge", 9)], 30),
    "the job fails": ([(FailJob(), "lists.merge", 2)], 30),
    "the job is lost": ([(LoseJob(), "lists.merge", 1)], 30),
    "the job stalls": ([(StallJob(), "lists.merge", 1)], 30),
    "looking at the job fails": ([(Reply.unavailable(), "lists.upload_status", 20)], 30),
    "the token expires": ([(Reply(401, {"error": "invalid_token"}), "lists.merge", 1)], 30),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TROUBLE)
def test_trouble_passes_and_nothing_is_lost(name: str) -> None:
    """Whatever happens on the way, in the end each address is in the list once, with its last value."""
    faults, rows = TROUBLE[name]

    @virtual_time
    async def run() -> None:
        async with opened() as (server, _, leads, queue):
            for fault, route, times in faults:
                server.faults.add(fault, on=route, times=times)
            for n in range(rows):
                await queue.put(f"p{n}@example.com", {"First Name": "old"})
            await asyncio.sleep(30)
            for n in range(0, rows, 2):
                await queue.put(f"p{n}@example.com", {"First Name": "new"})
            await emptied(queue)
            assert emails(server, leads) == some(rows)
            assert {row[1] for row in server.rows(leads) if int(row[0][1:-12]) % 2 == 0} == {"new"}
            report = await queue.close()
            assert adds_up(report)
            assert report.calls == len([call for call in server.calls if call.route != "token"])

    run()


@virtual_time
async def test_a_lost_answer_is_told_as_unknown() -> None:
    """Whoever waits learns that nobody can say; the row is sent again until it is surely there."""
    async with opened() as (server, _, leads, queue):
        server.faults.add(Reply.unavailable(), on="contacts.upsert", times=4)
        end = await queue.put("p1@example.com", {"Score": 1}, wait=True)
        assert (end.fate, end.saved) == ("unknown", False)
        assert "503" in end.reason
        await emptied(queue)
        assert emails(server, leads) == some(2)


@virtual_time
async def test_a_job_that_always_fails_is_given_up_and_told() -> None:
    """After three attempts the rows have failed: waiters are told, the others are handed over; new rows go on."""
    given_up: list[UnsavedRow] = []
    async with opened(on_unsaved=given_up.append) as (server, _, leads, queue):
        server.faults.add(FailJob("no room"), on="lists.merge", times=3)
        puts = [asyncio.ensure_future(queue.put(f"q{n}@example.com", wait=True)) for n in range(9)]
        for n in range(3):
            await queue.put(f"r{n}@example.com", {"Score": n})
        ends = await asyncio.gather(*puts)
        assert {end.fate for end in ends} == {"failed"}
        assert "no room" in ends[0].reason
        assert sorted((row.email, row.data, row.fate) for row in given_up) == [
            (f"r{n}@example.com", {"Score": str(n)}, "failed") for n in range(3)
        ]
        await queue.put("p1@example.com", wait=True)
        assert emails(server, leads) == some(2)
        assert adds_up(await queue.close())


@virtual_time
async def test_a_row_that_act_on_refuses_is_rejected() -> None:
    """The reason is told, without an address, and the row is not sent again; if nobody waits, closing raises it."""
    async with opened() as (server, _, leads, queue):
        refusal = Reply(400, {"errorCode": "10000", "message": "p1@example.com is bad"})
        server.faults.add(refusal, on="contacts.upsert", times=2)
        end = await queue.put("p1@example.com", wait=True)
        assert end.fate == "rejected"
        assert "***@*** is bad" in end.reason
        assert "p1@" not in repr(end)
        await queue.put("p2@example.com", {"Score": 1})
        with pytest.raises(RowsUnsaved) as caught:
            await queue.close()
        (row,) = caught.value.report.unsaved
        assert (row.email, row.data, row.fate) == ("p2@example.com", {"Score": "1"}, "rejected")
        assert "p2@" not in f"{caught.value} {caught.value.report!r} {row!r}"
        assert emails(server, leads) == some(1)


@virtual_time
async def test_a_revoked_token_is_told_and_the_rows_wait() -> None:
    """Waiters get the error, rows stay, a log line says so without an address; puts are still taken."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("asyncsdk").addHandler(handler)
    async with stage() as (server, _):
        leads = server.add_list("Leads", HEADINGS)
        async with session(server, token=server.issue_token()["access_token"]) as acton:
            queue = acton.contacts.queue(leads, max_age=1.0)
            await queue.open()
            await queue.put("p0@example.com", wait=True)
            server.revoke_access_tokens()
            ends = await asyncio.gather(*(outcome(queue.put("p1@example.com", wait=True)) for _ in range(3)))
            assert [type(end) for end in ends] == [AuthenticationFailed] * 3
            await queue.put("p2@example.com")
            assert len(queue) == 2
            with pytest.raises(RowsUnsaved) as caught:
                await queue.close()
            assert [row.email for row in caught.value.report.unsaved] == ["p1@example.com", "p2@example.com"]
    logging.getLogger("asyncsdk").removeHandler(handler)
    assert any("1 rows" in line and "AuthenticationFailed" in line for line in lines)
    assert not any("@" in line for line in lines)


@virtual_time
async def test_a_token_that_can_be_renewed_costs_nothing() -> None:
    """A token revoked in mid-run is renewed by the session, and the queue goes on."""
    async with emulator() as server, session(server) as acton:
        leads = server.add_list("Leads", HEADINGS)
        async with acton.contacts.queue(leads, max_age=1.0) as queue:
            for n in range(3):
                assert (await queue.put(f"p{n}@example.com", wait=True)).fate == "created"
                server.revoke_access_tokens()
        assert emails(server, leads) == some(3)


@pytest.mark.slow
@virtual_time
async def test_a_spent_quota_is_told_and_passes() -> None:
    """Waiters learn that the calls are spent; a day later the row is sent, without anybody's doing."""
    async with emulator() as server, session(server, limits=Limits(calls_per_day=8)) as acton:
        leads = server.add_list("Leads", HEADINGS)
        async with acton.contacts.queue(leads, max_age=100.0) as queue:
            put = asyncio.ensure_future(outcome(queue.put("p0@example.com", wait=True)))
            await until(lambda: len(queue))
            while not isinstance(await outcome(acton.account.get()), QuotaExhausted):
                pass
            assert isinstance(await put, QuotaExhausted)
            assert len(queue) == 1
            await emptied_in_days(queue)
            assert emails(server, leads) == some(1)


@virtual_time
async def test_of_two_who_wait_one_may_leave() -> None:
    """A cancelled waiter changes nothing for the other, nor for the row."""
    async with opened() as (server, _, leads, queue):
        first, second = (
            asyncio.ensure_future(queue.put("p1@example.com", {"Score": n}, wait=True)) for n in (1, 2)
        )
        await asyncio.sleep(0.5)
        first.cancel()
        assert await second == PutOutcome("created")
        assert first.cancelled()
        assert sorted(server.rows(leads))[1] == ["p1@example.com", "", "2"]


@virtual_time
async def test_closing_sends_what_there_is() -> None:
    """Close does not wait for age or pace, only for the sending; it may be called twice, at once, and cancelled."""
    async with opened(max_age=600.0) as (server, _, leads, queue):
        for n in range(30):
            await queue.put(f"p{n}@example.com")
        began = asyncio.get_running_loop().time()
        closing = [asyncio.ensure_future(queue.close()) for _ in range(2)]
        await asyncio.sleep(0.01)
        closing[0].cancel()
        assert isinstance(await outcome(queue.put("x@example.com")), QueueClosed)
        assert adds_up(await closing[1])
        assert asyncio.get_running_loop().time() - began < 10
        assert emails(server, leads) == some(30)


@virtual_time
async def test_closing_ends_in_time_and_tells_what_is_left() -> None:
    """When Act-On does not answer, close ends after drain_within, and tells everybody what was not saved."""
    async with opened(drain_within=7.0) as (server, _, _leads, queue):
        server.faults.add(Hang(), on="contacts.upsert", times=9)
        put = asyncio.ensure_future(outcome(queue.put("p1@example.com", {"Score": 1}, wait=True)))
        await asyncio.sleep(5)
        began = asyncio.get_running_loop().time()
        with pytest.raises(RowsUnsaved) as caught:
            await queue.close()
        assert 6.9 < asyncio.get_running_loop().time() - began < 7.5
        assert isinstance(await put, QueueClosed)
        (row,) = caught.value.report.unsaved
        assert (row.email, row.data, row.fate) == ("p1@example.com", {"Score": "1"}, "waiting")
        assert adds_up(caught.value.report)


@virtual_time
async def test_a_session_that_closes_first_detaches_the_queue() -> None:
    """Waiters and later puts learn of it; closing the queue then ends at once and tells what is left."""
    async with opened(max_age=5.0, capacity=2) as (_, acton, _leads, queue):
        waiting = asyncio.ensure_future(outcome(queue.put("p1@example.com", wait=True)))
        await queue.put("p2@example.com")
        in_line = asyncio.ensure_future(outcome(queue.put("p3@example.com")))
        await asyncio.sleep(0.01)
        await acton.close()
        assert isinstance(await outcome(queue.put("p4@example.com")), SessionClosed)
        assert isinstance(await waiting, SessionClosed)
        assert isinstance(await in_line, SessionClosed)
        error = await outcome(queue.close())
        assert isinstance(error, RowsUnsaved)
        assert {row.email for row in error.report.unsaved} == {"p1@example.com", "p2@example.com"}


@pytest.mark.slow
@pytest.mark.parametrize("steps", range(0, 400, 9))
def test_a_put_may_be_cancelled_anywhere(steps: int) -> None:
    """After any number of steps of the loop: the row is there once or was never taken, and the queue goes on."""

    @virtual_time
    async def run() -> None:
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS)
            async with acton.contacts.queue(leads, capacity=1, max_age=0.5) as queue:
                puts = [asyncio.ensure_future(put(queue, f"p{n}@example.com", n % 2 == 0)) for n in range(3)]
                for _ in range(steps):
                    await asyncio.sleep(0)
                for each in puts[:2]:
                    each.cancel()
                await asyncio.wait(puts)
                assert not puts[2].cancelled()
            report = queue.report()
            assert adds_up(report)
            assert report.puts == len(server.rows(leads)) == len(set(emails(server, leads)))
            assert "p2@example.com" in emails(server, leads)

    run()


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.9, 1.02, 1.5, 2.0, 4.0])
def test_closing_may_come_at_any_time(seconds: float) -> None:
    """Whatever is under way when the queue closes, every row that was taken is in the list, and no task stays."""

    @virtual_time
    async def run() -> None:
        async with opened() as (server, _, leads, queue):
            puts = [asyncio.ensure_future(outcome(put(queue, f"q{n}@example.com", n > 20))) for n in range(40)]
            await asyncio.sleep(seconds)
            report = await queue.close()
            await asyncio.gather(*puts)
            assert report.puts - report.coalesced == len(server.rows(leads))
            assert adds_up(report)

    run()
