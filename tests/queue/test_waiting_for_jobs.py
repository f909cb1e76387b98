"""Waiting for jobs: how long a queue waits for a file's job, and between two tries to ask for it."""

from __future__ import annotations

import asyncio
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest

from asyncsdk import RetryPolicy
from asyncsdk.emulator import Reply, SlowJob, StallJob
from asyncsdk.queue.backoff import LONGEST_PAUSE, pause_after
from tests.queue.stage import HEADINGS, emails, emptied, opened, some
from tests.support.stage import session, stage, until
from tests.support.virtual_time import virtual_time

TRIES = 13


def grow(times: list[float]) -> bool:
    """Whether the pauses between these times are those that follow trouble after trouble."""
    pauses = [later - time for time, later in pairwise(times)]
    expected = [pause_after(number) for number in range(1, len(times))]
    return all(abs(pause - wanted) < 0.5 for pause, wanted in zip(pauses, expected, strict=True))


def test_pauses_double_up_to_five_minutes() -> None:
    """Half a second, a second, two, and so on."""
    assert [pause_after(number) for number in (1, 2, 3, 10, 11, 50)] == [0.5, 1.0, 2.0, 256.0, 300.0, 300.0]
    assert LONGEST_PAUSE == 300.0


@pytest.mark.slow
@virtual_time
async def test_who_asks_for_the_account_of_a_job_pauses() -> None:
    """A job that an earlier queue began is followed once the account is known, which is asked ever more seldom."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queue.journal"
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS)
            server.faults.add(SlowJob(pending=30.0, running=0.0), on="lists.merge")
            async with acton.contacts.queue(leads, journal=path, max_age=0.1, drain_within=0.0) as queue:
                await asyncio.gather(*(queue.put(f"p{n}@example.com") for n in range(9)))
                await until(lambda: server.calls.of("lists.merge"))
                await asyncio.sleep(1)
            token, once = server.issue_token()["access_token"], RetryPolicy(attempts=1)
            async with session(server, token=token, retry=once) as other:
                server.faults.add(Reply.unavailable(), on="account.get", times=TRIES - 1)
                asked = len(server.calls.of("account.get"))
                async with other.contacts.queue(leads, journal=path) as later:
                    await emptied(later)
            times = [call.time for call in server.calls.of("account.get")[asked:]]
            assert len(times) == TRIES
            assert grow(times)
            assert emails(server, leads) == some(9)
            assert len(server.calls.of("lists.merge")) == 1


@pytest.mark.slow
@virtual_time
async def test_who_follows_a_job_pauses_after_trouble() -> None:
    """While nobody tells of a job, it is asked about at intervals that grow, and then seen to its end."""
    async with opened(max_age=0.1) as (server, _, leads, queue):
        server.faults.add(
            Reply(403, {"errorCode": "10000", "message": "no"}), on="lists.upload_status", times=TRIES
        )
        for n in range(9):
            await queue.put(f"p{n}@example.com")
        await emptied(queue)
        times = [call.time for call in server.calls.of("lists.upload_status")]
        assert len(times) >= TRIES
        assert grow(times[:TRIES])
        assert emails(server, leads) == some(9)
        assert len(server.calls.of("lists.merge")) == 1


@pytest.mark.slow
@virtual_time
async def test_a_job_is_taken_for_dead_after_two_hours() -> None:
    """Until then its file is not sent again; soon after it is."""
    async with opened(max_age=0.1) as (server, _, leads, queue):
        await asyncio.sleep(3000)  # how long the queue has been open says nothing of the job's age
        server.faults.add(StallJob(), on="lists.merge")
        for n in range(9):
            await queue.put(f"p{n}@example.com")
        await until(lambda: server.calls.of("lists.merge"))
        await asyncio.sleep(7190)
        assert len(server.calls.of("lists.merge")) == 1
        assert len(queue) == 9
        await asyncio.sleep(30)
        assert len(server.calls.of("lists.merge")) == 2
        await emptied(queue)
        assert emails(server, leads) == some(9)


@virtual_time
async def test_a_file_that_is_rejected_as_a_whole_is_not_sent_again() -> None:
    """Its rows are rejected, though nobody tells why: reasons are not asked for where there is no file of them."""
    async with opened(max_age=0.1) as (server, _, _leads, queue):
        report = {"status": "OK", "appendCount": 0, "updateCount": 0, "failedCount": 0, "rejectedCount": 9}
        server.faults.add(Reply(200, {"status": "Success", "details": report}), on="lists.upload_status")
        ends = await asyncio.gather(*(queue.put(f"p{n}@example.com", wait=True) for n in range(9)))
        assert {end.fate for end in ends} == {"rejected"}
        assert len(server.calls.of("lists.merge")) == 1
        assert not server.calls.of("lists.rejected_records")
