"""Journal of a queue in Redis, as every process has it open: what it takes, what it shows, and what it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from asyncsdk import ActOnError, InvalidArgument, StoreFailed
from asyncsdk.fleet import Fleet
from asyncsdk.fleet.queue_journal import appender
from asyncsdk.fleet.queue_journal.keys import META, ROWS
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.shared_journal import SharedJournal
from asyncsdk.uploads.list_columns import ListColumns
from tests.fleet.queue_journal.processes import LIST, Processes, entry, sent, written

COLUMNS = ListColumns(LIST, ("Email", "First Name", "Scöre"), 0)


async def test_it_takes_as_many_rows_as_it_has_room_for(processes: Processes) -> None:
    """Rows that are put at once are taken in their order until it is full; when some have left it takes more."""
    journal = await processes.new(capacity=3)
    tickets = await asyncio.gather(*(journal.append(entry(f"p{n}"), awaited=False) for n in range(5)))
    assert [ticket is None for ticket in tickets] == [False] * 3 + [True] * 2
    lead = await processes.lead_of(journal)
    rows = (await lead.contents()).rows
    assert [row.email for row in rows] == [f"p{n}@example.com" for n in range(3)]
    lead.saved(sent(rows[0]), PutOutcome("created"))
    await written(lead)
    assert await journal.append(entry("p5"), awaited=False) is not None
    assert await journal.append(entry("p6"), awaited=False) is None


@pytest.mark.slow
async def test_rows_of_one_process_are_written_together(some_processes: Processes) -> None:
    """Those that come while Redis is asked go in one request, all in their order."""
    journal = await some_processes.new()
    await some_processes.redis.config_resetstat()
    tickets = await asyncio.gather(*(journal.append(entry(f"p{n}"), awaited=False) for n in range(500)))
    assert tickets == sorted(tickets, key=lambda ticket: ticket or 0)
    calls = await some_processes.redis.info("commandstats")
    assert calls["cmdstat_evalsha"]["calls"] <= 5
    assert calls["cmdstat_xadd"]["calls"] == 500


async def test_one_of_two_puts_is_cancelled(some_processes: Processes) -> None:
    """Before it is written it is left out; the other one is taken."""
    journal = await some_processes.new()
    await journal.append(entry("first"), awaited=False)
    one, other = (asyncio.create_task(journal.append(entry(name), awaited=False)) for name in ("one", "other"))
    await asyncio.sleep(0)
    one.cancel()
    assert await other is not None
    assert one.cancelled()
    await journal.close()
    with pytest.raises(ActOnError, match="not open"):
        await journal.append(entry("late"), awaited=False)


@pytest.mark.slow
async def test_all_processes_see_how_it_stands(processes: Processes) -> None:
    """How many rows there are, how old the oldest is, what is wrong, and which flush is done."""
    journal, lead = await processes.leading()
    other = await processes.new()
    empty = await other.look(())
    assert (empty.rows, empty.oldest, empty.trouble, empty.flushed, empty.outcomes) == (0, 0.0, "", 0, {})
    await processes.redis.xadd(processes.keys[ROWS], {"row": '["a@example.com", {}, false]'}, "1000-0")
    await journal.append(entry(), awaited=False)
    await lead.contents()
    lead.tell("PermissionDenied: not yours", 17, None)
    await written(lead)
    seen = await other.look(())
    assert (seen.rows, seen.trouble, seen.flushed) == (2, "PermissionDenied: not yours", 17)
    assert seen.oldest == pytest.approx(await processes.now_ms() / 1_000 - 1, abs=5)
    lead.tell("", 5, None)  # a sender that has begun anew knows of no flush
    await written(lead)
    seen = await other.look(())
    assert (seen.trouble, seen.flushed) == ("", 17)


@pytest.mark.slow
async def test_a_flush_is_asked_for_behind_the_rows(processes: Processes) -> None:
    """The sender reads of it with all rows that were put before, however many; numbers only grow."""
    journal, lead = await processes.leading()
    await lead.contents()
    assert (await lead.news()).flush_asked == 0
    await asyncio.gather(*(journal.append(entry(f"p{n}"), awaited=False) for n in range(450)))
    first, second = await journal.ask_for_flush(), await (await processes.new()).ask_for_flush()
    news = await lead.news()
    assert (len(news.rows), news.flush_asked) == (450, second)
    await processes.redis.delete(processes.keys[META])
    third = await journal.ask_for_flush()
    assert first < second < third + 1


@pytest.mark.slow
async def test_columns_are_shared(processes: Processes) -> None:
    """What one process has read the others need not read; what is damaged they read by a call."""
    journal, lead = await processes.leading()
    assert await journal.columns() is None
    await journal.keep_columns(COLUMNS)
    assert await (await processes.new()).columns() == COLUMNS
    lead.keep_columns(ListColumns(LIST, ("E-Mail",), 0))
    await written(lead)
    assert await journal.columns() == ListColumns(LIST, ("E-Mail",), 0)
    for damaged in ("{", "[]", "null", '{"headings": 1, "email": 0}', "\xff", "[" * 100_000):
        await processes.redis.hset(processes.keys[META], "columns", damaged)
        assert await journal.columns() is None


async def test_a_queue_is_of_one_account(processes: Processes) -> None:
    """The first that sends makes it its account's; another account is told so, also in a later term."""
    journal, lead = await processes.leading()
    await lead.contents()
    assert lead.claim_for("acme")
    assert lead.claim_for("acme")
    assert not lead.claim_for("other")
    await lead.release()
    lead = await processes.lead_of(journal)
    await lead.contents()
    assert not lead.claim_for("other")
    assert lead.claim_for("acme")


async def test_a_name_is_of_one_list(processes: Processes) -> None:
    """A queue of another list under the same name is refused, and puts nothing after Redis was emptied, either."""
    journal = await processes.new()
    with pytest.raises(InvalidArgument, match=rf"The queue {processes.name} in Redis at \S+ is for another list"):
        await processes.new(list_id="l-0002")
    await processes.redis.delete(processes.keys[META])
    await processes.new(list_id="l-0002")
    with pytest.raises(InvalidArgument, match="is for another list"):
        await journal.append(entry(), awaited=False)
    with pytest.raises(InvalidArgument, match="is for another list"):
        await journal.keep_columns(COLUMNS)


async def test_another_version_is_refused(some_processes: Processes) -> None:
    """What a later version keeps otherwise is not read as if it were this one's."""
    await some_processes.new()
    await some_processes.redis.hset(some_processes.keys[META], "version", "2")
    with pytest.raises(InvalidArgument, match="of another version"):
        await some_processes.new()


@pytest.mark.parametrize("part", [META, ROWS])
async def test_something_else_under_its_name_is_told(part: int, some_processes: Processes) -> None:
    """A key of another kind is neither read nor replaced."""
    await some_processes.redis.set(some_processes.keys[part], "mine")
    with pytest.raises(StoreFailed, match="refuses: WRONGTYPE"):
        await some_processes.new()
    assert await some_processes.redis.get(some_processes.keys[part]) == "mine"


async def test_each_queue_has_one_of_its_own(some_processes: Processes) -> None:
    """A journal that two queues were given is told of."""
    journal = await some_processes.new()
    assert isinstance(journal, SharedJournal)
    with pytest.raises(ActOnError, match=r"call fleet\.queue_journal\(\.\.\.\) for each queue"):
        await journal.open(LIST, 10)


async def test_a_row_without_end_is_refused(some_processes: Processes) -> None:
    """It is told before anything is sent, and others are taken."""
    journal = await some_processes.new()
    with pytest.raises(InvalidArgument, match="1,048,576 characters at the most"):
        await journal.append(entry(Score="x" * appender.LONGEST), awaited=False)
    assert await journal.append(entry(Score="x" * (appender.LONGEST - 100)), awaited=False) is not None


@pytest.mark.parametrize("name", ["", "a b", "ada@example.com", "a" * 101, "{a}", None, 7])
async def test_a_name_that_cannot_be_is_told_at_once(name: object, redis_url: str) -> None:
    """It says what a name is like, and repeats none: an address is private."""
    async with Fleet.from_url(redis_url) as fleet:
        with pytest.raises(InvalidArgument, match="such as 'sign-ups'") as caught:
            fleet.queue_journal(name)  # type: ignore[arg-type]
        assert "ada" not in str(caught.value)


async def test_a_journal_is_of_an_open_fleet(redis_url: str, account: str) -> None:
    """One that is asked for too early, or used too late, says so; a repr shows nothing private."""
    fleet = Fleet.from_url(redis_url)
    with pytest.raises(ActOnError, match="This fleet is not open yet"):
        fleet.queue_journal(account)
    async with fleet:
        journal = fleet.queue_journal(account)
        await journal.open(LIST, 10)
    assert repr(journal) == f"<StreamJournal {account} at {fleet.place}>"
    uses: list[Callable[[], object]] = [
        lambda: journal.append(entry(), awaited=False),
        lambda: journal.look(()),
        journal.try_lead,
        journal.ask_for_flush,
    ]
    for use in uses:
        with pytest.raises(ActOnError, match="This fleet is closed"):
            await use()  # type: ignore[misc]


@pytest.mark.slow
async def test_a_flush_never_comes_before_its_rows(some_processes: Processes) -> None:
    """While a sender reads, rows are put and flushes asked for: it hears of one with the rows before it."""
    _, lead = await some_processes.leading()
    other = await some_processes.new()
    await lead.contents()
    asked: dict[int, int] = {}

    async def put_on() -> None:
        for turn in range(1, 9):
            await asyncio.gather(*(other.append(entry(f"p{n}"), awaited=False) for n in range(250)))
            asked[await other.ask_for_flush()] = turn * 250

    putting, read = asyncio.create_task(put_on()), 0
    while not putting.done() or read < 2_000:
        news = await lead.news()
        read += len(news.rows)
        assert read >= asked.get(news.flush_asked, 0)
    await putting
    assert (await lead.news()).flush_asked == max(asked)
