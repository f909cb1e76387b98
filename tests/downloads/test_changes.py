"""Runs that give only what is new: nothing that changes is missed, whatever happens between and during them."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path
from typing import Any

import attrs
import pytest

from asyncsdk import InvalidArgument, ListChanged, Session, StoreFailed
from asyncsdk.emulator import Cut, Emulator, Pass, Reply, Slow
from asyncsdk.models import DrilldownRow
from asyncsdk.models.wire import wire
from tests.downloads.list_servers import ACCOUNT, asked, list_of, names, page, people
from tests.support.raw_server import Act, RawServer, Seen, answer
from tests.support.stage import until
from tests.support.virtual_time import EPOCH, virtual_time, wall

HOUR = 3600


async def run(acton: Session, leads: str, state: Path, **options: Any) -> dict[str, str | None]:
    """One run read to its end: the names of the records that it gave, by id."""
    async with acton.lists.changes(leads, state=state, **options) as records:
        return {each.id: each.data["Name"] async for each in records}


async def got_all(run: AbstractAsyncContextManager[AsyncIterator[Any]]) -> list[Any]:
    """Everything that a run gives."""
    async with run as found:
        return [each async for each in found]


def change(server: Emulator, leads: str, row: int, name: str) -> None:
    """Change a record at once, without a call."""
    listed = server.platform.lists.require(leads)
    record = server.platform.records.at(listed, row)
    assert record is not None
    server.platform.records.change(listed, row, [record.cells[0], name])


@virtual_time
async def test_a_run_gives_what_changed_since_the_last(tmp_path: Path) -> None:
    """The first run gives everything, later ones only what was added or changed; without changes, nothing."""
    state = tmp_path / "leads.json"
    async with list_of(people(1500)) as (server, acton, leads):
        assert len(await run(acton, leads, state)) == 1500
        await asyncio.sleep(HOUR)
        assert await run(acton, leads, state) == {}
        change(server, leads, 7, "New")
        server.platform.records.append(server.platform.lists.require(leads), people(1, 1500))
        assert await run(acton, leads, state) == {f"{leads}:7": "New", f"{leads}:5dc": "Name 1500"}
        assert await run(acton, leads, state) == {}
        change(server, leads, 7, "Newer")
        assert await run(acton, leads, state) == {f"{leads}:7": "Newer"}


@virtual_time
async def test_the_state_is_private_and_holds_no_address(tmp_path: Path) -> None:
    """The file is readable to its owner only, says what it belongs to, and gives nobody away."""
    state = tmp_path / "leads.json"
    async with list_of(people(3)) as (_, acton, leads):
        await run(acton, leads, state)
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
        assert "example" not in state.read_text()
        assert json.loads(state.read_text())["question"] == {"what": "lists.records", "list_id": leads}
        assert names(tmp_path) == [state.name]


@pytest.mark.slow
@pytest.mark.parametrize("given", [1, 500, 1400, 1500])
@virtual_time
async def test_a_run_that_breaks_off_gives_everything_again(given: int, tmp_path: Path) -> None:
    """Only a run read to its end counts, even if the last record had been given."""
    state = tmp_path / "leads.json"
    async with list_of(people(1500)) as (_, acton, leads):
        async with acton.lists.changes(leads, state=state) as found:
            for _ in range(given):
                await anext(found)
        assert not state.exists()
        assert len(await run(acton, leads, state)) == 1500


@virtual_time
async def test_a_run_that_fails_gives_the_same_again(tmp_path: Path) -> None:
    """An error in the middle leaves the state as it was."""
    state = tmp_path / "leads.json"
    async with list_of(people(2500)) as (server, acton, leads):
        await run(acton, leads, state)
        before = state.read_bytes()
        await asyncio.sleep(HOUR)
        for row in range(1500):
            change(server, leads, row, "New")
        server.faults.add(Pass(), on="lists.download")
        server.faults.add(Reply(400, {"errorCode": 1, "message": "no"}), on="lists.download")
        with pytest.raises(Exception, match="no"):
            await run(acton, leads, state)
        assert state.read_bytes() == before
        assert len(await run(acton, leads, state)) == 1500


@pytest.mark.slow
@pytest.mark.parametrize("page_number", [0, 1, 2, 3])
@pytest.mark.parametrize("row", [0, 1500, 2999])
@pytest.mark.parametrize("first", [True, False], ids=["first run", "later run"])
@virtual_time
async def test_what_changes_during_a_run_is_in_it_or_in_the_next(
    first: bool, row: int, page_number: int, tmp_path: Path
) -> None:
    """Whichever record changes between whichever two pages, its last value is given by the end of the next run."""
    state = tmp_path / "leads.json"
    async with list_of(people(3000)) as (server, acton, leads):
        if not first:
            await run(acton, leads, state)
            for each in range(3000):
                change(server, leads, each, "Old")
            await asyncio.sleep(HOUR)
        _before_page(server, page_number, lambda: change(server, leads, row, "New"))
        got = await run(acton, leads, state)
        assert len(got) == 3000
        await asyncio.sleep(HOUR)
        got |= await run(acton, leads, state)
        assert got[f"{leads}:{row:x}"] == "New"


def _before_page(server: Emulator, number: int, happen: Callable[[], None]) -> None:
    """Let something happen right before a page is read."""
    records = server.platform.records
    page_of, pages = records.page, 0

    def page_and_happen(*arguments: Any) -> Any:
        nonlocal pages
        if pages == number:
            happen()
        pages += 1
        return page_of(*arguments)

    records.page = page_and_happen  # type: ignore[method-assign]


@virtual_time
async def test_a_clock_that_is_wrong_loses_nothing(tmp_path: Path) -> None:
    """Where the server's clock is behind, its time counts, before the first call and however late the answer."""
    state = tmp_path / "leads.json"
    async with list_of(people(5)) as (server, acton, leads):
        server.clock.advance(-2 * HOUR)
        server.faults.add(Reply.unavailable(), on="lists.download", times=2)
        server.faults.add(Slow(20), on="lists.download")
        began = server.clock.now()
        await run(acton, leads, state)
        assert began - 1 <= datetime.fromisoformat(json.loads(state.read_text())["time"]).timestamp() <= began
        change(server, leads, 2, "New")
        assert await run(acton, leads, state) == {f"{leads}:2": "New"}


def _date(ahead: float) -> Act:
    """A page of one record, stamped with a time that is not now."""

    async def act(seen: Seen, writer: Any) -> None:
        date = formatdate(wall() + ahead, usegmt=True)
        await answer(200, page([["l-0001:0", "a@example.com", "A"]], 1), Date=date)(seen, writer)

    return act


@virtual_time
async def test_a_date_that_is_ahead_skips_nothing(tmp_path: Path) -> None:
    """One answer that is stamped with an hour to come does not make the next run leave that hour out."""
    state = tmp_path / "leads.json"
    script = [ACCOUNT, _date(HOUR), _date(0)]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:
        await run(acton, "l-0001", state)
        await run(acton, "l-0001", state)
        assert int(asked(server.seen[-1])["modafter"]) <= (EPOCH - 600) * 1000


@virtual_time
async def test_without_a_date_this_machines_clock_counts_less_a_margin(tmp_path: Path) -> None:
    """Where the server does not tell its time, the run starts minutes before this machine's."""
    state = tmp_path / "leads.json"
    script = [ACCOUNT, answer(200, page([["l-0001:0", "a@example.com", "A"]], 1))]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:
        await run(acton, "l-0001", state)
        await asyncio.sleep(HOUR)
        await run(acton, "l-0001", state)
        assert "modafter" not in asked(server.seen[1])
        assert int(asked(server.seen[2])["modafter"]) <= (EPOCH - 900) * 1000


@virtual_time
async def test_bounds_of_the_caller_hold(tmp_path: Path) -> None:
    """A time given is where the first run starts; later ones go on from there."""
    state = tmp_path / "leads.json"
    async with list_of(people(5)) as (server, acton, leads):
        await asyncio.sleep(HOUR)
        since = datetime.fromtimestamp(server.clock.now(), UTC) - timedelta(minutes=1)
        change(server, leads, 1, "New")
        assert await run(acton, leads, state, modified_after=since) == {f"{leads}:1": "New"}
        assert await run(acton, leads, state, modified_after=since) == {}


@virtual_time
async def test_a_file_of_other_runs_is_refused(tmp_path: Path) -> None:
    """A state of another list or question, or any other file, is neither used nor overwritten; nothing is sent."""
    state, other = tmp_path / "leads.json", tmp_path / "notes.txt"
    other.write_text("mine")
    async with list_of(people(3)) as (server, acton, leads):
        second = server.add_list("Second", ["Email", "Name"])
        await run(acton, leads, state)
        kept, count = state.read_bytes(), len(server.calls)
        with pytest.raises(InvalidArgument, match=r"belongs to runs that ask .*Keep a file for each"):
            await run(acton, second, state)
        with pytest.raises(InvalidArgument, match="belongs to runs"):
            await run(acton, leads, state, fields=["Name"])
        with pytest.raises(InvalidArgument, match="belongs to runs"):
            await got_all(acton.lists.new_opt_outs(state=state))
        with pytest.raises(InvalidArgument, match="no state file"):
            await run(acton, leads, other)
        assert (state.read_bytes(), other.read_text(), len(server.calls)) == (kept, "mine", count)


@virtual_time
async def test_the_state_of_another_account_is_refused(tmp_path: Path) -> None:
    """Every account has a list l-0001: a state of another account or server is refused before the list is read."""
    state = tmp_path / "leads.json"
    async with list_of(people(5)) as (_, acton, leads):
        await run(acton, leads, state)
        kept = state.read_bytes()
        async with list_of(people(9)) as (other, elsewhere, same):
            assert same == leads
            with pytest.raises(InvalidArgument, match=r"belongs to another account, http.*Keep a file for each"):
                await run(elsewhere, leads, state)
            assert {call.route for call in other.calls} == {"account.get"}
        assert state.read_bytes() == kept
        assert await run(acton, leads, state) == {}


@virtual_time
async def test_another_account_of_the_same_server_is_refused(tmp_path: Path) -> None:
    """The account's number counts, and not only the server's address."""
    state = tmp_path / "leads.json"
    script = [ACCOUNT, _date(0), answer(200, {"account_id": "2"}), _date(0)]
    async with RawServer(script) as server:
        async with Session(token="t", base_url=server.url) as acton:
            await run(acton, "l-0001", state)
        async with Session(token="u", base_url=server.url) as acton:
            with pytest.raises(InvalidArgument, match=r"another account, \S+ 1; this one is \S+ 2\."):
                await run(acton, "l-0001", state)


@virtual_time
async def test_a_state_that_cannot_be_used_is_found_out_first(tmp_path: Path) -> None:
    """A missing folder, a folder or a file that cannot be a state costs no call, and is told as what it is."""
    torn = tmp_path / "torn.json"
    async with list_of(people(3)) as (server, acton, leads):
        await run(acton, leads, tmp_path / "good.json")
        count = len(server.calls)
        with pytest.raises(StoreFailed, match="cannot be used: No such file or directory"):
            await run(acton, leads, tmp_path / "no" / "leads.json")
        with pytest.raises(InvalidArgument, match="is a folder"):
            await run(acton, leads, tmp_path)
        kept = json.loads((tmp_path / "good.json").read_text())
        for time, told in [
            ("0001-01-01T00:00:00+00:00", "damaged"),
            ("2026-01-01T00:00:00", "damaged"),
            ("2999-01-01T00:00:00+00:00", "yet to come"),
        ]:
            torn.write_text(json.dumps({**kept, "time": time}))
            with pytest.raises(InvalidArgument, match=told):
                await run(acton, leads, torn)
        assert len(server.calls) == count
        assert names(tmp_path) == ["good.json", "torn.json"]


@pytest.mark.parametrize("saved", [0, 2, 5])
@virtual_time
async def test_what_the_caller_fails_to_save_is_given_again(saved: int, tmp_path: Path) -> None:
    """An error in the block, even after everything was read, leaves the state as it was."""
    state = tmp_path / "leads.json"
    async with list_of(people(5)) as (_, acton, leads):
        with pytest.raises(KeyError):
            await _save_some(acton.lists.changes(leads, state=state), saved)
        assert not state.exists()
        assert len(await run(acton, leads, state)) == 5


async def _save_some(run: AbstractAsyncContextManager[AsyncIterator[Any]], number: int) -> None:
    """Read everything, and fail once some of it has been saved."""
    async with run as records:
        rows = [each async for each in records]
        for place in range(len(rows) + 1):
            if place == number:
                raise KeyError("the database is down")


@virtual_time
async def test_a_program_killed_before_it_has_saved_is_given_the_same_again(tmp_path: Path) -> None:
    """As long as the block has not ended there is no state, whenever the process dies."""
    state = tmp_path / "leads.json"
    async with list_of(people(5)) as (_, acton, leads):
        async with acton.lists.changes(leads, state=state) as records:
            rows = [each async for each in records]
            await asyncio.sleep(HOUR)
            assert names(tmp_path) == []
        assert len(rows) == 5
        assert names(tmp_path) == [state.name]


@virtual_time
async def test_new_records_that_look_alike_are_all_given(tmp_path: Path) -> None:
    """Two records without ids that hold the same are two."""
    state = tmp_path / "leads.json"
    rows = [["US"], ["DE"]]

    async def act(seen: Seen, writer: Any) -> None:
        await answer(200, page(rows, len(rows), headings=["Country"]))(seen, writer)

    script = [ACCOUNT, act]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:

        async def new() -> list[Any]:
            return [dict(each.data) for each in await got_all(acton.lists.changes("l-0001", state=state))]

        assert len(await new()) == 2
        rows.append(["US"])
        assert await new() == [{"Country": "US"}]
        assert await new() == []
        rows.extend([["US"], ["DE"], ["US"]])
        assert await new() == [{"Country": "US"}, {"Country": "DE"}, {"Country": "US"}]
        assert await new() == []


@pytest.mark.slow
@virtual_time
async def test_more_than_can_be_remembered_is_given_again(tmp_path: Path) -> None:
    """After a great run the minutes before it are given again; nothing is skipped."""
    state = tmp_path / "leads.json"
    async with list_of(people(10_001)) as (server, acton, leads):
        await run(acton, leads, state)
        change(server, leads, 4, "New")
        assert len(await run(acton, leads, state)) == 10_001
        await asyncio.sleep(HOUR)
        assert state.stat().st_size < 1000


@virtual_time
async def test_records_of_the_callers_own_class(tmp_path: Path) -> None:
    """``into`` and ``state`` go together."""

    @attrs.define
    class Lead:
        name: str = attrs.field(metadata=wire("Name"))

    async with list_of(people(2)) as (_, acton, leads):
        found = await got_all(acton.lists.changes(leads, into=Lead, state=tmp_path / "x"))
        assert [lead.name for lead in found] == ["Name 0", "Name 1"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["opt_out", "hard_bounce", "spam_complaint"])
@virtual_time
async def test_new_suppressions(kind: str, tmp_path: Path) -> None:
    """Each list of addresses that get no mail gives what came to it since the last run."""
    async with list_of([]) as (server, acton, _):
        add = getattr(server, f"add_{kind}")
        add_new = getattr(acton.lists, f"new_{kind}s")

        async def new() -> list[str]:
            return [each.email for each in await got_all(add_new(state=tmp_path / "x"))]

        for place in range(1200):
            add(f"user{place}@example.com")
        assert len(await new()) == 1200
        add("last@example.com")
        assert await new() == ["last@example.com"]
        await asyncio.sleep(HOUR)
        add("later@example.com")
        server.faults.add(Cut("midway"))
        assert await new() == ["later@example.com"]
        assert await new() == []
        assert len(json.loads((tmp_path / "x").read_text())["seen"]) == 1


@virtual_time
async def test_an_address_that_is_added_during_a_run_is_in_it_or_in_the_next(tmp_path: Path) -> None:
    """What comes to the list between two pages is not missed."""
    async with list_of([]) as (server, acton, _):
        for place in range(1500):
            server.add_opt_out(f"user{place}@example.com")
        async with acton.lists.new_opt_outs(state=tmp_path / "x") as found:
            got = [await anext(found) for _ in range(3)]
            server.add_opt_out("between@example.com")
            got += [each async for each in found]
        got += await got_all(acton.lists.new_opt_outs(state=tmp_path / "x"))
        assert len({each.email for each in got}) == len(got) == 1501


def _drilldown(rows: Callable[[], list[dict[str, Any]]]) -> Callable[[Seen, Any], Awaitable[None]]:
    async def act(seen: Seen, writer: Any) -> None:
        query = asked(seen)
        start, count = int(query["offset"]), int(query["count"])
        body = {"offset": start, "totalCount": len(rows()), "result": rows()[start : start + count]}
        await answer(200, body)(seen, writer)

    return act


@pytest.mark.slow
@virtual_time
async def test_new_rows_of_a_drilldown(tmp_path: Path) -> None:
    """A report that cannot be asked for a time is read whole, and only what is new in it is given."""

    def row(place: int, hours_ago: float | None) -> dict[str, Any]:
        time = {} if hours_ago is None else {"ts": int((wall() - hours_ago * HOUR) * 1000)}
        return {"email": f"user{place}@example.com", "action": "Opened", **time}

    script = [ACCOUNT, _drilldown(lambda: rows)]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:

        async def new() -> list[str]:
            got = await got_all(acton.reports.new_drilldown_rows("s-0001-2409", "OPENED", state=tmp_path / "x"))
            assert all(isinstance(each, DrilldownRow) for each in got)
            return [each.email for each in got]

        rows = [row(place, 30 - place / 50) for place in range(1200)] + [row(1200, None)]
        assert len(await new()) == 1201
        assert await new() == []
        rows += [row(1300, 0), row(1301, 20), row(1302, None)]
        assert await new() == ["user1300@example.com", "user1301@example.com", "user1302@example.com"]
        await asyncio.sleep(30 * HOUR)
        assert await new() == []
        rows += [row(1400, 0)] * 2
        assert len(await new()) == 2
        rows.append(rows[-1])
        assert len(await new()) == 1


@virtual_time
async def test_fewer_new_items_than_promised_are_an_error(tmp_path: Path) -> None:
    """A report that gives less than it counts is an error, and the state stays."""
    row = {"email": "a@example.com", "action": "Opened"}
    script = [ACCOUNT, answer(200, {"offset": 0, "totalCount": 1, "result": [row]})]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:

        async def new() -> list[Any]:
            return await got_all(acton.reports.new_drilldown_rows("s-0001-2409", "OPENED", state=tmp_path / "x"))

        assert len(await new()) == 1
        kept = (tmp_path / "x").read_bytes()
        server.script[:] = _moved_ahead(1500)
        with pytest.raises(ListChanged, match="Only 1,499 of the 1,500"):
            await new()
        assert (tmp_path / "x").read_bytes() == kept


def _moved_ahead(number: int) -> list[Act]:
    """Pages between which one that was to come moved to where nobody looks any more."""
    rows = [{"email": f"user{place}@example.com", "action": "Opened"} for place in range(number)]
    later = [rows[1200], *rows[:1200], *rows[1201:]]
    return [_drilldown(lambda: rows), _drilldown(lambda: later)]


@virtual_time
async def test_a_run_may_be_cancelled(tmp_path: Path) -> None:
    """A run that is cancelled while it saves its state leaves the old state or the new one, and no other file."""
    state = tmp_path / "leads.json"
    async with list_of(people(3)) as (_, acton, leads):
        task = asyncio.ensure_future(run(acton, leads, state))
        await until(lambda: names(tmp_path))
        task.cancel()
        await asyncio.wait([task])
        assert set(names(tmp_path)) <= {state.name}
