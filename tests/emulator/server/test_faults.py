"""Scripted faults."""

from __future__ import annotations

import asyncio
import json
import time

import aiohttp
import pytest

from asyncsdk.emulator import Cut, Emulator, ExpireToken, Hang, Pass, Reply, Slow
from tests.emulator.driver import Raw

RECORD = {"Email": "ada@example.com"}


def seeded(raw: Raw) -> str:
    """The path of an empty list's records."""
    return f"/api/1/list/{raw.server.add_list('L', ['Email'])}/record"


async def test_answers_can_be_scripted_in_order(raw: Raw) -> None:
    """Each entry is used up in turn, then all is well again."""
    faults = raw.server.faults
    faults.add(Reply.throttled(retry_after=3))
    faults.add(Reply.unavailable(), times=2)
    faults.add(Reply.gateway_page())
    faults.add(Reply(418, {"short": "stout"}, {"x-kind": "teapot"}))
    first, *others = [await raw.get("/api/1/account") for _ in range(6)]
    assert (first.status, first.headers["Retry-After"]) == (429, "3")
    assert [answer.status for answer in others] == [503, 503, 502, 418, 200]
    assert others[2].headers["Content-Type"] == "text/html"
    assert (others[3].json, others[3].headers["x-kind"]) == ({"short": "stout"}, "teapot")
    assert faults.left == 0


@pytest.mark.parametrize(
    "on", ["contacts.add", "contacts.*", "/api/1/list/l-0001/record", "/api/1/list/{list_id}/record", "*record"]
)
async def test_faults_concern_the_calls_they_name(raw: Raw, on: str) -> None:
    """A route, a path, its template, or a pattern of either."""
    path = seeded(raw)
    raw.server.faults.add(Reply(500), on=on)
    assert (await raw.get("/api/1/account")).status == 200
    assert (await raw.token(grant_type="password")).status == 200
    assert (await raw.call("POST", path, json=RECORD)).status == 500
    assert (await raw.call("POST", path, json=RECORD)).status == 200


async def test_faults_on_tokens(raw: Raw) -> None:
    """The token endpoint has a name, too."""
    raw.server.faults.add(Reply.unavailable(), on="token")
    assert (await raw.get("/api/1/account")).status == 200
    assert (await raw.token(grant_type="password")).status == 503


@pytest.mark.parametrize(("acted", "count"), [(False, 0), (True, 1)])
async def test_a_false_answer_may_hide_that_the_call_was_carried_out(raw: Raw, acted: bool, count: int) -> None:
    """acted=True does the work and answers as scripted."""
    path = seeded(raw)
    raw.server.faults.add(Reply.unavailable(acted=acted))
    assert (await raw.call("POST", path, json=RECORD)).status == 503
    assert len(raw.server.rows("l-0001")) == count


async def test_answers_can_be_broken(raw: Raw) -> None:
    """JSON that ends too early, and no body at all."""
    raw.server.faults.add(Reply.broken_json())
    raw.server.faults.add(Reply.empty())
    with pytest.raises(json.JSONDecodeError):
        _ = (await raw.get("/api/1/account")).json
    assert (await raw.get("/api/1/account")).body == b""


@pytest.mark.parametrize(("fault", "count"), [(Cut("arrival"), 0), (Cut("acted"), 1), (Cut("midway"), 1)])
async def test_connections_can_be_cut(raw: Raw, fault: Cut, count: int) -> None:
    """Before the request is read, when it is carried out, or in the middle of the answer."""
    path = seeded(raw)
    raw.server.faults.add(fault, on="contacts.add")
    with pytest.raises(aiohttp.ClientError):
        await raw.call("POST", path, json=RECORD)
    assert len(raw.server.rows("l-0001")) == count
    assert raw.server.calls[-1].status == (200 if fault.when == "midway" else None)
    assert (await raw.get("/api/1/account")).status == 200


async def test_an_expired_token_is_dead_for_good(raw: Raw) -> None:
    """The call gets 401, and so do later ones with the same token."""
    raw.server.faults.add(ExpireToken())
    assert (await raw.get("/api/1/account")).status == 401
    assert (await raw.get("/api/1/account")).status == 401
    raw.bearer = raw.server.issue_token()["access_token"]
    assert (await raw.get("/api/1/account")).status == 200


async def test_faults_given_together_happen_together(raw: Raw) -> None:
    """A slow answer can be a false one as well."""
    raw.server.faults.add(Slow(0.05), Reply(500))
    start = time.monotonic()
    assert (await raw.get("/api/1/account")).status == 500
    assert time.monotonic() - start >= 0.05


async def test_some_calls_can_be_let_go_by(raw: Raw) -> None:
    """Pass() uses up a call."""
    raw.server.faults.add(Pass(), times=2)
    raw.server.faults.add(Reply(500))
    assert [(await raw.get("/api/1/account")).status for _ in range(4)] == [200, 200, 500, 200]


async def test_refused_calls_use_up_no_fault(raw: Raw) -> None:
    """What the limits refuse is not what the script waits for."""
    raw.server.settings.calls_per_second = 1
    raw.server.faults.add(Pass())
    raw.server.faults.add(Reply(500))
    assert [(await raw.get("/api/1/account")).status for _ in range(2)] == [200, 429]
    raw.server.clock.advance(1)
    assert (await raw.get("/api/1/account")).status == 500


@pytest.mark.parametrize("fault", [Hang(), Hang(acted=True), Slow(3600)])
async def test_stopping_ends_what_hangs(fault: Hang | Slow) -> None:
    """A server with calls left hanging stops at once, and cuts them."""
    server = Emulator()
    await server.start()
    async with aiohttp.ClientSession() as http:
        raw = Raw(server, http)
        server.faults.add(fault)
        call = asyncio.create_task(raw.call("POST", "/token"))
        await server.calls.arrived("token")
        start = time.monotonic()
        await server.stop()
        assert time.monotonic() - start < 30  # and not 60, for which aiohttp waits
        with pytest.raises(aiohttp.ClientError):
            await call
