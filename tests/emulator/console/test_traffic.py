"""Traffic: the calls, their rates and their counts, with addresses and secrets masked."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from asyncsdk.emulator import Cut, Emulator, Hang, Reply, Slow
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw


async def test_a_call_is_told_as_a_line(console: ConsoleClient, raw: Raw) -> None:
    """With its name, who made it, how it ended and how long it took."""
    bearer = raw.bearer or ""
    await raw.call("GET", "/api/1/account?a=b", headers={"User-Agent": "a test/1"})
    (call,) = (await console.get("/calls"))["calls"]
    assert 0 <= call.pop("seconds") < 60
    assert call == {
        "number": 1,
        "time": 1_700_000_000_000,
        "route": "account.get",
        "method": "GET",
        "path": "/api/1/account?a=b",
        "agent": "a test/1",
        "token": bearer[-4:],
        "status": 200,
        "state": "answered",
        "refused": False,
        "faults": [],
        "new_connection": True,
    }


async def test_calls_are_found_by_route_status_and_text(console: ConsoleClient, server: Emulator, raw: Raw) -> None:
    """The newest first; what is asked for together must be true together."""
    list_id = server.add_list("Leads", ["Email"], [["ada@example.com"]])
    server.faults.add(Reply.unavailable(), on="lists.all")
    server.faults.add(Cut("midway"), on="account.get")
    await raw.get("/api/1/list")
    await raw.get("/api/1/list")
    with pytest.raises(aiohttp.ClientPayloadError):
        await raw.get("/api/1/account")
    await raw.get(f"/api/1/list/{list_id}/record", email="ada@example.com")
    server.settings.calls_per_second = 0
    await raw.get("/api/1/list")

    async def numbers(**query: str | int) -> list[int]:
        told = await console.get("/calls", **query)
        assert told["total"] == len(told["calls"]) or "count" in query or "before" in query
        return [call["number"] for call in told["calls"]]

    assert await numbers() == [5, 4, 3, 2, 1]
    assert await numbers(route="lists.all") == [5, 2, 1]
    assert await numbers(route="lists.all", status="2xx") == [2]
    assert await numbers(status="503") == [1]
    assert await numbers(status="refused") == [5]
    assert await numbers(status="cut") == [3]
    assert await numbers(status="open") == []
    assert await numbers(text="ADA@example") == [4]
    assert await numbers(text="cut") == [3]
    assert await numbers(count=2) == [5, 4]
    assert await numbers(count=2, before=4) == [3, 2]
    assert (await console.get("/calls", count=2, before=4))["total"] == 5


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"route": "contact.upsert"}, "Did you mean contacts.upsert"),
        ({"status": "9xx"}, "status is a number such as 200"),
        ({"status": "refusd"}, "status is a number such as 200"),
        ({"before": "-1"}, "before is a whole number"),
        ({"count": "many"}, "count is a whole number"),
    ],
)
async def test_a_query_that_finds_nothing_for_ever_is_refused(
    console: ConsoleClient, query: dict[str, str], said: str
) -> None:
    """A mistyped route, status or number is an error, and not an empty list."""
    status, sentence = (await console.ask("GET", "/calls", params=query)).error
    assert status == 400
    assert said in sentence


async def test_an_open_call_is_found(console: ConsoleClient, raw: Raw) -> None:
    """While it hangs; when it ends it is open no longer."""
    raw.server.faults.add(Hang())
    hanging = asyncio.create_task(raw.get("/api/1/account"))
    await raw.server.calls.arrived()
    (call,) = (await console.get("/calls", status="open"))["calls"]
    assert (call["status"], call["seconds"]) == (None, None)
    detail = await console.get("/calls/1")
    assert detail["answer"]["body"] is None
    assert (await console.get("/overview"))["counts"]["open_calls"] == 1
    hanging.cancel()
    await asyncio.wait([hanging])


async def test_a_call_is_told_whole(console: ConsoleClient, server: Emulator, raw: Raw) -> None:
    """Headers, bodies, files by their first lines, and arguments by the client's names."""
    list_id = server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
    await raw.merge(list_id, "Email,First Name\nada@example.com,Ada\n")
    masked = await console.get("/calls/1")
    plain = await console.get("/calls/1", plain=1)
    assert masked["carried_out"] is True
    (file,) = plain["request"]["body"]["files"]
    assert file == {
        "part": "file",
        "name": "upload.csv",
        "bytes": 37,
        "lines": ["Email,First Name", "ada@example.com,Ada"],
    }
    assert masked["request"]["body"]["files"][0]["lines"] == ["Email,First Name", "***@***,Ada"]
    assert plain["request"]["body"]["kind"] == "parts"
    assert "mergespecs" in plain["request"]["body"]["fields"]
    assert plain["arguments"]["list_id"] == list_id
    assert plain["answer"]["body"]["kind"] == "json"
    assert json.loads(plain["answer"]["body"]["text"])["status"] == "success"
    assert masked["request"]["headers"]["Authorization"] in {"", "***"}


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "1" * 30, "%31", "%EF%BC%91"])
async def test_a_call_that_there_is_not(console: ConsoleClient, raw: Raw, number: str) -> None:
    """404, whatever the number looks like; an escaped digit is a digit."""
    await raw.get("/api/1/account")
    told = await console.ask("GET", f"/calls/{number}")
    assert told.status == (200 if number == "%31" else 404)


async def test_calls_are_forgotten(console: ConsoleClient, raw: Raw) -> None:
    """The counts begin anew; numbers go on."""
    await raw.get("/api/1/account")
    assert (await console.ask("DELETE", "/calls")).json == {"deleted": 1}
    assert await console.get("/calls") == {"total": 0, "calls": []}
    await raw.get("/api/1/account")
    assert [call["number"] for call in (await console.get("/calls"))["calls"]] == [2]
    assert (await console.get("/overview"))["counts"]["calls"] == 1


async def test_rates_have_each_second(console: ConsoleClient, server: Emulator, raw: Raw) -> None:
    """By the emulator's clock, seconds without a call included."""
    server.settings.calls_per_second = 2
    for _ in range(3):
        await raw.get("/api/1/account")
    server.clock.advance(2)
    await raw.get("/api/1/account")
    told = await console.get("/rates", seconds=4)
    assert told["limit"] == 2
    assert [(each["accepted"], each["refused"]) for each in told["seconds"]] == [(0, 0), (2, 1), (0, 0), (1, 0)]
    assert [each["time"] for each in told["seconds"]] == [1_699_999_999_000 + 1000 * n for n in range(4)]
    assert len((await console.get("/rates"))["seconds"]) == 120
    assert len((await console.get("/rates", seconds=10**6))["seconds"]) == 3600
    assert len((await console.get("/rates", seconds=0))["seconds"]) == 1


async def test_the_overview_counts(console: ConsoleClient, server: Emulator, raw: Raw) -> None:
    """Calls of the day and of the hour, refused ones, logins and renewals."""
    server.settings.calls_per_second = 4
    login = await raw.token(grant_type="password")
    await raw.token(grant_type="refresh_token", refresh_token=login.json["refresh_token"])
    await raw.token(grant_type="password", password="wrong")
    await raw.get("/api/1/account")
    await raw.get("/api/1/account")
    server.faults.add(Slow(1), on="lists.all", times=2)
    told = await console.get("/overview")
    assert told["counts"] == {
        "calls": 5,
        "today": 5,
        "last_hour": 5,
        "refused": 1,
        "logins_this_hour": 2,
        "logins": 1,
        "renewals": 1,
        "open_calls": 0,
    }
    assert told["faults_left"] == 2
    assert told["url"] == server.url
    assert told["account"] == {
        "id": 12345,
        "name": "John Doe's Account",
        "user": "John Doe",
        "time_zone": "US/Pacific",
    }
    assert told["limits"] == {"calls_per_second": 4, "calls_per_day": 30_000, "logins_per_hour": 5}
    server.clock.advance(3601)
    assert (await console.get("/overview"))["counts"]["last_hour"] == 0


async def told_of(console: ConsoleClient, number: int, **query: Any) -> str:
    """Everything that is told of a call, as one text."""
    calls = await console.get("/calls", **query)
    return json.dumps([calls, await console.get(f"/calls/{number}", **query)], ensure_ascii=False)
