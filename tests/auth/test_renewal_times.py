"""When tokens are renewed: ahead of their end, in the background, and not over and over."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk import ActOnError, MemoryStore, Session, SessionClosed, Token
from asyncsdk.emulator import Emulator, Reply, Slow
from tests.support.stage import emulator, issued, outcome, password_grant, session, until
from tests.support.virtual_time import virtual_time, wall


async def call_at(acton: Session, when: float) -> None:
    """Make a call so many seconds after the virtual loop began, and let a renewal end that it may have started."""
    await asyncio.sleep(when - asyncio.get_running_loop().time())
    await acton.account.get()
    await asyncio.sleep(0.5)


def token_calls(server: Emulator) -> int:
    """How often ``/token`` was asked."""
    return len(server.calls.of("token"))


@pytest.mark.parametrize(("life", "ahead"), [(3600.0, 300.0), (1000.0, 100.0), (100_000.0, 300.0)])
@virtual_time
async def test_a_token_is_renewed_shortly_before_its_end(life: float, ahead: float) -> None:
    """It is renewed 5 minutes ahead, or a tenth of its life if that is less: not before, not at its very end."""
    async with emulator(token_life=life) as server, session(server) as acton:
        await acton.account.get()
        await call_at(acton, life - ahead - 2)
        assert token_calls(server) == 1
        await call_at(acton, life - ahead + 2)
        assert token_calls(server) == 2


@pytest.mark.slow
@virtual_time
async def test_a_renewal_ahead_that_failed_is_not_tried_with_every_call() -> None:
    """While ``/token`` is in trouble, calls go on with the old token and ask for another only now and then."""
    async with emulator(token_life=3600.0) as server, session(server) as acton:
        await acton.account.get()
        await asyncio.sleep(3310)
        server.faults.add(Reply.unavailable(), on="token", times=1000)
        for _ in range(100):
            await acton.account.get()
            await asyncio.sleep(1)
        assert {call.status for call in server.calls.of("account.get")} == {200}
        times = [call.time for call in server.calls.of("token")[1:]]
        assert 6 <= len(times) <= 7, "four attempts at first, then one every half a minute"
        bursts = [later for earlier, later in zip([0.0, *times], times, strict=False) if later - earlier > 10]
        assert len(bursts) in (3, 4)


@virtual_time
async def test_a_token_whose_end_is_long_past_is_not_sent() -> None:
    """A token from an earlier run that has expired is renewed before the first call, without a refused one."""
    async with emulator() as server:
        known = issued(server)
        old = Token(known.access_token, known.refresh_token, wall() - 1)
        async with session(server, grant=password_grant(server), token=old) as acton:
            await acton.account.get()
        assert [call.route for call in server.calls] == ["token", "account.get"]


@virtual_time
async def test_a_token_of_the_callers_is_sent_although_it_should_have_expired() -> None:
    """Without a grant nobody can renew it, and the server has the last word on whether it is good."""
    async with emulator() as server:
        known = issued(server)
        async with session(server, token=Token(known.access_token, None, wall() - 1)) as acton:
            await acton.account.get()
        assert [call.status for call in server.calls] == [200]


@virtual_time
async def test_a_token_that_the_store_keeps_is_used_while_it_is_good() -> None:
    """A later session takes the token from the store; one that has expired or is refused is refreshed."""
    store = MemoryStore()
    async with emulator() as server:
        async with session(server, store=store) as acton:
            await acton.account.get()
        async with session(server, store=store) as acton:
            await acton.account.get()
        assert token_calls(server) == 1
        await asyncio.sleep(3700)
        async with session(server, store=store) as acton:
            await acton.account.get()
        assert token_calls(server) == 2
        server.revoke_access_tokens()
        async with session(server, store=store) as acton:
            await acton.account.get()
        assert token_calls(server) == 3
        assert [call.status for call in server.calls.of("account.get")] == [200, 200, 200, 401, 200]


@virtual_time
async def test_a_renewal_gets_four_seconds_when_the_session_closes() -> None:
    """A login that is answered 4 seconds after its session began to close is kept for the next one."""
    store = MemoryStore()
    async with emulator() as server:
        acton = session(server, store=store)
        await acton.open()
        server.faults.add(Slow(4.1), on="token")
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await until(lambda: token_calls(server))
        await acton.close()
        assert isinstance(await call, SessionClosed)
        assert await store.load(password_grant(server).owner()) is not None


class _FullStore(MemoryStore):
    """A store on a full disk."""

    async def save(self, token: Token, owner: str = "") -> None:
        raise OSError(28, "No space left on device")


@virtual_time
async def test_a_late_refusal_takes_the_new_token_also_where_no_store_keeps_it() -> None:
    """A 401 that comes after the token was renewed spends no refresh token, although nothing could be stored."""
    async with emulator() as server:
        token, grant = issued(server), password_grant(server)
        async with session(server, grant=grant, token=token, store=_FullStore()) as acton:
            server.revoke_access_tokens()
            server.faults.add(Slow(5.0), on="account.get")
            late = asyncio.ensure_future(acton.account.get())
            await until(lambda: len(server.calls))
            await acton.account.get()
            await late
        assert token_calls(server) == 1
        assert sorted(call.status for call in server.calls.of("account.get")) == [200, 200, 401, 401]


@pytest.mark.slow
@virtual_time
async def test_a_login_after_one_that_failed_is_kept_when_the_session_closes() -> None:
    """A login on its way is not cut off by close, also if the one before it failed and it had to wait its turn."""
    store = MemoryStore()
    async with emulator() as server:
        acton = session(server, store=store)
        await acton.open()
        server.faults.add(Reply.unavailable(), on="token")
        server.faults.add(Slow(2.0), on="token")
        assert isinstance(await outcome(acton.account.get()), ActOnError)
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await until(lambda: token_calls(server) == 2)
        await acton.close()
        assert isinstance(await call, SessionClosed)
        assert await store.load(password_grant(server).owner()) is not None
