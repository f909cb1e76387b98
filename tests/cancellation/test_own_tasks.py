"""A program cancels a task that the library has started for itself: whoever needs its work gets it all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from asyncsdk import ActOnError, PollPolicy
from asyncsdk.emulator import Slow, SlowJob
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.uploads.list_columns import ListColumns
from tests.support.stage import call_on_the_wire, count_logins, emulator, session, stage, until
from tests.support.virtual_time import virtual_time

PEOPLE = [{"Email": f"{number}@example.com"} for number in range(20)]


def others() -> set[asyncio.Task[object]]:
    """All tasks but the test's own."""
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


@asynccontextmanager
async def cancelling(name: str) -> AsyncIterator[Callable[[], int]]:
    """Cancel the first task of that name, as soon as it exists; gives how many were cancelled."""
    found = list[asyncio.Task[object]]()

    async def cancel() -> None:
        while not found:
            await asyncio.sleep(0.01)
            found.extend(task for task in others() if task.get_name() == name)
        found[0].cancel()

    canceller = asyncio.ensure_future(cancel())
    try:
        yield lambda: len(found)
    finally:
        canceller.cancel()


@virtual_time
async def test_a_cancelled_token_renewal_is_begun_again() -> None:
    """Those who wait for a token get one, by another login, and are not taken for cancelled themselves."""
    async with emulator() as server, session(server) as acton:
        logins = count_logins(server)
        server.faults.add(Slow(2.0), on="token")
        async with cancelling("asyncsdk token renewal") as cancelled:
            calls = await asyncio.gather(acton.account.get(), acton.account.get())
        assert [account.account_id for account in calls] == [12345, 12345]
        assert cancelled() == 1
        assert 1 <= len(logins) <= 2


@virtual_time
async def test_a_call_in_the_moment_of_the_cancel_gets_a_token() -> None:
    """A call that finds a renewal cancelled, but not yet forgotten, begins another; the event loop goes on."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(Slow(2.0), on="token")
        first = asyncio.ensure_future(acton.account.get())
        await until(lambda: server.calls.of("token"))
        await asyncio.sleep(0.5)
        renewal = next(task for task in others() if task.get_name() == "asyncsdk token renewal")
        renewal.cancel()
        second = asyncio.ensure_future(acton.account.get())
        assert [account.account_id for account in await asyncio.gather(first, second)] == [12345, 12345]


@virtual_time
async def test_a_cancelled_question_for_the_account_number_is_asked_again() -> None:
    """Two calls that need the account's number get it though the task that asks for it is cancelled."""
    async with stage() as (server, acton):
        server.faults.add(Slow(2.0), on="account.get")
        before = others()
        calls = [asyncio.ensure_future(acton.identity()) for _ in range(2)]
        await until(lambda: server.calls.of("account.get"))
        mine = others() - before - set[asyncio.Task[object]](calls)
        asking = [task for task in mine if "Caller.call" in repr(task)]
        assert len(asking) == 1
        asking[0].cancel()
        assert [await call for call in calls] == [f"{server.url} 12345"] * 2
        assert len(server.calls.of("account.get")) == 2


@virtual_time
async def test_a_page_whose_prefetch_is_cancelled_is_fetched_when_it_is_needed() -> None:
    """All rows of a list come though a page that was requested ahead is cancelled."""
    async with stage(calls_per_second=None) as (server, acton):
        leads = server.add_list("Leads", ["Email"], [[f"{number}@example.com"] for number in range(5000)])
        server.faults.add(Slow(1.0), on="lists.download", times=10)
        async with cancelling("asyncsdk read ahead") as cancelled:
            rows = [row async for row in acton.lists.records(leads)]
        assert cancelled() == 1
        assert len(rows) == 5000


@virtual_time
async def test_a_cancelled_close_is_begun_again() -> None:
    """Whoever closes a session finds it closed though the task that closes it is cancelled."""
    async with emulator() as server:
        acton = session(server)
        await acton.open()
        call = await call_on_the_wire(server, acton)
        async with cancelling("asyncsdk close") as cancelled:
            await asyncio.gather(acton.close(), acton.close())
        assert cancelled() == 1
        assert call.done()
        call.exception()
        assert not [task for task in others() if "asyncsdk" in repr(task.get_coro())]


@virtual_time
async def test_a_cancelled_poll_is_made_again() -> None:
    """A job has its report though all tasks are cancelled that poll at one moment."""
    async with emulator() as server, session(server, polling=PollPolicy(price=0.1)) as acton:
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(SlowJob(pending=20.0), on="contacts.submit_upsert")
        job = await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"})
        server.faults.add(Slow(1.0), on="lists.upload_status")
        await until(lambda: server.calls.of("lists.upload_status"))
        polls = [task for task in others() if "JobPoller" in repr(task)]
        assert polls
        for task in polls:
            task.cancel()
        assert (await job).appended == 1


@virtual_time
async def test_a_queue_whose_tasks_for_columns_and_jobs_are_cancelled_saves_its_rows() -> None:
    """Rows are saved though the task that reads the columns is cancelled, and one that follows a job is, too."""
    async with stage(calls_per_second=None) as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Slow(1.0), on="lists.download")
        async with cancelling("asyncsdk queue columns") as no_columns, cancelling("asyncsdk queue job") as no_job:
            async with acton.contacts.queue(leads, max_age=1.0) as queue:
                for row in PEOPLE:
                    await queue.put(row["Email"], row)
            report = await queue.close()
        assert (no_columns(), no_job()) == (1, 1)
        assert report.created + report.updated + report.upserted == len(PEOPLE)


@virtual_time
async def test_a_bulk_run_by_records_sends_the_row_of_a_cancelled_worker() -> None:
    """Each row has an outcome though one of the tasks that send rows is cancelled in the middle of a call."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Slow(1.0), on="contacts.upsert")
        run = asyncio.ensure_future(acton.bulk.upsert(leads, PEOPLE, via="records"))
        await until(lambda: server.calls.of("contacts.upsert"))
        workers = [task for task in others() if "_send_one_by_one" in repr(task)]
        for worker in workers:
            worker.cancel()
        report = await run
        assert report.created + report.updated == len(PEOPLE)
        assert workers


async def test_a_journal_whose_task_was_cancelled_before_it_began_refuses_its_rows_and_takes_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The put that waited gets an error and leaves no row, one log line says so, and the next put is written."""
    journal = QueueJournal(tmp_path / "queue.journal", "l-0001")
    taken: list[int | None] = []
    async with asyncio.timeout(60):
        refused = journal.append(Entry("ada@example.com", {}, 0.0), taken.append)
        journal.keep_columns(ListColumns("l-0001", ("Email",), 0))
        next(task for task in others() if task.get_name() == "asyncsdk queue journal").cancel()
        await journal.wait_written()
        with pytest.raises(ActOnError, match="cannot be written"):
            await refused
        await journal.append(Entry("bob@example.com", {}, 0.0), taken.append)
        assert taken == [None, 2]
        assert [row.email for row in journal.rows()] == ["bob@example.com"]
        assert journal.columns() is not None
        await journal.close()
    assert [record.levelname for record in caplog.records] == ["ERROR"]


pytestmark = pytest.mark.slow
