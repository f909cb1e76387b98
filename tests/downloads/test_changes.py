"""Runs that give only what is new: nothing that changes is missed, whatever happens between and during them."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from session.raw_server import RawServer, Seen, answer
from session.stage import until
from virtual_time import EPOCH, virtual_time, wall

from asyncsdk import InvalidArgument, Session
from asyncsdk.emulator import Cut, Emulator, Pass, Reply
from asyncsdk.models import DrilldownRow
from asyncsdk.models.wire import wire
from downloads.served import asked, list_of, names, page, people

HOUR = 3600


async def run(acton: Session, leads: str, state: Path, **options: Any) -> dict[str, str | None]:
    """One run read to its end: the names of the records that it gave, by id."""
    return {each.id: each.data["Name"] async for each in acton.lists.records(leads, state=state, **options)}


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


@pytest.mark.parametrize("given", [1, 500, 1400, 1500])
@virtual_time
async def test_a_run_that_breaks_off_gives_everything_again(given: int, tmp_path: Path) -> None:
    """Only a run read to its end counts, even if the last record had been given."""
    state = tmp_path / "leads.json"
    async with list_of(people(1500)) as (_, acton, leads):
        found = acton.lists.records(leads, state=state)
        for _ in range(given):
            await anext(found)
        await found.aclose()  # type: ignore[attr-defined]
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
        await _before_page(server, page_number, lambda: change(server, leads, row, "New"))
        got = await run(acton, leads, state)
        assert len(got) == 3000
        await asyncio.sleep(HOUR)
        got |= await run(acton, leads, state)
        assert got[f"{leads}:{row:x}"] == "New"


async def _before_page(server: Emulator, number: int, happen: Callable[[], None]) -> None:
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
    """The server's time counts, and not that of this machine, however late a call is answered."""
    state = tmp_path / "leads.json"
    async with list_of(people(5)) as (server, acton, leads):
        server.clock.advance(-2 * HOUR)
        server.faults.add(Reply.unavailable(), on="lists.download", times=2)
        await _before_page(server, 0, lambda: None)
        await run(acton, leads, state)
        change(server, leads, 2, "New")
        assert await run(acton, leads, state) == {f"{leads}:2": "New"}


@virtual_time
async def test_without_a_date_this_machines_clock_counts_less_a_margin(tmp_path: Path) -> None:
    """Where the server does not tell its time, the run starts minutes before this machine's."""
    state = tmp_path / "leads.json"
    script = [answer(200, page([["l-0001:0", "a@example.com", "A"]], 1))]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:
        await run(acton, "l-0001", state)
        await asyncio.sleep(HOUR)
        await run(acton, "l-0001", state)
        assert "modafter" not in asked(server.seen[0])
        assert int(asked(server.seen[1])["modafter"]) <= (EPOCH - 900) * 1000


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
            await _all(acton.lists.new_opt_outs(state=state))
        with pytest.raises(InvalidArgument, match="no state file"):
            await run(acton, leads, other)
        with pytest.raises(InvalidArgument, match="do not go together"):
            acton.lists.records(leads, state=state, modified_before=datetime.now(UTC))
        assert (state.read_bytes(), other.read_text(), len(server.calls)) == (kept, "mine", count)


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
        found = acton.lists.records(leads, into=Lead, state=tmp_path / "x")
        assert [lead.name async for lead in found] == ["Name 0", "Name 1"]


async def _all(found: Any) -> list[Any]:
    return [each async for each in found]


@pytest.mark.parametrize("kind", ["opt_out", "hard_bounce", "spam_complaint"])
@virtual_time
async def test_new_suppressions(kind: str, tmp_path: Path) -> None:
    """Each list of addresses that get no mail gives what came to it since the last run."""
    async with list_of([]) as (server, acton, _):
        add = getattr(server, f"add_{kind}")
        add_new = getattr(acton.lists, f"new_{kind}s")

        async def new() -> list[str]:
            return [each.email for each in await _all(add_new(state=tmp_path / "x"))]

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
        found = acton.lists.new_opt_outs(state=tmp_path / "x")
        got = [await anext(found) for _ in range(3)]
        server.add_opt_out("between@example.com")
        got += [*await _all(found), *await _all(acton.lists.new_opt_outs(state=tmp_path / "x"))]
        assert len({each.email for each in got}) == len(got) == 1501


def _drilldown(rows: Callable[[], list[dict[str, Any]]]) -> Callable[[Seen, Any], Awaitable[None]]:
    async def act(seen: Seen, writer: Any) -> None:
        query = asked(seen)
        start, count = int(query["offset"]), int(query["count"])
        body = {"offset": start, "totalCount": len(rows()), "result": rows()[start : start + count]}
        await answer(200, body)(seen, writer)

    return act


@virtual_time
async def test_new_rows_of_a_drilldown(tmp_path: Path) -> None:
    """A report that cannot be asked for a time is read whole, and only what is new in it is given."""

    def row(place: int, hours_ago: float | None) -> dict[str, Any]:
        time = {} if hours_ago is None else {"ts": int((wall() - hours_ago * HOUR) * 1000)}
        return {"email": f"user{place}@example.com", "action": "Opened", **time}

    async with RawServer([_drilldown(lambda: rows)]) as server, Session(token="t", base_url=server.url) as acton:

        async def new() -> list[str]:
            found: Any = acton.downloads.new_drilldown_rows("s-0001-2409", "OPENED", tmp_path / "x")
            got = await _all(found)
            assert all(isinstance(each, DrilldownRow) for each in got)
            return [each.email for each in got]

        rows = [row(place, 100 - place / 15) for place in range(1200)] + [row(1200, None)]
        assert len(await new()) == 1201
        assert await new() == []
        rows += [row(1300, 0), row(1301, 20), row(1302, None)]
        assert await new() == ["user1300@example.com", "user1301@example.com", "user1302@example.com"]
        await asyncio.sleep(100 * HOUR)
        assert await new() == []
        await until(lambda: server.connections, 1)


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
