"""Trouble of the Redis that keeps a queue: it dies and comes back, is emptied, stands still, or is damaged."""

from __future__ import annotations

import asyncio
import logging
import time
from math import inf

import pytest
from redis.asyncio import Redis

from asyncsdk import ActOnError, FleetUnavailable
from asyncsdk.fleet.queue_journal import stream_journal
from asyncsdk.fleet.queue_journal.appender import Appender
from asyncsdk.fleet.queue_journal.keys import HELD, KEPT, MARKS, META, ROWS, UNSAVED, WAITS
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.shared_journal import LeadLost
from tests.fleet.queue_journal.processes import LIST, Processes, entry, report_of, sent, written
from tests.support.redis_fixtures import OwnServers
from tests.support.stage import until

pytestmark = pytest.mark.slow

SAVED = PutOutcome("updated")


async def test_what_the_sender_knows_is_written_again(
    processes: Processes, caplog: pytest.LogCaptureFixture
) -> None:
    """A Redis that was emptied has rows, marks, holds, owner and waits again with the sender's next look."""
    journal, lead = await processes.leading()
    numbers = [await journal.append(entry(f"p{n}", Score=str(n)), awaited=n == 3) for n in range(5)]
    rows = (await lead.contents()).rows
    lead.claim_for("acme")
    end = time.time() + 60
    await lead.mark_sending(numbers[:2], end)
    lead.mark_accepted(numbers[:1], "job", -inf)
    lead.give_up(sent(rows[4]), report_of(rows[4]))
    lead.hold(["a@example.com"], end)
    await written(lead)
    await processes.redis.delete(*processes.keys.all, processes.keys.lead.holder)
    late = await journal.append(entry("late"), awaited=False)
    assert [row.number for row in (await lead.news()).rows] == [late]
    assert (await lead.news()).rows == []
    assert "has lost rows of the queue" in caplog.text
    assert (await journal.look(numbers[3:4])).rows == 5
    await lead.release()
    lead = await processes.lead_of(await processes.new())
    contents = await lead.contents()
    assert [row.number for row in contents.rows] == [*numbers[:4], late]
    assert [row.put_at for row in contents.rows[:4]] == pytest.approx([row.put_at for row in rows[:4]], abs=0.5)
    assert [row.job_id for row in contents.rows] == ["job", None, None, None, None]
    assert [row.until is None for row in contents.rows] == [True, False, True, True, True]
    assert [row.awaited for row in contents.rows] == [False, False, False, True, False]
    assert [number for number, _ in contents.unsaved] == [numbers[4]]
    assert list(contents.holds.values()) == [["a@example.com"]]
    assert not lead.claim_for("other")
    lead.saved(sent(contents.rows[3]), SAVED)
    await written(lead)
    assert (await journal.look(numbers[3:4])).outcomes == {numbers[3]: SAVED}


async def test_changes_reach_a_redis_that_was_emptied(processes: Processes) -> None:
    """A mark that is written just then is there, with the rows; a row that was just saved is not."""
    journal, lead = await processes.leading()
    numbers = [await journal.append(entry(f"p{n}"), awaited=False) for n in range(3)]
    rows = (await lead.contents()).rows
    await processes.redis.delete(*processes.keys.all)
    lead.saved(sent(rows[0]), SAVED)
    await lead.mark_sending(numbers[1:2], time.time() + 60)
    await lead.release()
    contents = await (await processes.lead_of(journal)).contents()
    assert [(row.number, row.was_sent) for row in contents.rows] == [(numbers[1], True), (numbers[2], False)]


async def test_who_sends_is_the_first_in_an_emptied_redis(processes: Processes) -> None:
    """Those who know that somebody sends leave it the lead for the time of a lease; it writes again what it has."""
    journal, lead = await processes.leading()
    other = await processes.new()
    assert await other.try_lead() is None
    numbers = [await journal.append(entry(f"p{n}"), awaited=False) for n in range(3)]
    await lead.contents()
    await processes.redis.delete(*processes.keys.all)
    assert await other.try_lead() is None
    assert (await lead.news()).rows == []
    assert await other.try_lead() is None
    assert (await other.look(())).rows == 3
    lead.check()
    await lead.release()
    contents = await (await processes.lead_of(other)).contents()
    assert [row.number for row in contents.rows] == numbers


async def test_nobody_sends_in_an_emptied_redis(processes: Processes) -> None:
    """Where who sent is dead, too, another one does after the time of a lease."""
    _, lead = await processes.leading()
    other = await processes.new()
    assert await other.try_lead() is None
    await lead.release()
    await processes.redis.delete(*processes.keys.all)
    assert await other.try_lead() is None
    assert await other.try_lead() is None
    other._forgotten_at -= stream_journal.LEAD_SECONDS
    await processes.lead_of(other)


async def test_an_emptied_redis_may_have_another_sender(processes: Processes) -> None:
    """Who took the lead of an emptied queue has it; the one before is refused, and writes nothing again."""
    journal, lead = await processes.leading()
    await journal.append(entry(), awaited=False)
    await lead.contents()
    await processes.redis.delete(*processes.keys.all, processes.keys.lead.holder)
    other = await processes.lead_of(await processes.new())
    with pytest.raises(LeadLost):
        await lead.news()
    with pytest.raises(LeadLost):
        await lead.mark_sending([1], inf)
    assert (await other.contents()).rows == []


async def test_a_redis_that_dies_and_comes_back(own_servers: OwnServers) -> None:
    """With an append-only file nothing is lost: puts wait, changes follow in their order, and the lead stays."""
    server = own_servers(options=("--appendonly", "yes", "--appendfsync", "always"))
    async with Processes(server.url, "sign-ups") as processes:
        journal, lead = await processes.leading()
        numbers = [await journal.append(entry(f"p{n}"), awaited=False) for n in range(4)]
        rows = (await lead.contents()).rows
        server.kill()
        putting = asyncio.create_task(journal.append(entry("late"), awaited=False))
        marking = asyncio.ensure_future(lead.mark_sending(numbers[:2], time.time() + 60))
        lead.mark_accepted(numbers[1:2], "job", -inf)
        lead.saved(sent(rows[2]), SAVED)
        with pytest.raises(FleetUnavailable):
            await lead.news()
        assert not marking.done()
        await asyncio.to_thread(server.start)
        await asyncio.wait_for(marking, 60)
        late = await asyncio.wait_for(putting, 60)
        assert late is not None
        assert [row.number for row in (await lead.news()).rows] == [late]
        await until(lambda: lead._lease.is_sure, 60)
        lead.check()
        await lead.release()
        contents = await (await processes.lead_of(journal)).contents()
        assert [(row.number, row.job_id) for row in contents.rows] == [
            (numbers[0], None),
            (numbers[1], "job"),
            (numbers[3], None),
            (late, None),
        ]


async def test_a_redis_that_stands_still(own_servers: OwnServers) -> None:
    """A put and a mark are told after their patience, the lead is not sure any more; later all goes on."""
    server = own_servers()
    async with Processes(server.url, "sign-ups") as processes:
        journal, lead = await processes.leading()
        number = await journal.append(entry(), awaited=False)
        await lead.contents()
        impatient = Appender(lead._queue, LIST, 10, patience=0.3)
        lead._writer.patience = 0.3
        server.freeze()
        began = time.monotonic()
        outcomes = await asyncio.gather(
            impatient.append(entry("late"), awaited=False),
            lead.mark_sending([number], time.time() + 60),
            return_exceptions=True,
        )
        assert [type(each) for each in outcomes] == [FleetUnavailable] * 2
        assert "is not queued, or perhaps it is" in str(outcomes[0])
        assert time.monotonic() - began < 30
        await until(lambda: not lead._lease.is_sure, 60)
        with pytest.raises(LeadLost):
            lead.check()
        assert not lead.lost.is_set()
        server.wake()
        await until(lambda: lead._lease.is_sure, 60)
        await lead.mark_sending([number], time.time() + 60)
        assert len((await lead.news()).rows) <= 1


async def test_a_release_with_redis_away_ends(own_servers: OwnServers, caplog: pytest.LogCaptureFixture) -> None:
    """It waits for some seconds, and the log says that rows will be sent again."""
    server = own_servers()
    async with Processes(server.url, "sign-ups") as processes:
        journal, lead = await processes.leading()
        number = await journal.append(entry(), awaited=False)
        await lead.contents()
        server.kill()
        marking = asyncio.ensure_future(lead.mark_sending([number], inf))
        async with asyncio.timeout(60):
            await lead.release()
        with pytest.raises(ActOnError):
            await marking
        assert "rows will be sent again" in caplog.text


async def test_damaged_values_are_left_and_told(processes: Processes, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever stands there the others are read; one log line counts what is damaged, and shows nothing of it."""
    journal, lead = await processes.leading()
    redis, keys = processes.redis, processes.keys
    number = await journal.append(entry(), awaited=False)
    damages = [
        "",
        "{",
        "[]",
        "ada@example.com",
        '["a@b.de", {"x": 1}, false]',
        "[" * 50_000,
        "\udcff\udcfe".encode("utf-8", "surrogateescape"),
    ]
    for damage in damages:
        await redis.xadd(keys[ROWS], {"row": damage})
        for key in (KEPT, MARKS, HELD, UNSAVED):
            await redis.hset(keys[key], f"1-{len(damage)}", damage)
            await redis.hset(keys[key], damage, damage)
    await redis.xadd(keys[ROWS], {"other": "row"})
    await redis.hset(keys[MARKS], "1-7", '["job", NaN]')
    await redis.hset(keys[META], mapping={"flush": "x", "flushed": "-1", "trouble": "\xe9" * 9_000})
    contents = await lead.contents()
    assert [row.number for row in contents.rows] == [number]
    assert (contents.holds, contents.unsaved) == ({}, [])
    (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert "are damaged: they are left there, and not sent" in told
    assert "ada@" not in told
    await redis.xadd(keys[ROWS], {"row": "{"})
    late = await journal.append(entry("late"), awaited=True)
    news = await lead.news()
    assert [row.number for row in news.rows] == [late]
    await redis.hset(keys[WAITS], f"{late >> 20}-{late & 0xFFFFF}", "x y")
    look = await journal.look([late])
    assert look.flushed == 0
    assert len(look.trouble) < 5_000
    assert look.outcomes[late].fate == "unknown"


async def test_the_mark_of_a_row_is_damaged(some_processes: Processes) -> None:
    """Nobody knows whether it was sent: it counts as one that may still arrive for as long as any."""
    journal, lead = await some_processes.leading()
    await journal.append(entry(), awaited=False)
    (row_id,) = [each for each, _ in await some_processes.redis.xrange(some_processes.keys[ROWS])]
    await some_processes.redis.hset(some_processes.keys[MARKS], row_id, "?")
    (row,) = (await lead.contents()).rows
    assert row.until == pytest.approx(time.time() + 600, abs=10)


async def test_twenty_thousand_rows(own_servers: OwnServers) -> None:
    """They are put, read, marked and completed in steps that keep Redis busy for a few milliseconds each."""
    async with Processes(own_servers().url, "sign-ups") as processes:
        journal, lead = await processes.leading(capacity=30_000)
        await processes.redis.config_resetstat()
        await asyncio.gather(*(journal.append(entry(f"p{n}", Score=str(n)), awaited=False) for n in range(20_000)))
        rows = (await lead.contents()).rows
        assert len(rows) == 20_000
        numbers = [row.number for row in rows]
        lead._writer.patience = 600  # on a machine that is busy
        await lead.mark_sending(numbers, time.time() + 60)
        lead.mark_accepted(numbers, "job", -inf)
        await written(lead)
        await lead.release()
        lead = await processes.lead_of(journal)
        rows = (await lead.contents()).rows
        assert {row.job_id for row in rows} == {"job"}
        await processes.redis.delete(*processes.keys.all)
        await lead.news()
        assert (await journal.look(())).rows == 20_000
        for row in rows:
            lead.saved(sent(row), SAVED)
        lead._writer.patience = 600
        await written(lead)
        assert (await journal.look(())).rows == 0
        assert not await processes.redis.exists(*(processes.keys[key] for key in (KEPT, MARKS)))
        stats = await processes.redis.info("commandstats")
        assert stats["cmdstat_evalsha"]["usec_per_call"] < 5_000


async def test_a_large_queue_is_read_in_turns(own_servers: OwnServers) -> None:
    """While a sender reads many rows, others are not kept waiting for the whole of it."""
    server = own_servers()
    async with Processes(server.url, "sign-ups") as processes, Redis.from_url(server.url) as redis:
        journal, lead = await processes.leading()
        await asyncio.gather(*(journal.append(entry(f"p{n}"), awaited=False) for n in range(3_000)))
        reading = asyncio.ensure_future(lead.contents())
        pings = 0
        while not reading.done():
            await redis.ping()
            pings += 1
        assert len((await reading).rows) == 3_000
        assert pings > 5
