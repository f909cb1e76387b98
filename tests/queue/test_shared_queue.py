"""One queue for several processes: all put into one journal, and the one that has the lead sends."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from asyncsdk import ActOnError, FleetUnavailable
from asyncsdk.emulator import Emulator, Hang, Reply, Settings
from asyncsdk.queue import ContactQueue, QueueClosed
from tests.queue.stage import HEADINGS, emails, queue_on, session_on, some
from tests.queue.worker import LIMITS
from tests.support.memory_journal import JournalHub, MemoryJournal
from tests.support.stage import until
from tests.support.virtual_time import virtual_time


@asynccontextmanager
async def queues(
    hub: JournalHub, number: int = 2, **options: Any
) -> AsyncGenerator[tuple[Emulator, str, list[ContactQueue]]]:
    """Queues on one journal, each with a session of its own; the first one leads."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Emulator(Settings(job_pending=0.0, job_running=0.05)))
        leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
        opened: list[ContactQueue] = []
        for _ in range(number):
            acton = await stack.enter_async_context(session_on(server))
            settings = {"max_age": 0.1, "quota_share": 1.0, **options}
            queue = queue_on(acton, leads, journal=MemoryJournal(hub), **settings)
            opened.append(await stack.enter_async_context(queue))
            await until(lambda: hub.lead is not None)
        yield server, leads, opened


@pytest.mark.slow
async def test_one_process_sends_what_all_have_put() -> None:
    """The rows of all processes go out together, in the calls of one."""
    hub = JournalHub()
    async with queues(hub, 3, max_age=0.5) as (server, leads, opened):
        for n in range(12):
            await opened[n % 3].put(f"p{n}@example.com")
        await until(lambda: not hub.rows)
        assert emails(server, leads) == some(12)
        assert len(server.calls.of("lists.merge")) == 1
        assert [queue.report().puts for queue in opened] == [4, 4, 4]


async def test_a_put_waits_for_the_outcome_of_a_row_that_another_process_sends() -> None:
    """The outcome is the sender's; saved and rejected rows alike."""
    hub = JournalHub()
    async with queues(hub) as (_, _, (_, follower)):
        outcome = await follower.put("ada@example.com", wait=True)
        assert outcome.fate == "created"
        await until(lambda: not hub.outcomes)


@pytest.mark.slow
@pytest.mark.parametrize("wait", [False, True])
async def test_asyncio_logs_no_error_of_a_put_that_was_cancelled(wait: bool) -> None:
    """Who cancels a put is not told that its row was refused a moment later, and no traceback stands in the log."""
    hub, told = JournalHub(), list[str]()
    async with queues(hub, 1) as (_, _, (queue,)):
        await queue.put("ada@example.com", wait=True)
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
        hub.slowness = 0.05
        put = asyncio.create_task(queue.put("bob@example.com", wait=wait))
        await asyncio.sleep(0.01)  # the row is being written now
        hub.away = FleetUnavailable("Redis is away.")
        put.cancel()
        await asyncio.wait({put})
        assert put.cancelled()
        await asyncio.sleep(0.1)
        del put  # it holds what it waited for
        gc.collect()
        hub.away = None
        assert told == []


@pytest.mark.slow
async def test_another_process_goes_on_when_the_lead_is_lost() -> None:
    """Rows that were being sent go first, unchanged, and nothing is lost; the old sender writes nothing more."""
    hub = JournalHub()
    async with queues(hub, hold=0.3) as (server, leads, (first, second)):
        server.faults.add(Hang(), on="lists.merge")
        for n in range(9):
            await second.put(f"p{n}@example.com", {"Score": "old"})
        await until(lambda: server.calls.of("lists.merge"))
        await second.put("p1@example.com", {"Score": "new"})
        hub.depose()
        server.faults.clear()
        await until(lambda: not hub.rows, 20)
        assert emails(server, leads) == some(9)
        assert {row[0]: row[2] for row in server.rows(leads)}["p1@example.com"] == "new"
        assert first.report().trouble is None
        assert second.report().trouble is None


@pytest.mark.slow
async def test_a_process_that_closes_hands_the_lead_over() -> None:
    """It sends what there is, and the other process goes on at once."""
    hub = JournalHub()
    async with queues(hub) as (server, leads, (first, second)):
        await second.put("p0@example.com")
        await first.close()
        await second.put("p1@example.com")
        await until(lambda: not hub.rows)
        assert emails(server, leads) == some(2)
        with pytest.raises(QueueClosed):
            await first.put("p2@example.com")


async def test_flush_reaches_the_process_that_sends() -> None:
    """It returns when what was put before is saved, whatever its age."""
    hub = JournalHub()
    async with queues(hub, max_age=60.0) as (server, leads, (_, follower)):
        for n in range(3):
            await follower.put(f"p{n}@example.com")
        await asyncio.wait_for(follower.flush(), 10)
        assert emails(server, leads) == some(3)
        assert follower.report().waiting == 0


@pytest.mark.slow
async def test_a_put_waits_while_the_journal_is_full() -> None:
    """It goes on when rows have left the journal."""
    hub = JournalHub()
    async with queues(hub, capacity=2, max_age=0.5) as (server, leads, (_, follower)):
        async with asyncio.timeout(60):
            for n in range(5):
                await follower.put(f"p{n}@example.com")
        await until(lambda: not hub.rows, 20)
        assert emails(server, leads) == some(5)


async def test_a_journal_that_cannot_be_reached_is_told() -> None:
    """A put raises, and the queue goes on when the journal is back."""
    hub = JournalHub()
    async with queues(hub) as (server, leads, (leader, follower)):
        hub.away = FleetUnavailable("Redis is away.")
        with pytest.raises(FleetUnavailable):
            await follower.put("p0@example.com")
        await asyncio.sleep(0.5)
        hub.away = None
        await follower.put("p0@example.com")
        await until(lambda: not hub.rows)
        assert emails(server, leads) == some(1)
        assert leader.report().trouble is None


async def test_one_of_two_waiting_puts_is_cancelled() -> None:
    """The other one gets the outcome, and what becomes of the cancelled one's row is nobody's wait any more."""
    hub = JournalHub()
    async with queues(hub, max_age=0.5) as (_, _, (_, follower)):
        one = asyncio.create_task(follower.put("p0@example.com", wait=True))
        other = asyncio.create_task(follower.put("p1@example.com", wait=True))
        await asyncio.sleep(0.1)
        one.cancel()
        assert (await other).saved
        await until(lambda: not hub.rows)
        assert not hub.outcomes


async def test_a_process_that_closes_waits_for_the_outcomes_of_its_puts() -> None:
    """Another one sends its row, at once, and the put that waits gets the outcome."""
    hub = JournalHub()
    async with queues(hub, max_age=60.0) as (_, _, (_, follower)):
        waiting = asyncio.create_task(follower.put("p0@example.com", wait=True))
        await until(lambda: hub.rows)
        await follower.close()
        assert (await waiting).saved


async def test_trouble_of_the_process_that_sends_reaches_those_who_wait() -> None:
    """A put that waits raises what keeps all rows from being sent, and its row stays queued."""
    hub = JournalHub()
    async with queues(hub) as (server, _, (_, follower)):
        server.faults.add(Reply(403), on="contacts.upsert", times=4)
        with pytest.raises(ActOnError, match="PermissionDenied"):
            await follower.put("p0@example.com", wait=True)
        assert len(hub.rows) == 1
        server.faults.clear()
        await until(lambda: not hub.rows, 20)


@pytest.mark.slow
async def test_the_trouble_of_the_last_sender_is_not_that_of_the_next() -> None:
    """What a process has told that sends no more is over when another one sends: a put waits for its outcome."""
    hub = JournalHub(told=("TokenUnavailable: there is none", 0))
    async with queues(hub, 1, max_age=1.0) as (_, _, (queue,)):
        assert (await queue.put("p0@example.com", wait=True)).saved


async def test_a_row_that_is_given_up_is_told_to_who_waits_in_another_process() -> None:
    """It is told once, and kept no longer."""
    hub = JournalHub()
    async with queues(hub) as (server, _, (_, follower)):
        server.faults.add(Reply(400, {"message": "no such thing"}), on="contacts.upsert")
        outcome = await follower.put("p0@example.com", wait=True)
        assert outcome.fate == "rejected"
        await until(lambda: not hub.unsaved)


@pytest.mark.slow
@virtual_time
async def test_the_pace_of_flushes_outlives_the_process_that_sends() -> None:
    """A call for which the day has to yield another one delays the next process's flush, too."""
    hub = JournalHub()
    async with queues(hub, quota_share=86_400 / 30 / LIMITS.calls_per_day) as (server, _, (first, second)):
        saved_at: list[float] = []
        for queue in (first, second):
            await queue.put("p0@example.com", {"Score": 1})
            await until(lambda: not hub.rows, 100)
            saved_at.append(asyncio.get_running_loop().time())
            await asyncio.sleep(1)  # it is told with the next look
            hub.depose()
        assert len(server.calls.of("contacts.upsert")) == 2
        assert saved_at[1] - saved_at[0] > 20


@virtual_time
async def test_a_cancelled_task_that_leads_begins_again() -> None:
    """Rows are saved though a program cancels the task that has the lead, and once more while it begins again."""
    hub = JournalHub()
    async with queues(hub, 1, max_age=2.0) as (server, leads, (queue,)):
        put = asyncio.ensure_future(queue.put("p0@example.com", wait=True))
        await until(lambda: hub.rows)
        for _ in range(2):
            (task,) = (each for each in asyncio.all_tasks() if "Leadership._run" in repr(each))
            task.cancel()
            await asyncio.wait({task})
        async with asyncio.timeout(600):
            assert (await put).fate == "created"
        assert emails(server, leads) == some(1)
        assert [queue.report().puts, queue.report().created] == [1, 1]


@pytest.mark.parametrize("turns", [1, 3])
@virtual_time
async def test_a_put_whose_task_was_cancelled_is_not_taken_for_cancelled(turns: int) -> None:
    """A put gets an error where a program cancels the task that writes its row, before its first step or later."""
    hub = JournalHub()
    async with queues(hub, 1) as (server, leads, (queue,)):
        await queue.put("p0@example.com", wait=True)
        hub.slowness = 5.0
        put = asyncio.ensure_future(queue.put("p1@example.com"))
        for _ in range(turns):
            await asyncio.sleep(0)
        (task,) = (each for each in asyncio.all_tasks() if each.get_name() == "asyncsdk queue put")
        task.cancel()
        with pytest.raises(ActOnError, match="put it again"):
            await put
        await queue.put("p1@example.com", wait=True)
        assert emails(server, leads) == some(2)
