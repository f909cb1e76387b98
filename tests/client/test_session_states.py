"""A session's three states, its settings from the environment, and what it shares with the program around it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import aiohttp
import pytest
import uvloop

from asyncsdk import (
    ActOnError,
    FileStore,
    InvalidArgument,
    Limiter,
    Limits,
    MemoryStore,
    NotFound,
    NotSent,
    PollPolicy,
    Request,
    ServerError,
    Session,
    SessionClosed,
    SessionNotOpen,
    Upload,
)
from asyncsdk.emulator import Emulator, Reply
from tests.support.stage import READ_PATH, emulator, issued, outcome, password_grant, session, stage
from tests.support.virtual_time import virtual_time


@virtual_time
async def test_a_call_before_open_says_how_to_open() -> None:
    """A session that was never opened says what to write, and sends nothing."""
    async with emulator() as server:
        acton = session(server)
        with pytest.raises(SessionNotOpen, match="async with Session"):
            await acton.account.get()
        with pytest.raises(SessionNotOpen, match="open"):
            acton.lists.job("15959711")
        assert not isinstance(await outcome(acton.send(Request("GET", READ_PATH))), SessionClosed)
        assert server.calls.total == 0


@virtual_time
async def test_a_call_after_close_is_refused() -> None:
    """A closed session says so, in another sentence and with another error than one never opened."""
    async with stage() as (server, acton):
        await acton.close()
        with pytest.raises(SessionClosed, match="closed"):
            await acton.account.get()
        with pytest.raises(SessionClosed, match="opens only once"):
            await acton.open()
        assert server.calls.total == 0


@virtual_time
async def test_an_open_session_does_not_open_twice() -> None:
    """Opening again is a mistake with its own sentence, and the session stays usable."""
    async with stage() as (_, acton):
        with pytest.raises(ActOnError, match="open already"):
            await acton.open()
        assert (await acton.account.get()).account_id == 12345


@virtual_time
async def test_closing_twice_is_harmless() -> None:
    """A second close does nothing, one after the other or both at once, also where nothing was opened."""
    async with emulator() as server:
        acton = session(server)
        await acton.close()
        await acton.close()
        with pytest.raises(SessionClosed):
            await acton.open()
        acton = session(server, token=issued(server))
        await acton.open()
        await acton.account.get()
        await asyncio.gather(acton.close(), acton.close())
        await acton.close()


@virtual_time
async def test_send_makes_calls_that_the_table_lacks() -> None:
    """``send`` gives status, headers and body, raises on refusals, and knows that a GET may be repeated."""
    async with stage() as (server, acton):
        server.faults.add(Reply.unavailable(), on=READ_PATH)
        response = await acton.send(Request("GET", READ_PATH))
        assert response.status == 200
        assert b'"account_id"' in response.body
        assert response.headers["content-type"].startswith("application/json")
        assert len(server.calls) == 2
        with pytest.raises(NotFound) as refused:
            await acton.send(Request("GET", "/api/9/nothing"))
        assert refused.value.status == 404
        assert refused.value.request_id
        server.faults.add(Reply.unavailable(), on="/api/9/nothing")
        with pytest.raises(ServerError):
            await acton.send(Request("POST", "/api/9/nothing", json={}))
        assert len(server.calls) == 4


@virtual_time
async def test_an_injected_aiohttp_session_is_used_and_left_open() -> None:
    """Calls carry the injected session's own headers, and closing leaves it usable."""
    async with emulator() as server, aiohttp.ClientSession(headers={"X-Mine": "yes"}) as http:
        async with session(server, http=http) as acton:
            await acton.account.get()
        assert [call.headers.get("X-Mine") for call in server.calls] == ["yes", "yes"]
        assert not http.closed
        async with http.get(server.url + "/nowhere") as answer:
            assert answer.status == 404


@virtual_time
async def test_bodies_keep_their_content_type_in_an_injected_session() -> None:
    """A content type that the injected session sends always is not that of another body, nor of no body."""
    headers = {"Content-Type": "text/mine"}
    async with emulator() as server, aiohttp.ClientSession(headers=headers) as http:
        async with session(server, http=http, token=issued(server)) as acton:
            multipart = {"a": "b", "f": Upload(b"c")}
            for body in ({"form": {"a": "b"}}, {"json": {"a": "b"}}, {"multipart": multipart}, {}):
                await outcome(acton.send(Request("POST", "/api/9/nothing", **body)))
        sent = [(call.headers.get("Content-Type") or "").partition("=")[0] for call in server.calls]
        assert sent == [
            "application/x-www-form-urlencoded",
            "application/json",
            "multipart/form-data; boundary",
            "",
        ]


@virtual_time
async def test_the_environment_opens_a_session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The four variables log in, BASE_URL and TOKEN_FILE are honoured, and REFRESH_TOKEN or TOKEN will do."""
    async with emulator() as server:
        names = {f"MINE_{name.upper()}": value for name, value in server.credentials.items()}
        for name, value in {**names, "MINE_BASE_URL": server.url, "MINE_TOKEN_FILE": f"{tmp_path}/t"}.items():
            monkeypatch.setenv(name, value)
        async with Session.from_env("MINE_") as acton:
            await acton.account.get()
        assert (tmp_path / "t").exists()
        monkeypatch.delenv("MINE_TOKEN_FILE")
        monkeypatch.delenv("MINE_PASSWORD")
        monkeypatch.setenv("MINE_REFRESH_TOKEN", issued(server).refresh_token or "")
        async with Session.from_env("MINE_") as acton:
            await acton.account.get()
        monkeypatch.setenv("MINE_TOKEN", issued(server).access_token)
        async with Session.from_env("MINE_") as acton:
            await acton.account.get()
        assert [call.route for call in server.calls] == ["token", "account.get"] * 2 + ["account.get"]


@pytest.mark.parametrize("missing", ["CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"])
def test_the_environment_names_what_is_missing(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the missing variable, and none that is there."""
    names = ["CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"]
    for name in [name for name in os.environ if name.startswith("ACTON_")]:
        monkeypatch.delenv(name)
    for name in names:
        if name != missing:
            monkeypatch.setenv(f"ACTON_{name}", "something")
    with pytest.raises(InvalidArgument) as refused:
        Session.from_env()
    assert [name for name in names if f"ACTON_{name}" in str(refused.value)] == [missing]


def test_a_session_needs_a_grant_or_a_token() -> None:
    """A session without credentials is refused when it is made, not at its first call."""
    with pytest.raises(InvalidArgument, match="grant"):
        Session()
    with pytest.raises(InvalidArgument, match="grant"):
        Session(token="")


@pytest.mark.slow
def test_one_limiter_and_store_serve_several_event_loops(tmp_path: Path) -> None:
    """Web servers and test runs start loop after loop: one login serves them all, and the count goes on."""
    limiter, store = Limiter(Limits(calls_per_second=50)), MemoryStore()
    made: list[int] = []

    async def main() -> None:
        async with Emulator(db=tmp_path / "state") as server:
            server.settings.calls_per_second = None
            acton = Session(grant=password_grant(server), base_url=server.url, store=store, limiter=limiter)
            async with acton:
                await asyncio.gather(*(acton.account.get() for _ in range(3)))
            made.append(acton.usage().calls_made)

    for _ in range(3):
        asyncio.run(main())
    assert made == [4, 7, 10]


def test_a_file_store_serves_several_event_loops(tmp_path: Path) -> None:
    """A FileStore object outlives its loop: the token and the day's count are found again."""
    store = FileStore(tmp_path / "token")
    made: list[int] = []

    async def main() -> None:
        async with Emulator(db=tmp_path / "state") as server:
            async with session(server, store=store) as acton:
                await acton.account.get()
            made.append(acton.usage().calls_made)

    asyncio.run(main())
    asyncio.run(main())
    assert made == [2, 3]


def test_everything_works_under_uvloop() -> None:
    """Calls, jobs and closing work on the other event loop, too."""

    async def main() -> None:
        polling = PollPolicy(min_gap=0.02, price=0.001)
        async with Emulator() as server, session(server, polling=polling) as acton:
            server.settings.job_pending = server.settings.job_running = 0.0
            leads = server.add_list("Leads", ["Email"])
            await acton.contacts.upsert(leads, email="ada@example.com", data={})
            job = await acton.contacts.submit_upsert(leads, email="bob@example.com", data={})
            assert (await job).list_id == leads

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def test_another_event_loop_is_told_clearly() -> None:
    """A session used from another loop than the one that opened it says so, and sends nothing."""
    with asyncio.Runner() as runner:

        async def begin() -> tuple[Emulator, Session]:
            server = Emulator()
            await server.start()
            acton = session(server)
            await acton.open()
            return server, acton

        async def end(server: Emulator, acton: Session) -> None:
            await acton.close()
            await server.stop()

        server, acton = runner.run(begin())
        with asyncio.Runner() as other, pytest.raises(ActOnError, match="another event loop"):
            other.run(acton.account.get())
        assert server.calls.total == 0
        runner.run(end(server, acton))


@virtual_time
async def test_a_closed_session_of_the_callers_is_told() -> None:
    """A call over an aiohttp session that its owner has closed ends in NotSent, not in a RuntimeError."""
    async with emulator() as server:
        http = aiohttp.ClientSession()
        async with session(server, token=issued(server), http=http) as acton:
            await http.close()
            assert isinstance(await outcome(acton.account.get()), NotSent)
