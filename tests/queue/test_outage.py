"""Act-On is down, or the day's calls are spent: rows are taken all the same, and sent when that has passed."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest

from asyncsdk import InvalidArgument, Limits, QuotaExhausted, ReplyLost
from asyncsdk.emulator import Reply
from tests.queue.stage import HEADINGS, emails, emptied, opened, some
from tests.support.stage import emulator, outcome, session, stage
from tests.support.virtual_time import virtual_time


@pytest.mark.slow
@virtual_time
async def test_rows_are_taken_while_act_on_is_down() -> None:
    """While every call fails, also reading the columns, puts are taken; later all are in the list."""
    async with opened() as (server, _, leads, queue):
        for route in ("lists.merge", "lists.download", "contacts.upsert"):
            server.faults.add(Reply.unavailable(), on=route, times=20)
        for n in range(60):
            await queue.put(f"p{n}@example.com", {"Score": n})
            await asyncio.sleep(1)
        await emptied(queue)
        assert emails(server, leads) == some(60)


@pytest.mark.slow
@virtual_time
async def test_a_refused_file_does_not_close_the_queue_to_puts() -> None:
    """A 400 on a file puts the columns in doubt: they are read again to send, and puts need no call."""
    async with opened() as (server, _, leads, queue):
        server.faults.add(Reply(400, {"errorCode": "10000", "message": "bad"}), on="lists.merge")
        server.faults.add(Reply.unavailable(), on="lists.download", times=40)
        for n in range(30):
            await queue.put(f"p{n}@example.com")
        await asyncio.sleep(40)
        assert await outcome(queue.put("p30@example.com")) is None
        await emptied(queue)
        assert emails(server, leads) == some(31)


@virtual_time
async def test_a_restart_needs_no_call_to_take_rows() -> None:
    """With a journal the columns outlive the process: on a spent day rows are taken, and bad columns refused."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "queue.journal"
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS)
            async with acton.contacts.queue(leads, journal=journal) as queue:
                await queue.put("p0@example.com")
            async with session(
                server, token=server.issue_token()["access_token"], limits=Limits(calls_per_day=1)
            ) as spent:
                await spent.account.get()
                async with spent.contacts.queue(leads, journal=journal) as queue:
                    await queue.put("p1@example.com", {"First Name": "Ada"})
                    assert isinstance(await outcome(queue.put("p1@example.com", {"No": 1})), QuotaExhausted)
            async with acton.contacts.queue(leads, journal=journal) as queue:
                with pytest.raises(InvalidArgument, match="unknown"):
                    await queue.put("p1@example.com", {"No": 1})
            assert sorted(server.rows(leads)) == [["p0@example.com", "", ""], ["p1@example.com", "Ada", ""]]


@pytest.mark.slow
@virtual_time
async def test_max_wait_is_for_those_who_wait() -> None:
    """In a session whose callers lose patience at once the queue stands in line: first put, flush and close."""
    async with emulator() as server, session(server, limits=Limits(max_wait=0.3)) as acton:
        leads = server.add_list("Leads", HEADINGS)
        await acton.account.get()
        calls = set[asyncio.Future[object]]()

        async def visitors() -> None:
            while True:
                calls.add(asyncio.ensure_future(outcome(acton.account.get())))
                await asyncio.sleep(0.1)

        busy = asyncio.ensure_future(visitors())
        await asyncio.sleep(2)
        async with acton.contacts.queue(leads, max_age=1.0) as queue:
            end = await queue.put("p0@example.com", wait=True)
            assert end.fate == "created"
            for n in range(1, 40):
                await queue.put(f"p{n}@example.com")
        busy.cancel()
        await asyncio.gather(*calls)
        assert emails(server, leads) == some(40)
        assert queue.report().unknown == 0


@pytest.mark.parametrize("rows", [1, 9])
def test_a_third_lost_answer_is_no_accident(rows: int) -> None:
    """Then who waits for a row is told, and a file is sent in parts; until then it is sent again as it is."""

    @virtual_time
    async def run() -> None:
        sent: list[str] = []

        def hears(route: str, _: object) -> None:
            if lost:
                sent.append(route)
                raise ReplyLost("The connection was cut.")

        lost = False
        async with opened(hears=hears, max_age=0.1, drain_within=0.0) as (_, _, _, queue):
            await asyncio.sleep(60)
            lost = True
            puts = [asyncio.ensure_future(queue.put(f"p{n}@example.com", wait=True)) for n in range(rows - 1)]
            assert (await queue.put("last@example.com", wait=True)).fate == "unknown"
            assert sent[:3] == ["contacts.upsert" if rows == 1 else "lists.merge"] * 3
            assert sent[3:4] == ([] if rows == 1 else ["contacts.upsert"])
            for each in puts:
                each.cancel()

    run()
