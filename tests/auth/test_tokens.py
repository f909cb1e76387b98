"""Tokens: three grants, one renewal at a time for everybody, and never a login too many."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk import (
    AuthenticationFailed,
    CodeGrant,
    Limits,
    PasswordGrant,
    RefreshGrant,
    Session,
    Token,
)
from asyncsdk.emulator import Cut, Emulator, Reply, Slow
from tests.support.raw_server import RawServer, Seen, answer
from tests.support.stage import count_logins, emulator, issued, outcome, password_grant, session, until
from tests.support.virtual_time import virtual_time, wall


def _refreshes(server: Emulator, logins: list[float]) -> int:
    return len(server.calls.of("token")) - len(logins)


@pytest.mark.slow
@virtual_time
async def test_a_password_logs_in_once() -> None:
    """Fifty concurrent first calls share one login, and all are answered."""
    async with emulator() as server, session(server) as acton:
        logins = count_logins(server)
        await asyncio.gather(*(acton.account.get() for _ in range(50)))
        assert len(logins) == 1
        assert len(server.calls.of("token")) == 1


@virtual_time
async def test_a_code_logs_in_once_and_is_then_refreshed() -> None:
    """A code is spent once; an hour later the refresh token is used, not the code."""
    async with emulator() as server:
        logins = count_logins(server)
        back = "https://localhost/callback"
        grant = CodeGrant("emulated-client", "emulated-secret", server.authorization_code(back), back)
        async with session(server, grant=grant) as acton:
            await acton.account.get()
            await asyncio.sleep(3700)
            await acton.account.get()
        assert len(logins) == 1
        assert _refreshes(server, logins) == 1


@virtual_time
async def test_a_refresh_token_is_enough() -> None:
    """A RefreshGrant starts without a login, goes on with rotated tokens, and says so when they are dead."""
    async with emulator() as server:
        logins = count_logins(server)
        grant = RefreshGrant("emulated-client", "emulated-secret", issued(server).refresh_token or "")
        async with session(server, grant=grant) as acton:
            await acton.account.get()
            await asyncio.sleep(3700)
            await acton.account.get()
            assert _refreshes(server, logins) == 2
            server.revoke_refresh_tokens()
            server.revoke_access_tokens()
            end = await outcome(acton.account.get())
        assert isinstance(end, AuthenticationFailed)
        assert "refresh token" in str(end)
        assert logins == []


@virtual_time
async def test_twenty_refused_calls_cause_one_refresh() -> None:
    """A token that is revoked while twenty calls are on the wire is renewed once, and all calls succeed."""
    async with emulator(calls_per_second=None) as server:
        logins = count_logins(server)
        options = {"grant": password_grant(server), "token": issued(server)}
        async with session(server, **options) as acton:
            server.revoke_access_tokens()
            ends = await asyncio.gather(*(acton.account.get() for _ in range(20)))
        assert [end.account_id for end in ends] == [12345] * 20
        assert (len(logins), _refreshes(server, logins)) == (0, 1)


@virtual_time
async def test_a_late_refusal_does_not_renew_again() -> None:
    """A 401 that arrives after the token was renewed for somebody else makes the call try the new token."""
    async with emulator() as server:
        async with session(server, grant=password_grant(server), token=issued(server)) as acton:
            server.revoke_access_tokens()
            server.faults.add(Slow(5.0), on="account.get")
            late = asyncio.ensure_future(acton.account.get())
            await until(lambda: len(server.calls))
            await acton.account.get()
            await late
        assert len(server.calls.of("token")) == 1
        assert len(server.calls.of("account.get")) == 4


@virtual_time
async def test_renewal_ahead_of_expiry_holds_nobody_up() -> None:
    """Shortly before it expires the token is renewed in the background, and calls go on with the old one."""
    async with emulator(token_life=1000.0) as server, session(server) as acton:
        await acton.account.get()
        await asyncio.sleep(950)
        server.faults.add(Slow(20.0), on="token")
        began = wall()
        await asyncio.gather(acton.account.get(), acton.account.get())
        assert wall() - began < 0.1
        await until(lambda: len(server.calls.of("token")) == 2)
        await asyncio.sleep(100)
        began = wall()
        await acton.account.get()
        assert wall() - began < 0.1
        assert len(server.calls.of("token")) == 2
        assert [call.status for call in server.calls] == [200] * len(server.calls)


@virtual_time
async def test_a_failed_renewal_ahead_is_made_up_for() -> None:
    """When the renewal ahead of time fails, calls go on, and the token is renewed in time all the same."""
    async with emulator(token_life=1000.0) as server, session(server) as acton:
        await acton.account.get()
        await asyncio.sleep(910)
        server.faults.add(Reply.unavailable(), on="token", times=4)
        await acton.account.get()
        await asyncio.sleep(60)
        await acton.account.get()
        await asyncio.sleep(60)
        await acton.account.get()
        refused = [call for call in server.calls if call.route == "account.get" and call.status == 401]
        assert refused == []


@virtual_time
async def test_a_dead_refresh_token_costs_one_login() -> None:
    """When access and refresh token are dead, ten calls share exactly one refused refresh and one login."""
    async with emulator() as server:
        logins = count_logins(server)
        async with session(server, grant=password_grant(server), token=issued(server)) as acton:
            server.revoke_access_tokens()
            server.revoke_refresh_tokens()
            await asyncio.gather(*(acton.account.get() for _ in range(10)))
        assert len(logins) == 1
        assert _refreshes(server, logins) == 1


@virtual_time
async def test_refreshes_are_repeated_and_logins_are_not() -> None:
    """After a 503 or a cut connection a refresh is sent again; a login fails at once."""
    async with emulator(calls_per_second=None) as server:
        logins = count_logins(server)
        async with session(server, grant=password_grant(server), token=issued(server)) as acton:
            server.revoke_access_tokens()
            server.faults.add(Reply.unavailable(), on="token", times=2)
            assert (await acton.account.get()).account_id == 12345
            assert len(server.calls.of("token")) == 3
        server.calls.clear()
        for fault in (Reply.unavailable(), Cut("arrival"), Cut("acted")):
            server.faults.add(fault, on="token")
            async with session(server) as acton:
                assert not hasattr(await outcome(acton.account.get()), "account_id")
            assert len(server.calls) == 1
            server.calls.clear()
        assert len(logins) == 1, "of the three logins one was carried out, and its answer lost"


@virtual_time
async def test_a_token_without_an_expiry_is_used_until_it_is_refused() -> None:
    """A token whose end is not known is used at once, and renewed only when the server refuses it."""
    async with emulator() as server:
        known = issued(server)
        given = Token(known.access_token, known.refresh_token)
        async with session(server, grant=password_grant(server), token=given) as acton:
            await acton.account.get()
            await asyncio.sleep(3700)
            await acton.account.get()
        assert [call.status for call in server.calls] == [200, 401, 200, 200]


@virtual_time
async def test_a_token_that_expires_at_once_is_tried() -> None:
    """A server that gives tokens no life at all is not asked for tokens for ever: its last one is used."""

    async def serve(seen: Seen, writer: asyncio.StreamWriter) -> None:
        tokens = {"access_token": "a", "refresh_token": "r", "expires_in": 0}
        body = tokens if seen.target == "/token" else {"account_id": "1"}
        await answer(200, body)(seen, writer)

    async with RawServer([serve]) as server:
        async with Session(grant=PasswordGrant("i", "s", "u", "p"), base_url=server.url) as acton:
            async with asyncio.timeout(30):
                assert (await acton.account.get()).account_id == 1
        assert len(server.seen) <= 4


@virtual_time
async def test_a_token_that_expires_in_line_is_renewed_before_it_is_sent() -> None:
    """A call that stood in line until its token expired goes out with the next token, not with the dead one."""
    limits = Limits(longest_pause=4000.0)
    async with emulator() as server, session(server, limits=limits) as acton:
        await acton.account.get()
        server.faults.add(Reply.throttled(retry_after=3700), on="account.senders")
        first = asyncio.ensure_future(acton.account.senders())
        await until(lambda: server.calls.of("account.senders"))
        second = asyncio.ensure_future(acton.account.get())
        await asyncio.gather(first, second)
        assert 401 not in {call.status for call in server.calls}
