"""Waits in a queue in Redis: a process gets the outcomes of its rows from the one that sends, once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from asyncsdk.fleet.queue_journal import stream_journal
from asyncsdk.fleet.queue_journal.codec import id_of
from asyncsdk.fleet.queue_journal.keys import DUE, TOLD, UNSAVED, WAITS
from asyncsdk.fleet.queue_journal.stream_journal import StreamJournal
from asyncsdk.fleet.queue_journal.stream_lead import StreamLead
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.results import PutOutcome
from tests.fleet.queue_journal.processes import Processes, entry, report_of, sent, written

FAILED = PutOutcome("failed", "so it is")
SAVED = PutOutcome("created")


async def put_and_read(
    processes: Processes, *waits: bool
) -> tuple[StreamJournal, StreamLead, Sequence[int], list[Entry]]:
    """Rows of another process than the sender's, awaited or not: its journal, the lead, the tickets, the rows."""
    journal = await processes.new()
    tickets = [await journal.append(entry(f"p{n}"), awaited=awaited) for n, awaited in enumerate(waits)]
    _, lead = await processes.leading()
    rows = [sent(row) for row in (await lead.contents()).rows]
    return journal, lead, [ticket for ticket in tickets if ticket is not None], rows


async def test_an_outcome_is_told_until_it_is_acknowledged(processes: Processes) -> None:
    """The process that waits sees it at each look; of a row that nobody waits for there is none."""
    journal, lead, tickets, rows = await put_and_read(processes, True, True, False)
    assert (await journal.look(tickets)).outcomes == {}
    lead.saved(rows[0], SAVED)
    lead.saved(rows[2], SAVED)
    await written(lead)
    for _ in range(2):
        assert (await journal.look(tickets[:2])).outcomes == {tickets[0]: SAVED}
    await journal.acknowledge(tickets[:1])
    assert (await journal.look(tickets[:2])).outcomes == {}
    assert await processes.redis.hlen(processes.keys[WAITS]) == 1  # the one of the row that is not sent yet


async def test_an_outcome_is_that_of_all_rows_that_were_merged(some_processes: Processes) -> None:
    """Each of those who wait for an address gets the outcome."""
    journal, lead, tickets, rows = await put_and_read(some_processes, True, True)
    rows[0].merge(rows[1])
    lead.saved(rows[0], SAVED)
    await written(lead)
    assert (await journal.look(tickets)).outcomes == dict.fromkeys(tickets, SAVED)


async def test_a_row_that_was_given_up_is_told_once(processes: Processes) -> None:
    """Who waits is told, and then neither this sender nor the next one reports the row."""
    journal, lead, tickets, rows = await put_and_read(processes, True)
    number = lead.give_up(rows[0], report_of(rows[0]))
    await written(lead)
    assert number == tickets[0]
    assert (await lead.news()).unsaved == []
    assert (await journal.look(tickets)).outcomes == {number: FAILED}
    await journal.acknowledge(tickets)
    assert not await processes.redis.exists(processes.keys[UNSAVED], processes.keys[DUE])
    await lead.release()
    assert (await (await processes.lead_of(journal)).contents()).unsaved == []


async def test_a_given_up_row_that_nobody_was_told_of_is_reported_later(processes: Processes) -> None:
    """A process that waited and died does not come back: after a minute the sender reports the row, once."""
    _, lead, tickets, rows = await put_and_read(processes, True)
    lead.give_up(rows[0], report_of(rows[0]))
    await written(lead)
    assert (await lead.news()).unsaved == []
    left = await processes.redis.zscore(processes.keys[DUE], id_of(tickets[0])) - await processes.now_ms()
    assert 50_000 < left <= 60_000
    await processes.redis.zadd(processes.keys[DUE], {id_of(tickets[0]): 0})  # as if the minute were over
    assert (await lead.news()).unsaved == [(tickets[0], report_of(rows[0]))]
    assert (await lead.news()).unsaved == []
    lead.delete_unsaved(tickets)
    await lead.release()
    assert not await processes.redis.exists(processes.keys[UNSAVED])


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_new_sender_leaves_those_who_wait_their_time(some_processes: Processes, is_over: bool) -> None:
    """It reports a given-up row with its first rows only if nobody took the outcome in time."""
    journal, lead, tickets, rows = await put_and_read(some_processes, True)
    lead.give_up(rows[0], report_of(rows[0]))
    await lead.release()
    if is_over:
        await some_processes.redis.zadd(some_processes.keys[DUE], {id_of(tickets[0]): 0})
    lead = await some_processes.lead_of(journal)
    assert (await lead.contents()).unsaved == ([(tickets[0], report_of(rows[0]))] if is_over else [])
    assert (await lead.news()).unsaved == []


@pytest.mark.parametrize("is_decided", [False, True])
async def test_a_row_that_nobody_waits_for_any_more_is_reported(processes: Processes, is_decided: bool) -> None:
    """A put that was cancelled gives up its wait, before the row is given up or after: it is reported."""
    journal, lead, tickets, rows = await put_and_read(processes, True)
    if not is_decided:
        await journal.stop_waiting(tickets)
    lead.give_up(rows[0], report_of(rows[0]))
    await written(lead)
    if is_decided:
        await journal.stop_waiting(tickets)
    assert (await lead.news()).unsaved == [(tickets[0], report_of(rows[0]))]
    assert (await journal.look(tickets)).outcomes == {}


async def test_a_new_sender_knows_who_waits(processes: Processes) -> None:
    """A row is awaited for the next sender if its process still waits, and has no outcome yet."""
    journal, lead, tickets, _ = await put_and_read(processes, True, True, True, False)
    await journal.stop_waiting(tickets[1:2])
    lead.notify(tickets[2:3], "the server is away")
    await lead.release()
    lead = await processes.lead_of(journal)
    assert [row.awaited for row in (await lead.contents()).rows] == [True, False, False, False]


async def test_what_keeps_a_row_from_being_saved_is_told(processes: Processes) -> None:
    """Who waits gets the words, and the row stays; what becomes of it later is reported."""
    journal, lead, tickets, rows = await put_and_read(processes, True)
    lead.notify(tickets, "the server is away")
    rows[0].awaited = []
    await written(lead)
    assert (await journal.look(tickets)).outcomes == {tickets[0]: "the server is away"}
    await journal.acknowledge(tickets)
    assert (await journal.look(())).rows == 1
    lead.give_up(rows[0], report_of(rows[0]))
    await lead.release()
    unsaved = (await (await processes.lead_of(journal)).contents()).unsaved
    assert unsaved == [(tickets[0], report_of(rows[0]))]


async def test_outcomes_that_nobody_takes_are_removed(some_processes: Processes) -> None:
    """Those of a process that died stay for ten minutes."""
    _, lead, tickets, rows = await put_and_read(some_processes, True)
    lead.saved(rows[0], SAVED)
    await written(lead)
    await lead.news()
    assert await some_processes.redis.hlen(some_processes.keys[WAITS]) == 1
    told = some_processes.keys[TOLD]
    age = await some_processes.now_ms() - await some_processes.redis.zscore(told, id_of(tickets[0]))
    assert 0 <= age < 10_000
    await some_processes.redis.zincrby(told, -600_001, id_of(tickets[0]))  # as if the ten minutes were over
    await lead.news()
    assert not await some_processes.redis.exists(some_processes.keys[WAITS], told)


async def test_a_row_that_redis_has_forgotten_is_not_waited_for_for_ever(some_processes: Processes) -> None:
    """Its outcome is unknown after some seconds; before that the sender may write it again.

    Its process looks at the queue as a whole meanwhile, without asking for any outcome.
    """
    journal, _, tickets, _ = await put_and_read(some_processes, True)
    await some_processes.redis.delete(*some_processes.keys.all)
    assert (await journal.look(tickets)).outcomes == {}
    journal._missing[tickets[0]] -= stream_journal.FORGOTTEN_SECONDS
    assert (await journal.look(())).outcomes == {}
    assert (await journal.look(tickets)).outcomes[tickets[0]] == PutOutcome(
        "unknown", "Redis has lost the row, or its outcome."
    )
