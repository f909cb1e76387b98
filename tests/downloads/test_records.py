"""``lists.records``: every record, in its order, whatever happens on the way."""

from __future__ import annotations

import asyncio
import tracemalloc
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from asyncsdk import APIError, Contact, DecodeError, ListChanged, Session, SessionClosed
from asyncsdk.emulator import Emulator, Pass, Slow
from tests.downloads.list_servers import FAULTS, HEADINGS, ODD, asked, list_of, page, paged, people, records
from tests.support.raw_server import Act, RawServer, Seen, answer
from tests.support.stage import outcome, until
from tests.support.virtual_time import virtual_time


async def walked(found: Any) -> list[Any]:
    """Everything."""
    return [each async for each in found]


def calls(server: Emulator) -> int:
    """How many pages were asked for."""
    return sum(call.route == "lists.download" for call in server.calls)


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1, 2, 999, 1000, 1001, 1998, 1999, 2000, 2001, 3500])
@virtual_time
async def test_every_record_comes_once_and_in_order(number: int) -> None:
    """A list of any length comes whole, in the list's order, each record with its id."""
    async with list_of(people(number)) as (server, acton, leads):
        found = await walked(acton.lists.records(leads))
        assert [contact.id for contact in found] == list(server.records(leads))
        assert [dict(contact.data) for contact in found] == list(server.records(leads).values())
        assert calls(server) <= 1 + number // 999


@virtual_time
async def test_cells_come_as_they_are() -> None:
    """Quotes, commas, line ends, empty cells and any script arrive unchanged."""
    async with list_of(ODD) as (_, acton, leads):
        found = await walked(acton.lists.records(leads))
        assert [[contact.data["Email"], contact.data["Name"]] for contact in found] == ODD
        assert all(isinstance(contact, Contact) for contact in found)


@virtual_time
async def test_absent_cells_are_none() -> None:
    """A null in a page is None, and not an empty text."""
    rows = [["l-0001:0", None, "Ada"], ["l-0001:1", "b@example.com", ""], ["l-0001:2", None, None]]
    async with (
        RawServer([paged(lambda: rows)]) as server,
        Session(token="t", base_url=server.url) as acton,
    ):
        found = await walked(acton.lists.records("l-0001"))
    assert [list(contact.data.values()) for contact in found] == [row[1:] for row in rows]


@virtual_time
async def test_fields_and_times_narrow_it_down() -> None:
    """Only the headings asked for come, and only records within the times."""
    async with list_of(people(3)) as (server, acton, leads):
        await asyncio.sleep(60)
        server.add_list("Other", ["Email"])
        await acton.contacts.update(leads, f"{leads}:1", data={"Name": "New"})
        since = datetime.fromtimestamp(server.clock.now(), UTC) - timedelta(seconds=30)
        found = await walked(acton.lists.records(leads, fields=["Name"], modified_after=since))
        assert [(contact.id, contact.data) for contact in found] == [(f"{leads}:1", {"Name": "New"})]
        assert len(await walked(acton.lists.records(leads, created_before=since))) == 3


@virtual_time
async def test_an_unknown_list_is_an_error() -> None:
    """The server's refusal reaches whoever walks."""
    async with list_of([]) as (_, acton, _leads):
        with pytest.raises(APIError):
            await walked(acton.lists.records("l-9999"))


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("at", [0, 1, 3])
@virtual_time
async def test_what_goes_wrong_on_one_page_is_not_noticed(fault: Any, at: int) -> None:
    """A page that fails in a way that may pass is asked for again, and everything comes in its order."""
    async with list_of(people(4500)) as (server, acton, leads):
        server.faults.add(Pass(), on="lists.download", times=at) if at else None
        server.faults.add(fault, on="lists.download")
        found = await walked(acton.lists.records(leads))
        assert [contact.id for contact in found] == list(server.records(leads))
        assert server.most_in_any_second() <= 5


@pytest.mark.slow
@virtual_time
async def test_pages_that_take_a_second_come_five_a_second() -> None:
    """Enough pages are on their way to use the account's five calls a second when each takes one second."""
    async with list_of(people(40_000)) as (server, acton, leads):
        server.faults.add(Slow(1), on="lists.download", times=1000)
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert len(await walked(acton.lists.records(leads))) == 40_000
        assert loop.time() - began < 41 / 4.3 + 4
        assert server.most_in_any_second() <= 5


@pytest.mark.slow
@virtual_time
async def test_reading_ahead_grows_with_the_walk_and_ends() -> None:
    """A look at the first records costs one call; never are more than five pages on their way."""
    under_way: list[int] = []
    pages = 0

    async def slow(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal pages
        pages += 1
        under_way.append(pages)
        await asyncio.sleep(1)
        pages -= 1
        await paged(lambda: rows)(seen, writer)

    rows = records(30_000)
    async with RawServer([slow]) as server, Session(token="t", base_url=server.url) as acton:
        found = acton.lists.records("l-0001")
        for _ in range(300):
            await anext(found)
        assert len(server.seen) == 1
        await walked(found)
    assert max(under_way) == 5
    assert under_way[:2] == [1, 1]


@pytest.mark.slow
@virtual_time
async def test_what_is_read_ahead_lets_others_pass() -> None:
    """While pages are read ahead, an interactive call takes the next place."""
    async with list_of(people(30_000)) as (server, acton, leads):
        walk = asyncio.ensure_future(walked(acton.lists.records(leads)))
        await until(lambda: calls(server) >= 8)
        before = len(server.calls)
        await acton.account.get()
        routes = [call.route for call in list(server.calls)[before:]]
        assert routes.index("account.get") <= 5
        await walk


@pytest.mark.slow
@pytest.mark.parametrize("given", [1, 400, 600, 1500])
@virtual_time
async def test_a_walk_that_is_left_early_leaves_nothing_running(given: int) -> None:
    """After ``break`` or ``aclose`` no task goes on, no connection is held, and no page is asked for any more."""
    async with list_of(people(20_000)) as (server, acton, leads):
        await acton.account.get()
        await asyncio.sleep(2)
        before = asyncio.all_tasks()
        server.faults.add(Slow(1), on="lists.download", times=50)
        async with aclosing(acton.lists.records(leads)) as found:  # type: ignore[type-var]
            for _ in range(given):
                await anext(found)
        assert asyncio.all_tasks() - before <= {task for task in asyncio.all_tasks() if "handle" in repr(task)}
        count = calls(server)
        await asyncio.sleep(5)
        assert calls(server) == count


@virtual_time
async def test_a_list_that_grows_is_followed_to_its_end() -> None:
    """Records that are added while the walk goes on come, too."""
    async with list_of(people(3000)) as (server, acton, leads):
        found = acton.lists.records(leads)
        first = [await anext(found) for _ in range(100)]
        server.platform.records.append(server.platform.lists.require(leads), people(700, 3000))
        rest = await walked(found)
        assert [contact.id for contact in first + rest] == list(server.records(leads))


@virtual_time
async def test_records_deleted_before_the_place_make_none_be_skipped() -> None:
    """When records that were given are deleted, what follows moves ahead, and still comes."""
    async with list_of(people(3000)) as (server, acton, leads):
        found = acton.lists.records(leads)
        first = [await anext(found) for _ in range(400)]
        listed = server.platform.lists.require(leads)
        for row in range(250):
            server.platform.records.delete(listed, row)
        ids = [contact.id for contact in first + await walked(found)]
        assert set(ids) >= set(server.records(leads))
        assert len(ids) == len(set(ids)) == 3000


@pytest.mark.slow
@virtual_time
async def test_a_list_whose_place_is_lost_is_an_error() -> None:
    """When so much is deleted that nothing of what was given is there any more, the walk does not go on."""
    async with list_of(people(6000)) as (server, acton, leads):
        found = acton.lists.records(leads)
        for _ in range(400):
            await anext(found)
        listed = server.platform.lists.require(leads)
        for row in range(1500):
            server.platform.records.delete(listed, row)
        with pytest.raises(ListChanged, match="begin again"):
            await walked(found)


Rows = list[list[str | None]]


def changing(first: Rows, *later: Rows) -> Act:
    """Give pages of one state of a list after another, the last one for all that follow."""
    states = [first, *later]
    return paged(lambda: states.pop(0) if len(states) > 1 else states[0])


async def ids_from(act: Act) -> list[str]:
    """The ids that a walk gives."""
    async with RawServer([act]) as server, Session(token="t", base_url=server.url) as acton:
        return [each.id for each in await walked(acton.lists.records("l-0001"))]


OLD = records(2000)
SWAPPED = [*OLD[:5], OLD[1500], *OLD[6:1500], OLD[5], *OLD[1501:]]
AHEAD = [OLD[1500], *OLD[:7], *OLD[8:1500], *OLD[1501:]]
LAST = [*OLD[:5], *OLD[6:], OLD[5]]
LESS = [*OLD[:1500], *OLD[1501:]]
NEXT = [OLD[1500], *OLD[:1500], *OLD[1501:]]


@pytest.mark.parametrize(
    "later",
    [SWAPPED, AHEAD, LAST, LESS, NEXT],
    ids=["swapped", "moved ahead while one was deleted", "moved to the end", "deleted", "moved ahead"],
)
@virtual_time
async def test_what_moves_behind_the_place_is_found(later: Rows) -> None:
    """Each record that stays is given exactly once, though others change places."""
    ids = await ids_from(changing(OLD, later))
    assert len(ids) == len(set(ids))
    assert set(ids) >= {row[0] for row in later}


@virtual_time
async def test_a_list_that_changes_places_again_is_an_error() -> None:
    """If a record may have been missed the second time as well, the walk does not end as if all were well."""
    error = await outcome(ids_from(changing(OLD, SWAPPED, SWAPPED, OLD, SWAPPED)))
    assert isinstance(error, ListChanged)
    assert "Only 1,999 of the 2,000 records" in str(error)


@pytest.mark.slow
@virtual_time
async def test_records_deleted_before_they_are_read_cost_a_second_time_through() -> None:
    """Where fewer come than there were, the list is gone through again, and nothing is given twice."""
    async with list_of(people(3000)) as (server, acton, leads):
        found = acton.lists.records(leads)
        first = [await anext(found) for _ in range(100)]
        listed = server.platform.lists.require(leads)
        for row in range(2000, 2500):
            server.platform.records.delete(listed, row)
        ids = [contact.id for contact in first + await walked(found)]
        assert sorted(ids) == sorted(server.records(leads))


@virtual_time
async def test_more_records_than_promised_are_an_error() -> None:
    """A server that gives more records than it counts does not count what it gives."""
    error = await outcome(ids_from(paged(lambda: records(10), total=lambda: 7)))
    assert isinstance(error, ListChanged)
    assert "10 records came, and the server counts 7" in str(error)


@virtual_time
async def test_a_server_that_does_not_count_is_an_error() -> None:
    """Without a total, a short page would look like the end: nothing is given as if it were all."""
    error = await outcome(ids_from(paged(lambda: records(500), total=lambda: -1)))
    assert isinstance(error, DecodeError)
    assert "does not tell how many records there are" in str(error)


@virtual_time
async def test_columns_of_one_name_are_all_given() -> None:
    """The second column of a name is told from the first, and hides nothing."""
    headings = ["_contact_id_", "Name", "Name", "Name (2)", "", "", "_contact_id_"]
    row = ["l-0001:0", "a", "b", "c", "d", "e", "f"]
    told = answer(200, page([row], 1, headings=headings))
    async with RawServer([told]) as server, Session(token="t", base_url=server.url) as acton:
        (contact,) = await walked(acton.lists.records("l-0001"))
        (same,) = (await acton.lists.download("l-0001")).contacts()
    assert (contact.id, list(contact.data.values())) == (row[0], row[1:])
    assert list(contact.data) == ["Name", "Name (3)", "Name (2)", "", " (2)", "_contact_id_ (2)"]
    assert contact == same


@pytest.mark.parametrize("cell", [5, True, {"a": 1}, ["x"]])
@virtual_time
async def test_a_cell_that_is_no_text_is_an_error(cell: Any) -> None:
    """What no cell can be is not passed on as one; the record and the column are named."""
    error = await outcome(ids_from(paged(lambda: [*records(2), ["l-0001:2", "c@example.com", cell]])))
    assert isinstance(error, DecodeError)
    assert "Record 3 (l-0001:2)" in str(error)
    assert f"column 'Name': {type(cell).__name__} is no text" in str(error)


@pytest.mark.parametrize("name", [None, "", 7])
@virtual_time
async def test_a_record_whose_id_is_empty_is_an_error(name: Any) -> None:
    """Records that cannot be told apart are not given as if they could."""
    error = await outcome(ids_from(paged(lambda: [*records(2), [name, "c@example.com", "C"]])))
    assert isinstance(error, DecodeError)
    assert "a record has no id" in str(error)


@virtual_time
async def test_a_server_that_gives_no_more_than_some_is_an_error() -> None:
    """An empty page in the middle is not taken for the end."""
    rows = records(1000)
    async with (
        RawServer([paged(lambda: rows, total=lambda: 5000)]) as server,
        Session(token="t", base_url=server.url) as acton,
    ):
        with pytest.raises(ListChanged):
            await walked(acton.lists.records("l-0001"))


@pytest.mark.parametrize(
    "wrong",
    [
        {**page([], 1), "data": "nothing"},
        {**page([], 1), "data": ["l-0001:0"]},
        {**page([], 1), "data": [["l-0001:0", "a@example.com"]]},
        {"message": "?"},
        [],
        b"<html>",
    ],
    ids=["no array", "no rows", "short row", "no data", "array", "page"],
)
@virtual_time
async def test_an_answer_of_another_shape_is_an_error(wrong: Any) -> None:
    """What is no page of records is said to be none, and nothing is given."""
    async with RawServer([answer(200, wrong)]) as server, Session(token="t", base_url=server.url) as acton:
        error = await outcome(walked(acton.lists.records("l-0001")))
    assert isinstance(error, DecodeError), error
    assert "@example" not in str(error)


@virtual_time
async def test_records_without_ids_come_too() -> None:
    """Where a page has no column of ids, all its columns are data."""
    rows = [["a@example.com", "A"], ["b@example.com", "B"]]
    script = [answer(200, page(rows, 2, headings=HEADINGS[1:]))]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:
        found = await walked(acton.lists.records("l-0001"))
    assert [(contact.id, list(contact.data.values())) for contact in found] == [("", row) for row in rows]


@virtual_time
async def test_columns_are_asked_as_given() -> None:
    """The page asked for says what the caller asked for, and a thousand records at a time."""
    async with RawServer([paged(list)]) as server, Session(token="t", base_url=server.url) as acton:
        assert await walked(acton.lists.records("l-0001", fields=["Email", "Name"])) == []
        assert asked(server.seen[0]) == {"count": "1000", "offset": "0", "fields": "Email;Name"}


@pytest.mark.slow
@virtual_time
async def test_memory_does_not_grow_with_the_list() -> None:
    """Twenty thousand records take no more memory than a few pages."""
    rows = records(1000)
    whole = [[f"l-0001:{place:x}", *rows[place % 1000][1:]] for place in range(20_000)]

    async def peak(length: int) -> int:
        async with (
            RawServer([paged(lambda: whole[:length])]) as server,
            Session(token="t", base_url=server.url) as acton,
        ):
            await anext(acton.lists.records("l-0001"))
            tracemalloc.start()
            count = 0
            async for _ in acton.lists.records("l-0001"):
                count += 1
                if count % 1000 == 0:
                    server.seen.clear()
            assert count == length
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return most

    few, many = await peak(10_000), await peak(20_000)
    assert many < 1.1 * few
    assert many < 3_000_000


@virtual_time
async def test_a_closed_session_ends_the_walk() -> None:
    """Closing the session ends a walk under way with a sentence, and leaves nothing running."""
    async with list_of(people(5000)) as (_, acton, leads):
        found = acton.lists.records(leads)
        await anext(found)
        await acton.close()
        with pytest.raises(SessionClosed):
            await walked(found)
