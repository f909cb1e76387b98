"""Events of what runs for longer: jobs, bulk runs and queues."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk import PollPolicy
from asyncsdk.emulator import Hang, RejectRows, Reply, SlowJob
from asyncsdk.telemetry import (
    BulkEnded,
    BulkStageEntered,
    BulkStarted,
    CallStarted,
    FlushEnded,
    FlushStarted,
    JobEnded,
    JobStarted,
    QueueEnded,
    QueueStarted,
    RowsCompleted,
    SessionStarted,
)
from tests.queue.stage import HEADINGS, QUICK
from tests.support.stage import emulator, issued, outcome, session, until
from tests.support.virtual_time import virtual_time
from tests.telemetry.watching import Kept

ROWS = [{"Email": f"person{number}@example.com", "First Name": "Ada"} for number in range(60)]


@virtual_time
async def test_the_polls_of_a_job_belong_to_it() -> None:
    """A job is told from its submission to its end, by its polls too; one of two who await it is cancelled."""
    kept = Kept()
    async with emulator() as server, session(server, token=issued(server), observer=kept) as acton:
        server.faults.add(SlowJob(pending=30.0))
        leads = server.add_list("Leads", ["Email"])
        job = await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"})

        async def follow() -> object:
            return await job

        first, second = (asyncio.ensure_future(follow()) for _ in range(2))
        await asyncio.sleep(5)
        first.cancel()
        await second
    kept.check_pairs()
    begun, ended = kept.one(JobStarted), kept.one(JobEnded)
    submitted, *polls = kept.of(CallStarted)
    assert (begun.call, begun.route, begun.job_id) == (submitted.call, "contacts.submit_upsert", job.id)
    assert {call.parent for call in polls} == {begun.job}
    assert {call.lane for call in polls} == {"poll"}
    assert ended.outcome == "done"
    assert ended.seconds >= 30


@pytest.mark.parametrize("how", ["abandoned", "closed", "overdue"])
@virtual_time
async def test_a_job_that_is_given_up_ends_once(how: str) -> None:
    """Whoever gives it up, the program, the session or the clock, it has one end."""
    kept = Kept()
    async with emulator() as server:
        polling = PollPolicy(deadline=20.0)
        async with session(server, token=issued(server), observer=kept, polling=polling) as acton:
            server.faults.add(SlowJob(pending=3000.0))
            leads = server.add_list("Leads", ["Email"])
            job = await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"})
            if how == "abandoned":
                job.abandon()
            if how == "overdue":
                await outcome(job)
            job.abandon() if how != "closed" else None
    kept.check_pairs()
    assert kept.one(JobEnded).outcome == ("timeout" if how == "overdue" else "detached")


@pytest.mark.slow
@virtual_time
async def test_a_bulk_run_tells_its_stages_and_its_rows() -> None:
    """Its calls name it, its stages come in order, and its end counts its rows."""
    kept = Kept()
    async with emulator() as server, session(server, token=issued(server), observer=kept) as acton:
        leads = server.add_list("Leads", HEADINGS)
        server.faults.add(RejectRows("person7@example.com"), on="lists.merge")
        report = await acton.bulk.upsert(leads, ROWS, via="upload")
    kept.check_pairs()
    run, ended = kept.one(BulkStarted), kept.one(BulkEnded)
    assert [event.stage for event in kept.of(BulkStageEntered)] == ["reading", "sending", "waiting", "finished"]
    assert (ended.created, ended.rejected, ended.rows) == (59, 1, 60) == (report.created, 1, report.rows)
    own = [call for call in kept.of(CallStarted) if call.lane != "poll"]
    assert {call.parent for call in own} == {run.run}
    assert ended.calls == len(kept.of(CallStarted))


@pytest.mark.slow
@virtual_time
async def test_a_bulk_run_that_is_cancelled_has_its_end() -> None:
    """Wherever it is cancelled, also before its first step, what has begun has ended."""
    for seconds in (0.0, 0.3, 2.0):
        kept = Kept()
        async with emulator() as server, session(server, token=issued(server), observer=kept) as acton:
            leads = server.add_list("Leads", HEADINGS)
            run = asyncio.ensure_future(acton.bulk.upsert(leads, ROWS, via="records"))
            await asyncio.sleep(seconds)
            run.cancel()
            await asyncio.wait([run])
            await asyncio.sleep(1)
        kept.check_pairs()
        assert [event.outcome for event in kept.of(BulkEnded)] == ["cancelled"]


@virtual_time
async def test_a_queue_tells_its_flushes_and_what_became_of_rows() -> None:
    """The flush's calls name it; rows are counted by fate; the load is read while the queue is open."""
    kept = Kept()
    async with emulator(job_pending=QUICK.job_pending, job_running=QUICK.job_running) as server:
        leads = server.add_list("Leads", HEADINGS)
        own = session(server, token=issued(server), observer=kept)
        async with own as acton, acton.contacts.queue(leads, max_age=5.0) as queue:
            for row in ROWS:
                await queue.put(row["Email"], {"First Name": "Ada"})
            await asyncio.sleep(2)
            load = kept.one(QueueStarted).load()
            assert (load.rows, load.oldest) == (60, pytest.approx(2, abs=0.5))
            await queue.flush()
            await queue.put(ROWS[0]["Email"], {"First Name": "Grace"})
    kept.check_pairs()
    flush, last = kept.of(FlushStarted)
    assert last.rows == 1
    assert (flush.rows, flush.list_id) == (60, leads)
    (merge,) = [call for call in kept.of(CallStarted) if call.route == "lists.merge"]
    assert merge.parent == flush.flush
    assert [(event.fate, event.rows) for event in kept.of(RowsCompleted)] == [("created", 60), ("updated", 1)]
    assert kept.one(QueueEnded).queue == kept.one(QueueStarted).queue


@virtual_time
async def test_a_flush_that_fails_names_the_error() -> None:
    """The queue handles the error and sends again; the flush tells why it did not send."""
    kept = Kept()
    async with emulator() as server:
        leads = server.add_list("Leads", HEADINGS)
        own = session(server, token=issued(server), observer=kept)
        async with own as acton, acton.contacts.queue(leads, max_age=1.0) as queue:
            server.faults.add(Reply.unavailable(), on="contacts.upsert", times=4)
            await queue.put("ada@example.com")
            await until(lambda: kept.of(FlushEnded))
    kept.check_pairs()
    assert kept.of(FlushEnded)[0].error == "ServerError"


@virtual_time
async def test_a_queue_that_is_closed_in_the_middle_of_a_flush_ends_both() -> None:
    """The server does not answer in the time that the queue has to drain: flush, call and queue have their ends."""
    kept = Kept()
    async with emulator() as server:
        leads = server.add_list("Leads", HEADINGS)
        async with session(server, token=issued(server), observer=kept) as acton:
            queue = acton.contacts.queue(leads, max_age=1.0, drain_within=2.0)
            await queue.open()
            server.faults.add(Hang(), on="contacts.upsert", times=9)
            await queue.put("ada@example.com")
            await until(lambda: kept.of(FlushStarted))
            await outcome(queue.close())
            assert kept.one(FlushEnded).outcome == "cancelled"
            assert kept.one(QueueEnded).list_id == leads
    kept.check_pairs()


@virtual_time
async def test_what_is_left_is_read_in_any_thread() -> None:
    """An exporter's thread reads the usage of the session, in its event loop."""
    kept = Kept()
    async with emulator() as server, session(server, token=issued(server), observer=kept) as acton:
        await acton.account.get()
        usage = await asyncio.to_thread(kept.one(SessionStarted).usage)
        assert usage == acton.usage()
        assert usage.calls_made == 1
