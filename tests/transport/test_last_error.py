"""The last error of a call: it says whether the call may have acted, whatever came before, also from ``/token``."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from asyncsdk import (
    ActOnError,
    Column,
    Effect,
    GatewayError,
    InvalidRequest,
    Limits,
    NotFound,
    QuotaExhausted,
    RateLimited,
    ReplyLost,
    Request,
    RetryPolicy,
    ServerError,
    Session,
    SessionClosed,
    TokenUnavailable,
    Upload,
)
from asyncsdk.emulator import Cut, Emulator, Reply
from tests.support.raw_server import RawServer, answer, hang_up
from tests.support.stage import emulator, issued, outcome, password_grant, session, stage, until
from tests.support.virtual_time import virtual_time

REFUSED = Reply(401, {"httpCode": "401", "httpMessage": "Unauthorized", "moreInformation": ""})
TOKEN_TROUBLE: dict[str, Any] = {
    "503": Reply.unavailable(),
    "cut": Cut("arrival"),
    "cut within the answer": Cut("midway"),
    "429": Reply.throttled(),
    "page": Reply.gateway_page(),
    "page of 404": Reply.gateway_page(404),
    "page of 200": Reply.gateway_page(200),
    "broken": Reply.broken_json(acted=False),
    "empty": Reply(200, b""),
    "no path": Reply(404, {"httpCode": "404", "httpMessage": "Not Found"}),
    "elsewhere": Reply(302, b"", {"Location": "https://example.com"}),
}
CALLS = {"unsafe": "contacts.add", "idempotent": "contacts.upsert", "file": "lists.merge"}


def _session(server: Emulator) -> Session:
    """A session with a token, and with a grant to get another."""
    return session(server, token=issued(server), grant=password_grant(server))


async def _call(acton: Session, kind: str, list_id: str) -> Any:
    data = {"Email": "bob@example.com"}
    if kind == "unsafe":
        return await outcome(acton.contacts.add(list_id, data=data))
    if kind == "idempotent":
        return await outcome(acton.contacts.upsert(list_id, email="bob@example.com", data=data))
    file = b"Email\nbob@example.com\n"
    columns = [Column("Email", "EMAIL")]
    return await outcome(acton.lists.merge(list_id, file=file, columns=columns, mode="APPEND", key="Email"))


def _refuses_tokens_then(server: Emulator, route: str, trouble: Any) -> None:
    server.faults.add(REFUSED, on=route)
    server.faults.add(trouble, on="token", times=1000)


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(CALLS))
@pytest.mark.parametrize("trouble", list(TOKEN_TROUBLE))
@virtual_time
async def test_the_trouble_of_a_token_is_not_that_of_the_call(trouble: str, kind: str) -> None:
    """A call whose token was refused, and that gets no other, was surely not carried out, and says so."""
    async with emulator() as server, _session(server) as acton:
        leads = server.add_list("Leads", ["Email"])
        _refuses_tokens_then(server, CALLS[kind], TOKEN_TROUBLE[trouble])
        end = await _call(acton, kind, leads)
        assert isinstance(end, TokenUnavailable), end
        assert isinstance(end.__cause__, ActOnError)
        assert not isinstance(end.__cause__, TokenUnavailable)
        assert server.rows(leads) == []


@pytest.mark.parametrize("trouble", ["503", "cut", "429", "page"])
@virtual_time
async def test_a_sender_knows_that_a_refused_file_is_not_there(trouble: str) -> None:
    """A file whose token was refused is told as refused, once, although /token fails in every way afterwards."""
    async with emulator() as server, _session(server) as acton:
        told: list[int] = []
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(REFUSED, times=1)
        server.faults.add(TOKEN_TROUBLE[trouble], on="token", times=1000)
        upload = Upload(b"Email\n", "x.csv", lambda: told.append(len(server.calls)))
        request = Request("PUT", f"/api/1/list/{leads}", multipart={"file": upload})
        assert isinstance(await outcome(acton.send(request)), TokenUnavailable)
        assert told == [1]


AFTERWARDS: dict[str, Any] = {
    "429s": ([Reply.throttled()] * 9, RateLimited),
    "a long pause": ([Reply.throttled(retry_after=86_400)], QuotaExhausted),
    "tokens refused": ([REFUSED] * 9, ActOnError),
}


@pytest.mark.parametrize(
    "first", [Cut("acted"), Reply.unavailable(acted=True), Reply(408)], ids=["cut", "503", "408"]
)
@pytest.mark.parametrize("then", list(AFTERWARDS))
@virtual_time
async def test_what_may_have_acted_is_not_forgotten(first: Any, then: str) -> None:
    """A call that may have acted says so at its end, also where every later attempt was surely refused."""
    faults, cause = AFTERWARDS[then]
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        for fault in (first, *faults):
            server.faults.add(fault, on="contacts.upsert")
        end = await _call(acton, "idempotent", leads)
        assert isinstance(end, (ReplyLost, ServerError)), end
        assert isinstance(end.__cause__, cause)


@virtual_time
async def test_a_spent_day_does_not_hide_what_may_have_acted() -> None:
    """A call whose first attempt was lost, and that has no call left for another, says that it may have acted."""
    async with (
        emulator() as server,
        session(server, token=issued(server), limits=Limits(calls_per_day=1)) as acton,
    ):
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Cut("acted"), on="contacts.upsert")
        end = await _call(acton, "idempotent", leads)
        assert isinstance(end, ReplyLost)
        assert isinstance(end.__cause__, QuotaExhausted)
        assert len(server.rows(leads)) == 1


@virtual_time
async def test_a_dead_token_endpoint_does_not_hide_what_may_have_acted() -> None:
    """After a lost attempt, one that gets no token leaves open what the call has done."""
    async with emulator() as server, _session(server) as acton:
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Cut("acted"), on="contacts.upsert")
        _refuses_tokens_then(server, "contacts.upsert", Reply.unavailable())
        end = await _call(acton, "idempotent", leads)
        assert isinstance(end, ReplyLost)
        assert isinstance(end.__cause__, TokenUnavailable)


@virtual_time
async def test_a_server_that_goes_away_does_not_hide_what_may_have_acted() -> None:
    """After a lost attempt, a connection that is refused is no proof that nothing was done."""
    request = Request("PUT", "/x", json={}, effect=Effect.IDEMPOTENT)
    server = RawServer([hang_up])
    async with server, Session(token="t", base_url=server.url, retry=RetryPolicy(base=5.0, cap=5.0)) as acton:
        call = asyncio.ensure_future(outcome(acton.send(request)))
        await until(lambda: server.seen)
        server.stop_listening()
        end = await call
    assert isinstance(end, ReplyLost)


@virtual_time
async def test_a_closed_session_does_not_hide_what_may_have_acted() -> None:
    """A call that waits to be repeated after a 503 says at the closing of its session that it may have acted."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Reply.unavailable(acted=True, retry_after=100), on="contacts.upsert")
        call = asyncio.ensure_future(_call(acton, "idempotent", leads))
        await until(lambda: server.calls.of("contacts.upsert"))
        await asyncio.sleep(1)
        await acton.close()
        end = await call
        assert isinstance(end, ServerError)
        assert isinstance(end.__cause__, SessionClosed)


@pytest.mark.parametrize("closing", [SessionClosed, QuotaExhausted])
@virtual_time
async def test_what_was_surely_refused_says_so(closing: type[ActOnError]) -> None:
    """Without an attempt that may have acted, the last error is told as it is."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        seconds = 100 if closing is SessionClosed else 86_400
        server.faults.add(Reply.throttled(retry_after=seconds), on="contacts.upsert")
        call = asyncio.ensure_future(_call(acton, "idempotent", leads))
        await until(lambda: server.calls.of("contacts.upsert"))
        await asyncio.sleep(1)
        await acton.close()
        assert type(await call) is closing


@virtual_time
async def test_the_servers_word_on_the_call_is_the_last_one() -> None:
    """A refusal of the values after a lost attempt is told as it is, with a note on the lost one."""
    refusal = answer(404, {"errorCode": 10054, "message": "No such id"})
    async with (
        RawServer([hang_up, refusal]) as server,
        Session(token="t", base_url=server.url) as acton,
    ):
        end = await outcome(acton.send(Request("DELETE", "/x", effect=Effect.IDEMPOTENT)))
    assert isinstance(end, NotFound)
    assert any("may have acted" in note for note in end.__notes__)


@virtual_time
async def test_a_file_is_refused_only_if_all_of_its_attempts_were() -> None:
    """After an attempt that may have acted, no later refusal tells the sender of a file that nothing was done."""
    told: list[str] = []
    upload = Upload(b"Email\n", "x.csv", lambda: told.append("refused"))
    request = Request("PUT", "/x", multipart={"file": upload}, effect=Effect.IDEMPOTENT)
    for first, times in ((answer(503), 0), (answer(429), 2), (answer(421), 2)):
        told.clear()
        async with (
            RawServer([first, answer(429), answer(200, {})]) as server,
            Session(token="t", base_url=server.url) as acton,
        ):
            await acton.send(request)
        assert len(told) == times


@pytest.mark.parametrize("status", [402, 405, 407, 408, 410, 418, 421, 423, 425, 431, 451, 460, 499, 302])
@pytest.mark.parametrize("kind", ["unsafe", "idempotent"])
@virtual_time
async def test_trouble_of_the_way_is_repeated_where_that_does_no_harm(kind: str, status: int) -> None:
    """A gateway's refusal ends no call that may be repeated; an unsafe one is repeated if nothing was passed on."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Reply(status, b"<title>Not now</title>"), on=CALLS[kind])
        end = await _call(acton, kind, leads)
        if kind == "idempotent" or status in {407, 421, 425}:
            assert not isinstance(end, Exception), end
            assert len(server.rows(leads)) == 1
        else:
            assert type(end) is GatewayError
            assert not isinstance(end, InvalidRequest)
            assert len(server.calls.of(CALLS[kind])) == 1
