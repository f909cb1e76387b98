"""Reset: the account is as in a new emulator, whatever was done with it, and whatever is under way."""

from __future__ import annotations

import asyncio
import pkgutil
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from asyncsdk.emulator import Clock, Emulator, Hang, Settings, Slow
from asyncsdk.emulator import processing as processing_package
from asyncsdk.emulator import state as state_package
from asyncsdk.emulator.state.account_state import Repository
from asyncsdk.errors import InvalidArgument
from tests.emulator.driver import Raw

NOW = 1_700_000_000.0
COLUMNS = [("Email", "EMAIL"), ("First Name", "FIRSTNAME")]


def repositories() -> Iterator[type[Repository]]:
    """Every kind of repository that there is, without the bases that they share."""
    for package in (state_package, processing_package):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    waiting: list[type[Repository]] = [Repository]
    while waiting:
        found = waiting.pop()
        waiting.extend(found.__subclasses__())
        if not found.__subclasses__():
            yield found


def tables(server: Emulator) -> dict[str, list[Any]]:
    """The rows of every table, once every repository was asked for."""
    for kind in repositories():
        server.platform.repository(kind)
    store = server.platform.store
    names = store.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return {name: store.all(" ".join(("SELECT * FROM", name))) for (name,) in names}


def fill(server: Emulator) -> None:
    """Put a row into every table; a cell is a number where it must be one."""
    store = server.platform.store
    for name in tables(server):
        cells = {str(row[1]): str(row[2]) for row in store.all(f"PRAGMA table_info({name})")}
        values = [
            987_654 if kind in ("INTEGER", "REAL") else f"[{number}]" for number, kind in enumerate(cells.values())
        ]
        marks = ", ".join("?" * len(values))
        store.run(" ".join(("INSERT INTO", name, "(", ", ".join(cells), ") VALUES (", marks, ")")), *values)


def settings() -> Settings:
    """Limits that a test can count up to."""
    return Settings(calls_per_second=None, calls_per_day=5, logins_per_hour=2)


@pytest.mark.slow
@pytest.mark.parametrize("kept", [False, True])
async def test_after_a_reset_everything_is_as_in_a_new_emulator(tmp_path: Path, kept: bool) -> None:
    """Every table has what it has in a new emulator, also in a file; calls, faults and the clock are new."""
    clock = Clock(lambda: NOW)
    async with Emulator(settings(), tmp_path / "state.db" if kept else None, clock=clock) as server:
        fill(server)
        server.clock.advance(500)
        server.faults.add(Hang(), on="lists.all")
        async with aiohttp.ClientSession() as http:
            await Raw(server, http).get("/nowhere")
        await server.reset(tokens=True)
        async with Emulator(clock=Clock(lambda: NOW)) as new:
            assert tables(server) == tables(new)
        assert (len(server.calls), server.faults.left, server.clock.ahead) == (0, 0, 0)


async def test_a_file_is_as_new_for_the_next_emulator(tmp_path: Path) -> None:
    """What was reset in a file does not come back when the file is opened again."""
    async with Emulator(db=tmp_path / "state.db") as server:
        server.add_list("Leads", COLUMNS, [["ada@example.com", "Ada"]])
        await server.reset()
    async with Emulator(db=tmp_path / "state.db") as server:
        assert server.list_ids() == {}
        assert server.add_list("Leads", COLUMNS) == "l-0001"


async def test_examples_are_there_again(server: Emulator, raw: Raw) -> None:
    """What a new account has, and what was changed or deleted of it, is there again."""
    before = (await raw.get("/api/1/logo")).json
    await raw.call("DELETE", "/api/1/logo/1")
    await server.reset()
    assert (await raw.get("/api/1/logo")).json == before


async def test_tokens_stay_unless_asked(server: Emulator, raw: Raw) -> None:
    """A client stays logged in after a reset, and must log in again after one that revokes tokens."""
    await server.reset()
    assert (await raw.get("/api/1/list")).status == 200
    await server.reset(tokens=True)
    assert (await raw.get("/api/1/list")).status == 401


async def test_tokens_of_created_users_go_with_them(server: Emulator, raw: Raw) -> None:
    """The token of a user who is gone is no token any more."""
    server.platform.users.add("eve@example.com", "Eve", "Marketing", "secret")
    raw.bearer = server.platform.tokens.issue("eve@example.com")["access_token"]
    assert (await raw.get("/api/1/list")).status == 200
    await server.reset()
    assert (await raw.get("/api/1/list")).status == 401


async def test_ids_begin_anew(server: Emulator, raw: Raw) -> None:
    """A list and a job have after a reset the ids that they have in a new emulator."""
    first = server.add_list("Leads", COLUMNS, [["ada@example.com", "Ada"]])
    job = (await raw.merge(first, "Email,First Name\nada@example.com,Ada\n")).json["jobId"]
    await server.reset()
    other = server.add_list("Others", ["City", "Email"])
    assert (other, server.headings(other)) == (first, ["City", "Email"])
    specs = [{"columnHeading": "Email", "columnType": "EMAIL", "columnIndex": "1"}]
    specs.insert(0, {"columnHeading": "City", "columnIndex": "0"})
    merged = await raw.merge(other, "City,Email\nRome,ada@example.com\n", specs)
    assert merged.json["jobId"] == job
    assert (await raw.done(merged))["appendCount"] == 1


async def test_running_work_is_cancelled(server: Emulator, raw: Raw) -> None:
    """The work of a job ends with a reset: it writes nothing after it, and no uploaded file stays."""
    list_id = server.add_list("Leads", COLUMNS)
    rows = "".join(f"person{number}@example.com,P\n" for number in range(2_000))
    await raw.merge(list_id, f"Email,First Name\n{rows}")
    await raw.merge(list_id, f"Email,First Name\n{rows}")
    settling = asyncio.ensure_future(server.settle())
    await asyncio.sleep(0)
    assert len(list(server.spooled_files())) == 2
    await server.reset()
    await settling
    assert server.add_list("Leads", COLUMNS) == list_id
    await server.settle()
    assert (server.rows(list_id), server.platform.jobs.total()) == ([], 0)
    assert list(server.spooled_files()) == []


async def test_calls_that_wait_are_released(server: Emulator, raw: Raw) -> None:
    """A call that hangs is cut by a reset, and one that is slow is answered."""
    server.faults.add(Hang(), on="token")
    server.faults.add(Slow(3600), on="lists.all")
    hanging = asyncio.ensure_future(raw.token(grant_type="password"))
    slow = asyncio.ensure_future(raw.get("/api/1/list"))
    async with asyncio.timeout(60):
        while len(server.platform.interruption._waiters) < 2:  # noqa: ASYNC110 - until both wait
            await asyncio.sleep(0.001)
        await server.reset()
        assert (await slow).status == 200
        with pytest.raises(aiohttp.ClientError):
            await hanging


@pytest.mark.slow
@pytest.mark.parametrize("deleted", [False, True])
async def test_a_download_under_way_breaks_off(server: Emulator, raw: Raw, deleted: bool) -> None:
    """A list that is being sent when it is deleted, or the account is reset, never looks complete."""
    list_id = server.add_list("Leads", COLUMNS, [[f"p{number}@example.com", "P"] for number in range(20_000)])
    headers = {"Authorization": f"Bearer {raw.bearer}"}
    url = f"{server.url}/api/1/list/{list_id}?responseformat=CSV"
    async with asyncio.timeout(60), raw.http.get(url, headers=headers) as answer:
        assert answer.status == 200
        if deleted:
            server.remove_list(list_id)
        else:
            await server.reset()
        with pytest.raises(aiohttp.ClientError):
            await answer.read()


async def test_an_upload_under_way_finds_no_list(server: Emulator, raw: Raw) -> None:
    """A call whose body is still coming is refused as any other that names a list which is not there."""
    list_id = server.add_list("Leads", COLUMNS)
    gone_on = asyncio.Event()

    async def body() -> Any:
        yield b"email=ada%40example.com&First"
        await gone_on.wait()
        yield b"+Name=Ada"

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    path = f"/api/1/list/{list_id}/record?email=ada@example.com"
    calling = asyncio.ensure_future(raw.call("PUT", path, data=body(), headers=kind))
    async with asyncio.timeout(60):
        await server.calls.arrived()
        await server.reset()
        gone_on.set()
        assert (await calling).told == (400, {"errorCode": 10004, "message": "Invalid or missing list"})


async def test_a_reset_that_is_cancelled_is_done_by_the_next(server: Emulator, raw: Raw) -> None:
    """Of two who reset at once one may be cancelled: the account is reset all the same."""
    list_id = server.add_list("Leads", COLUMNS)
    await raw.merge(list_id, "Email,First Name\nada@example.com,Ada\n")
    settling = asyncio.ensure_future(server.settle())
    await asyncio.sleep(0)
    first, second = asyncio.ensure_future(server.reset()), asyncio.ensure_future(server.reset())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, second, settling, return_exceptions=True)
    assert (first.cancelled(), server.list_ids(), len(server.calls)) == (True, {}, 0)


async def test_the_day_is_spent() -> None:
    """After so many calls as were left all are refused, until the next day, or a reset."""
    async with Emulator(settings(), clock=Clock(lambda: NOW)) as server, aiohttp.ClientSession() as http:
        raw = Raw(server, http)
        server.spend_day(left=2)
        statuses = [(await raw.get("/api/1/list")).status for _ in range(3)]
        assert statuses == [200, 200, 429]
        server.clock.advance(86_400)
        raw.bearer = server.issue_token()["access_token"]
        assert (await raw.get("/api/1/list")).status == 200
        server.spend_day()
        assert (await raw.get("/api/1/list")).status == 429
        await server.reset()
        assert (await raw.get("/api/1/list")).status == 200


async def test_logins_are_spent() -> None:
    """After so many logins as were left the next is refused, and an hour later it is not."""
    async with Emulator(settings(), clock=Clock(lambda: NOW)) as server, aiohttp.ClientSession() as http:
        raw = Raw(server, http)
        server.spend_logins(left=1)
        statuses = [(await raw.token(grant_type="password")).status for _ in range(2)]
        assert statuses == [200, 429]
        server.clock.advance(3600)
        assert (await raw.token(grant_type="password")).status == 200


@pytest.mark.parametrize("left", [-1, 6, 1.5, True])
async def test_what_cannot_be_left_is_refused(left: int) -> None:
    """More than the limit, and what is no number, is an error; so is spending without a limit."""
    async with Emulator(settings()) as server:
        with pytest.raises(InvalidArgument, match="left is a whole number from 0 to 5"):
            server.spend_day(left)
        with pytest.raises(InvalidArgument, match="left is a whole number from 0 to 2"):
            server.spend_logins(left)
    async with Emulator(Settings(calls_per_day=None, logins_per_hour=None)) as server:
        with pytest.raises(InvalidArgument, match="no limit calls_per_day"):
            server.spend_day()
        with pytest.raises(InvalidArgument, match="no limit logins_per_hour"):
            server.spend_logins()


def test_tables_are_found() -> None:
    """The comparison above sees tables of all kinds: those of lists, and those of repositories."""
    assert len(list(repositories())) > 15
    assert sqlite3.sqlite_version_info >= (3, 35)
