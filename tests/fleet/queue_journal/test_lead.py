"""Lead of a queue in Redis: what is put is read once and in order, and what becomes of it is kept."""

from __future__ import annotations

import time
from math import inf

import pytest

from asyncsdk.models.clear import CLEAR
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.shared_journal import LeadLost
from tests.fleet.queue_journal.processes import Processes, cells_of, entry, report_of, sent

SAVED = PutOutcome("updated")


async def test_rows_of_all_processes_are_read_once(processes: Processes) -> None:
    """The sender reads what was put before it had the lead, then what came since, each row once and in order."""
    one, other = await processes.new(), await processes.new()
    first = [
        await journal.append(entry(f"p{n}", Score=str(n)), awaited=False) for n, journal in ((0, one), (1, other))
    ]
    lead = await processes.lead_of(one)
    contents = await lead.contents()
    assert [row.number for row in contents.rows] == first
    assert cells_of(contents.rows) == [("p0@example.com", {"Score": "0"}), ("p1@example.com", {"Score": "1"})]
    assert (await lead.news()).rows == []
    later = [await journal.append(entry("p2"), awaited=True) for journal in (other, one)]
    news = await lead.news()
    assert [(row.number, row.awaited) for row in news.rows] == [(number, True) for number in later]
    assert (await lead.news()).rows == []


async def test_rows_have_the_senders_time(processes: Processes) -> None:
    """A row that was just put is as old as its way took, by the sender's own clock; a later one is newer."""
    journal, lead = await processes.leading()
    await lead.contents()
    before = time.time()
    for n in range(3):
        await journal.append(entry(f"p{n}"), awaited=False)
    times = [row.put_at for row in (await lead.news()).rows]
    assert times == sorted(times)
    assert all(before - 1 < put_at <= time.time() for put_at in times)


async def test_values_of_all_kinds_arrive(processes: Processes) -> None:
    """Empty cells, cleared ones, and any text are read as they were put."""
    journal, lead = await processes.leading()
    row = entry()
    row.email = "ünï'cöde@exämple.com"
    row.cells |= {"Zeile": "a\n\x00\u2028\U0001f600", "": "", "cleared": CLEAR, "lone": "\ud800"}
    await journal.append(row, awaited=False)
    (read,) = (await lead.contents()).rows
    assert (read.email, read.cells) == (row.email, row.cells)


async def test_the_next_sender_finds_what_is_not_completed(processes: Processes) -> None:
    """Marks, jobs, holds and rows that were given up are there; saved rows are not."""
    journal, lead = await processes.leading()
    numbers = [await journal.append(entry(f"p{n}"), awaited=False) for n in range(6)]
    rows = {row.number: row for row in (await lead.contents()).rows}
    until = time.time() + 60
    await lead.mark_sending(numbers[:4], until)
    lead.mark_accepted(numbers[1:2], "job-1", until)
    lead.mark_accepted(numbers[2:3], "job-2", -inf)
    lead.mark_unsent(numbers[3:4])
    lead.saved(sent(rows[numbers[4]]), SAVED)
    assert lead.give_up(sent(rows[numbers[5]]), report_of(rows[numbers[5]])) == numbers[5]
    lead.hold(["b@example.com", "a@example.com"], until)
    await lead.release()
    contents = await (await processes.lead_of(await processes.new())).contents()
    found = [(row.number, row.job_id, row.until) for row in contents.rows]
    assert [(number, job) for number, job, _ in found] == list(
        zip(numbers, [None, "job-1", "job-2", None], strict=False)
    )
    assert [number is None for *_, number in found] == [False, False, True, True]
    assert found[0][2] == pytest.approx(until, abs=1)
    ((held_until, held),) = contents.holds.items()
    assert held_until == pytest.approx(until, abs=1)
    assert sorted(held) == ["a@example.com", "b@example.com"]
    assert contents.unsaved == [(numbers[5], report_of(rows[numbers[5]]))]


async def test_rows_that_somebody_was_given_are_gone(processes: Processes) -> None:
    """Neither a row whose outcome was told nor a given-up one that was handed over comes back."""
    journal, lead = await processes.leading()
    numbers = [await journal.append(entry(f"p{n}"), awaited=False) for n in range(2)]
    rows = (await lead.contents()).rows
    lead.delete(numbers[:1])
    lead.delete_unsaved([lead.give_up(sent(rows[1]), report_of(rows[1]))])
    await lead.release()
    contents = await (await processes.lead_of(journal)).contents()
    assert (contents.rows, contents.unsaved) == ([], [])
    assert (await journal.look(())).rows == 0


async def test_a_second_sender_there_is_not(processes: Processes) -> None:
    """While one process has the lead no other gets it; when it is given back the next one does at once."""
    _, lead = await processes.leading()
    other = await processes.new()
    assert await other.try_lead() is None
    lead.check()
    await lead.release()
    with pytest.raises(LeadLost):
        lead.check()
    (await processes.lead_of(other)).check()


async def test_a_sender_that_lost_the_lead_writes_nothing(processes: Processes) -> None:
    """After another process has it, every change is refused, and the sender is told."""
    journal, lead = await processes.leading()
    numbers = [await journal.append(entry(f"p{n}"), awaited=False) for n in range(4)]
    rows = (await lead.contents()).rows
    other = await processes.taken_from_its_holder(await processes.new())
    lead.saved(sent(rows[0]), SAVED)
    lead.mark_accepted(numbers[1:2], "job", inf)
    lead.give_up(sent(rows[2]), report_of(rows[2]))
    with pytest.raises(LeadLost):
        await lead.mark_sending(numbers, time.time() + 60)
    with pytest.raises(LeadLost):
        await lead.news()
    with pytest.raises(LeadLost):
        lead.check()
    assert lead.lost.is_set()
    await lead.release()
    contents = await other.contents()
    assert [(row.number, row.was_sent) for row in contents.rows] == [(number, False) for number in numbers]
    assert contents.unsaved == []
    other.check()


async def test_many_rows_of_one_address_become_one(processes: Processes) -> None:
    """The next sender finds the merged row, with its times and with those who wait for one of its parts."""
    journal, lead = await processes.leading()
    numbers = [await journal.append(entry("ada", **{f"c{n % 3}": str(n)}), awaited=n == 5) for n in range(20)]
    first, *others = map(sent, (await lead.contents()).rows)
    for each in others:
        first.merge(each)
    assert lead.compact(first) == [numbers[-1]]
    await lead.release()
    assert (await journal.look(())).rows == 1
    next_lead = await processes.lead_of(journal)
    (row,) = (await next_lead.contents()).rows
    assert row.cells == {"c0": "18", "c1": "19", "c2": "17"}
    assert (row.number, row.awaited) == (numbers[-1], True)
    merged = sent(row)
    assert [merged.time_of(name) - merged.put_at for name in ("c2", "c0", "c1")] == pytest.approx(
        [first.time_of(name) - first.put_at for name in ("c2", "c0", "c1")], abs=1e-5
    )
    next_lead.saved(merged, SAVED)
    await next_lead.release()
    assert (await journal.look([numbers[5]])).outcomes == {numbers[5]: SAVED}
