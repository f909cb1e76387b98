"""Logins that are refused: each in its own words, tried once, and not held against anybody without need."""

from __future__ import annotations

import asyncio
import traceback

import pytest

from asyncsdk import (
    AuthenticationFailed,
    CodeGrant,
    DecodeError,
    GatewayError,
    MemoryStore,
    PasswordGrant,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    Request,
    ServerError,
    Session,
    TokenUnavailable,
)
from asyncsdk.emulator import Reply
from tests.support.raw_server import RawServer, answer
from tests.support.stage import READ_PATH, count_logins, emulator, issued, outcome, password_grant, session
from tests.support.virtual_time import virtual_time


@virtual_time
async def test_a_dead_code_session_says_that_the_user_must_sign_in() -> None:
    """When the refresh token of a code is dead, the spent code is not tried again."""
    async with emulator() as server:
        logins = count_logins(server)
        back = "https://localhost/callback"
        grant = CodeGrant("emulated-client", "emulated-secret", server.authorization_code(back), back)
        async with session(server, grant=grant) as acton:
            await acton.account.get()
            server.revoke_refresh_tokens()
            server.revoke_access_tokens()
            end = await outcome(acton.account.get())
        assert isinstance(end, AuthenticationFailed)
        assert "sign in again" in str(end)
        assert len(logins) == 1


@virtual_time
async def test_wrong_passwords_are_tried_once() -> None:
    """A wrong password fails every waiting and later call with one clear error, after one login."""
    async with emulator() as server:
        logins = count_logins(server)
        async with session(server, grant=password_grant(server, password="wrong")) as acton:
            ends = await asyncio.gather(*(outcome(acton.account.get()) for _ in range(10)))
            ends.append(await outcome(acton.account.get()))
        assert {type(end) for end in ends} == {AuthenticationFailed}
        assert "credentials" in str(ends[0])
        assert len(logins) == 1
        assert len(server.calls) == 1


@virtual_time
async def test_a_wrong_client_secret_is_told_apart() -> None:
    """A wrong integration secret says that it is the client id or secret, and is tried once."""
    async with emulator() as server, session(server, grant=password_grant(server, client_secret="no")) as acton:
        ends = [await outcome(acton.account.get()) for _ in range(3)]
        assert {type(end) for end in ends} == {AuthenticationFailed}
        assert "client id or secret" in str(ends[0])
        assert len(server.calls) == 1


@virtual_time
async def test_an_account_without_the_api_is_told_apart() -> None:
    """An account that may not use the API gets PermissionDenied, not a talk of credentials, after one try."""
    async with emulator(api_enabled=False) as server, session(server) as acton:
        ends = [await outcome(acton.account.get()) for _ in range(3)]
        assert {type(end) for end in ends} == {PermissionDenied}
        assert "no API access" in str(ends[0])
        assert len(server.calls) == 1


@virtual_time
async def test_the_servers_login_budget_is_told_apart() -> None:
    """A login that the server refuses as one too many fails all who wait for it once, and is told as what it is."""
    async with emulator(logins_per_hour=0) as server, session(server) as acton:
        logins = count_logins(server)
        ends = await asyncio.gather(*(outcome(acton.account.get()) for _ in range(10)))
        assert {type(end) for end in ends} == {TokenUnavailable}
        assert all(isinstance(end.__cause__, RateLimited) for end in ends if isinstance(end, Exception))
        assert len(logins) == 1


@pytest.mark.slow
@virtual_time
async def test_the_local_login_budget_refuses_without_a_request() -> None:
    """The sixth login of an hour is not sent: QuotaExhausted says when the next one is free."""
    store = MemoryStore()
    async with emulator(logins_per_hour=None, calls_per_second=None) as server:
        logins = count_logins(server)
        for _ in range(5):
            async with session(server, store=store) as acton:
                server.revoke_access_tokens()
                server.revoke_refresh_tokens()
                await acton.account.get()
            await asyncio.sleep(1)
        async with session(server, store=store) as acton:
            server.revoke_access_tokens()
            server.revoke_refresh_tokens()
            end = await outcome(acton.account.get())
            assert isinstance(end, QuotaExhausted)
            assert end.budget == "logins"
            assert 3500 < end.resets_in <= 3600
            assert acton.usage().logins_left == 0
            assert len(logins) == 5
            await asyncio.sleep(end.resets_in + 1)
            await acton.account.get()
        assert len(logins) == 6


@virtual_time
async def test_a_failed_login_may_be_tried_by_a_later_call() -> None:
    """A login that failed because the server was out of order is not held against the credentials."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(Reply.unavailable(), on="token")
        end = await outcome(acton.account.get())
        assert isinstance(end, TokenUnavailable)
        assert isinstance(end.__cause__, ServerError)
        assert (await acton.account.get()).account_id == 12345


@virtual_time
async def test_a_token_of_the_callers_gets_one_attempt() -> None:
    """A bearer token without a grant is tried once; then AuthenticationFailed, and no call to /token."""
    async with emulator() as server, session(server, token="unknown") as acton:
        assert isinstance(await outcome(acton.account.get()), AuthenticationFailed)
        assert [call.route for call in server.calls] == ["account.get"]


@virtual_time
async def test_a_token_that_is_refused_again_and_again_ends() -> None:
    """A server that refuses every token, fresh ones too, ends the call after two renewals."""
    async with emulator() as server, session(server, token=issued(server), grant=password_grant(server)) as acton:
        server.faults.add(Reply(401, {"httpCode": "401", "httpMessage": "Unauthorized"}), on=READ_PATH, times=99)
        end = await outcome(acton.send(Request("GET", READ_PATH)))
        assert isinstance(end, AuthenticationFailed)
        assert len(server.calls.of("account.get")) == 3
        assert len(server.calls.of("token")) == 2


@virtual_time
async def test_refused_credentials_cost_no_memory() -> None:
    """The error that every later call gets does not collect the frames of all the callers before."""
    async with emulator() as server, session(server, grant=password_grant(server, password="wrong")) as acton:
        ends = [await outcome(acton.account.get()) for _ in range(20)]
        last = ends[-1]
        assert isinstance(last, AuthenticationFailed)
        assert len(traceback.extract_tb(last.__traceback__)) < 20


@virtual_time
async def test_each_caller_gets_an_error_of_its_own() -> None:
    """What one adds to the refusal that all share, such as how to go on with his run, is not told to others."""
    async with emulator() as server, session(server, grant=password_grant(server, password="wrong")) as acton:
        together = await asyncio.gather(*(outcome(acton.account.get()) for _ in range(3)))
        for number, error in enumerate(together):
            assert isinstance(error, AuthenticationFailed)
            error.add_note(f"a note of caller {number}")
        later = await outcome(acton.account.get())
        assert isinstance(later, AuthenticationFailed)
        assert not hasattr(later, "__notes__")
        assert [error.__notes__ for error in together] == [[f"a note of caller {number}"] for number in range(3)]


@virtual_time
async def test_a_token_endpoint_that_talks_nonsense_is_told() -> None:
    """A 200 without a token, or with a page, is told with status and request id, after one login."""
    page = b"<html><title>Welcome</title></html>"
    for body in ({"hello": 1}, [], page, b""):
        async with RawServer([answer(200, body)]) as server:
            async with Session(grant=PasswordGrant("i", "s", "u", "p"), base_url=server.url) as acton:
                end = await outcome(acton.account.get())
            assert isinstance(end, TokenUnavailable)
            assert isinstance(end.__cause__, DecodeError)
            assert (end.__cause__.status, end.__cause__.request_id) == (200, "r-1")
            assert len(server.seen) == 1


@virtual_time
async def test_a_gateway_page_is_not_taken_for_wrong_credentials() -> None:
    """A page of something in between fails one login and says no more than it knows; the next call tries again."""
    async with emulator() as server, session(server) as acton:
        page = b"<html><head><title>Blocked by policy</title></head></html>"
        server.faults.add(Reply(403, page, content_type="text/html"), on="token")
        end = await outcome(acton.account.get())
        assert isinstance(end, TokenUnavailable)
        assert isinstance(end.__cause__, GatewayError)
        assert end.__cause__.message == "Blocked by policy"
        assert (await acton.account.get()).account_id
