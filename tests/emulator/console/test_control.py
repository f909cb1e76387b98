"""The clock, tokens, and what the console tells of itself."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from asyncsdk import TABLE, Session
from asyncsdk.emulator import Emulator
from asyncsdk.emulator.console.api import ENDPOINTS
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw


async def test_it_lists_its_endpoints(console: ConsoleClient) -> None:
    """Each has a summary, and no two are the same."""
    listed = (await console.get("/endpoints"))["endpoints"]
    assert [(each["method"], each["path"]) for each in listed] == [(each.method, each.path) for each in ENDPOINTS]
    assert all(each["summary"].endswith(".") or "{" in each["summary"] for each in listed)
    assert len({(each.method, each.path) for each in ENDPOINTS}) == len(ENDPOINTS)


async def test_a_query_that_nobody_reads_is_an_error(console: ConsoleClient, server: Emulator) -> None:
    """Of any endpoint, and nothing is done: a mistyped filter would find everything."""
    server.add_list("Leads", [("Email", "EMAIL")])
    for each in ENDPOINTS:
        path = re.sub(r"{\w+}", "1", each.path)
        status, told = (await console.ask(each.method, f"{path}?nobody_reads_this=1")).error
        assert (status, "'nobody_reads_this'" in told) == (400, True), each
    assert "Leads" in server.list_ids()
    mistyped = (await console.ask("GET", "/calls?rout=account.get")).error
    assert mistyped == (400, "The query of GET /calls has no field 'rout'. Did you mean route or count?")
    assert (await console.ask("GET", "/calls?plain=ture")).error == (400, "plain is 1 or 0, not 'ture'.")


async def test_a_session_from_its_environment_works(
    console: ConsoleClient, server: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it tells are the variables of ``Session.from_env``; by the token file, two sessions log in once."""
    server.token_file = tmp_path / "token"
    for name, value in (await console.get("/environment"))["environment"].items():
        monkeypatch.setenv(name, value)
    for _ in range(2):
        async with Session.from_env() as acton:
            assert (await acton.account.get()).account_id == 12345
    assert server.calls.counts.logins == 1


async def test_it_lists_the_routes(console: ConsoleClient) -> None:
    """All of the table, and the two endpoints of the login."""
    routes = {each["name"]: each for each in (await console.get("/routes"))["routes"]}
    assert set(routes) == {*TABLE, "token", "authorize"}
    assert routes["lists.merge"]["path"] == "/api/1/list/{list_id}"
    assert routes["lists.merge"]["namespace"] == "lists"
    assert all(each["summary"] for each in routes.values())


async def test_the_clock_moves(console: ConsoleClient, server: Emulator) -> None:
    """Ahead and back, by as many seconds."""
    before = server.clock.milliseconds()
    told = await console.post("/clock/advance", seconds=90.5)
    assert told == {"time": before + 90_500, "ahead": 90.5} == await console.get("/clock")
    assert (await console.post("/clock/advance", seconds=-90.5))["ahead"] == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "seconds is a number, and is missing."),
        ({"second": 5}, "Did you mean seconds?"),
        ({"seconds": "5"}, "seconds is a number, not '5'."),
        ({"seconds": True}, "seconds is a number, not True."),
        ({"seconds": 10**900}, "seconds is a number that is too great."),
        ({"seconds": 1e300}, "from 1970 to"),
        ({"seconds": -1e10}, "from 1970 to"),
    ],
)
async def test_a_clock_without_a_date_is_refused(
    console: ConsoleClient, raw: Raw, body: dict[str, Any], said: str
) -> None:
    """The emulator goes on to answer: every answer of its has a date."""
    status, sentence = (await console.ask("POST", "/clock/advance", json=body)).error
    assert status == 400
    assert said in sentence
    assert (await raw.get("/api/1/account")).status == 200


async def test_tokens_are_revoked_by_kind(console: ConsoleClient, server: Emulator, raw: Raw) -> None:
    """The access token is unknown then, the refresh token only when it is asked for."""
    tokens = server.issue_token()
    assert (await console.post("/tokens/revoke", kind="access")) == {"revoked": "access"}
    assert (await raw.get("/api/1/account")).status == 401
    renewed = await raw.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert renewed.status == 200
    await console.post("/tokens/revoke", kind="refresh")
    again = await raw.token(grant_type="refresh_token", refresh_token=renewed.json["refresh_token"])
    assert again.status == 403
    status, sentence = (await console.ask("POST", "/tokens/revoke", json={"kind": "acess"})).error
    assert (status, sentence) == (400, "kind is access or refresh, not 'acess'.")


async def test_the_day_is_spent(console: ConsoleClient, server: Emulator, raw: Raw) -> None:
    """So many calls are left, and what cannot be is refused."""
    assert await console.post("/day/spend", left=1) == {"left": 1}
    assert [(await raw.get("/api/1/account")).status for _ in range(2)] == [200, 429]
    assert await console.post("/day/spend") == {"left": 0}
    for body, said in (({"left": -1}, "left"), ({"left": "1"}, "whole number"), ({"lef": 1}, "Did you mean left?")):
        status, sentence = await console.refused("POST", "/day/spend", body)
        assert (status, said in sentence) == (400, True)
    server.settings.calls_per_day = None
    assert (await console.refused("POST", "/day/spend"))[0] == 400


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"{", 400, "not JSON"),
        (b"[]", 400, "a JSON object"),
        (b'{"seconds": NaN}', 400, "not JSON"),
        (b'{"seconds": 1e999}', 400, "not JSON"),
        (b'{"kind": "\\ud800"}', 400, "not JSON"),
        (b"[" * 100_000, 400, "not JSON"),
        (b'{"kind": "' + b"x" * 10_000_000 + b'"}', 413, "10,000,000"),
    ],
)
async def test_a_body_that_is_no_json_is_refused(
    console: ConsoleClient, content: bytes, status: int, said: str
) -> None:
    """With a sentence, whatever it is."""
    told = await console.ask(
        "POST", "/tokens/revoke", data=BytesIO(content), headers={"Content-Type": "application/json"}
    )
    assert (told.error[0], said in told.error[1]) == (status, True)


async def test_requests_for_the_console_are_no_calls(console: ConsoleClient, server: Emulator) -> None:
    """They are not logged, and count against no limit."""
    server.settings.calls_per_second = 1
    for path in ("/endpoints", "/faults", "/nothing"):
        await console.ask("GET", path)
    assert len(server.calls) == 0
    async with aiohttp.ClientSession() as http:
        assert (await Raw(server, http).get("/api/1/account")).status == 200
