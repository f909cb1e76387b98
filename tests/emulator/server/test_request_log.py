"""The request log: what it tells of a call, how each call ends, and that its memory is bounded."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from asyncsdk.emulator import Call, Cut, Emulator, Hang, RejectRows, Reply, StallJob
from asyncsdk.emulator.http.request import ReceivedCall
from asyncsdk.emulator.server.call_recorder import size_of_arguments
from tests.emulator.driver import Raw


def _told(calls: list[tuple[int, str]]) -> list[str]:
    return [state for _, state in calls]


async def test_a_call_tells_who_made_it_and_how_it_went(server: Emulator, raw: Raw) -> None:
    """Number, route, agent, the end of the token, state, time and what was answered are there."""
    await raw.get("/api/1/account", q="x")
    (call,) = server.calls

    assert (call.number, call.route, call.status, call.state) == (1, "account.get", 200, "answered")
    assert (call.refused, call.carried_out, call.faults) == (False, True, ())
    assert call.agent.startswith("Python/")
    assert raw.bearer is not None
    assert call.token == raw.bearer[-4:]
    assert call.seconds is not None
    assert 0 <= call.seconds < 60
    assert call.query_text == "q=x"
    assert call.answer_body is not None
    assert call.answer_body.kind == "json"
    assert '"account_id"' in (call.answer_body.text or "")
    assert call.answer_headers["Server"] == "envoy"
    assert raw.bearer not in str(dict(call.headers))


async def test_a_file_is_kept_by_its_first_lines(server: Emulator, raw: Raw) -> None:
    """Twenty lines at most, each cut after 500 characters; what a file has is compared whole."""
    content = "Email\n" + "x" * 600 + "\n" + "ada@example.com\n" * 30_000
    await raw.create(content)
    (call,) = server.calls
    assert call.body is not None
    (file,) = call.body.files

    assert (file.part, file.name, file.length) == ("file", "upload.csv", len(content))
    assert len(file.lines) == 20
    assert file.lines[:3] == ("Email", "x" * 500, "ada@example.com")
    assert call.body.fields is not None
    assert call.body.fields["listname"] == ["Leads"]
    # What the memory of arguments is measured by is without the file, but for the lines that are kept of it.
    assert len(content) < call.body.length < len(content) + 1000
    received = ReceivedCall({}, body=call.body)
    assert sum(map(len, file.lines)) < size_of_arguments(call, received) < 2000
    assert [file == each for each in (content.encode(), content, Path("to/upload.csv"))] == [True] * 3
    assert file == "upload.csv"
    assert file != content[:-1]


async def test_a_long_body_is_cut_and_says_so(server: Emulator, raw: Raw) -> None:
    """Of a body 16 KiB are kept, also of one that is answered as a stream."""
    server.add_list("Leads", ["Email"], [[f"{number:05}@example.com"] for number in range(5_000)])
    answer = await raw.get("/api/1/list/l-0001", responseformat="CSV", count="5000")
    (call,) = server.calls
    assert call.answer_body is not None

    assert (call.answer_body.length, call.answer_body.truncated) == (len(answer.body), True)
    assert call.answer_body.text == answer.body[: 16 * 1024].decode()


async def test_only_the_last_calls_keep_their_bodies(server: Emulator, raw: Raw) -> None:
    """After a thousand calls more the bodies are gone, and the call is still there."""
    await raw.get("/api/1/account")
    first = server.calls[0]
    for _ in range(1_000):
        server.calls.note(Call(0.0, "GET", "/api/1/account", {}, {}, new_connection=False))

    assert (first.body, first.answer_body) == (None, None)
    assert server.calls[1].body is not None
    assert server.calls.find(1) is first


async def test_a_listener_hears_of_each_call_twice(server: Emulator, raw: Raw) -> None:
    """When it arrives, and when it is answered or cut; after its unsubscription it hears no more."""
    heard: list[tuple[int, str]] = []
    unsubscribe = server.calls.subscribe(lambda call: heard.append((call.number, call.state)))
    await raw.get("/api/1/account")
    assert heard == [(1, "open"), (1, "answered")]

    for fault in (Cut("arrival"), Cut("acted"), Cut("midway")):
        heard.clear()
        server.faults.add(fault)
        with pytest.raises(aiohttp.ClientError):
            await raw.token(grant_type="password")
        assert _told(heard) == ["open", "cut"], fault

    unsubscribe()
    unsubscribe()
    await raw.get("/api/1/account")
    assert len(heard) == 2


async def test_a_call_whose_client_goes_away_is_cut(server: Emulator, raw: Raw) -> None:
    """The log tells it at once, although nobody has answered."""
    ended = asyncio.Event()
    server.calls.subscribe(lambda call: ended.set() if call.state == "cut" else None)
    server.faults.add(Hang())
    waiting = asyncio.ensure_future(raw.get("/api/1/account"))
    await server.calls.arrived()
    assert server.calls.open_calls == 1
    waiting.cancel()

    await asyncio.wait_for(ended.wait(), 60)
    assert (server.calls[0].state, server.calls[0].status, server.calls.open_calls) == ("cut", None, 0)


async def test_a_failing_listener_harms_nobody(
    server: Emulator, raw: Raw, caplog: pytest.LogCaptureFixture
) -> None:
    """Its error is logged, and the call is answered."""

    def fail(_: Call) -> None:
        raise LookupError("mine")

    server.calls.subscribe(fail)
    assert (await raw.get("/api/1/account")).status == 200
    assert "listener" in caplog.text


async def test_what_was_not_carried_out_says_so(server: Emulator, raw: Raw) -> None:
    """Scripted answers, bad tokens, refusals and the limits do not count as done; a lost answer does."""
    server.faults.add(Reply.unavailable())
    server.faults.add(Reply.unavailable(acted=True))
    server.faults.add(Cut("acted"))
    for _ in range(2):
        await raw.get("/api/1/account")
    with pytest.raises(aiohttp.ClientError):
        await raw.create("ada@example.com,Ada\n")
    await raw.get("/api/1/list/l-9999")
    server.settings.calls_per_second = 0
    await raw.get("/api/1/account")

    assert [call.carried_out for call in server.calls] == [False, True, True, False, False]
    assert [call.refused for call in server.calls] == [False, False, False, False, True]
    assert [call.faults for call in server.calls] == [("Reply",), ("Reply",), ("Cut",), (), ()]
    assert server.calls.counts.refused == 1


async def test_faults_of_jobs_and_rows_are_among_a_calls_faults(server: Emulator, raw: Raw) -> None:
    """They are told by the call that met them."""
    server.faults.add(StallJob(), RejectRows("ada@example.com"), on="lists.create")
    await raw.create("ada@example.com,Ada\n")
    assert sorted(server.calls[0].faults) == ["RejectRows", "StallJob"]


async def test_rates_count_each_second_of_the_last_hour(server: Emulator, raw: Raw) -> None:
    """Seconds without a call are there as well, and what is older than an hour counts no longer."""
    for _ in range(2):
        await raw.get("/api/1/account")
    server.clock.advance(2)
    server.settings.calls_per_second = 0
    await raw.get("/api/1/account")
    now = server.clock.now()

    rates = server.calls.rates
    assert [(each.accepted, each.refused) for each in rates.per_second(now, 4)] == [(0, 0), (2, 0), (0, 0), (0, 1)]
    assert rates.per_second(now, 1)[0].time == int(now)
    assert rates.last_hour(now) == 3
    assert rates.last_hour(now + 3599) == 1
    server.calls.clear()
    assert rates.last_hour(now) == 0


async def test_logins_and_renewals_are_counted_apart(server: Emulator, raw: Raw) -> None:
    """Only grants that gave a token count; the limit of the hour knows every login."""
    first = (await raw.token(grant_type="password")).json
    await raw.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    await raw.token(grant_type="password", password="wrong")

    counts = server.calls.counts
    assert (counts.calls, counts.logins, counts.renewals) == (3, 1, 1)
    assert server.platform.rate_limits.logins_this_hour(server.clock.now()) == 2
    assert server.platform.rate_limits.today(server.clock.now()) == 3


async def test_no_secret_shows_in_the_repr_of_a_call(server: Emulator, raw: Raw) -> None:
    """Neither what the body says, nor the query, nor the answer, nor an address."""
    await raw.call("POST", "/token?client_secret=hush&user=ada%40example.com", data={"password": "hush2"})
    shown = repr(server.calls[0])
    assert "hush" not in shown
    assert "ada" not in shown
    assert "client_secret" in shown
