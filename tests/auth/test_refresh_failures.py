"""Refreshes in trouble: spaced, shared by all who wait, told to those who do not, and over soon after."""

from __future__ import annotations

import asyncio
import re
from itertools import pairwise

import pytest

from asyncsdk import (
    ActOnError,
    AuthenticationFailed,
    GatewayError,
    Limits,
    MemoryStore,
    QuotaExhausted,
    RefreshGrant,
    Session,
    SessionClosed,
    TokenStore,
    TokenUnavailable,
)
from asyncsdk.emulator import Emulator, Fault, Reply
from tests.support.closed_port import closed_port
from tests.support.raw_server import RawServer, answer
from tests.support.stage import emulator, issued, outcome, password_grant, session
from tests.support.token_faults import TOKEN_FAULTS
from tests.support.virtual_time import virtual_time, wall

TROUBLE: dict[str, Fault] = {
    **TOKEN_FAULTS,
    "a page with 401": Reply(401, b"<html><title>Sign in</title></html>", content_type="text/html"),
}


def _with_refused_token(
    server: Emulator, max_wait: float | None = None, store: TokenStore | None = None
) -> Session:
    """A session whose token is refused, so that its first call needs a refresh."""
    token, grant = issued(server), password_grant(server)
    server.revoke_access_tokens()
    # With a max_wait it is the pause that is tested, and not the second.
    limits = Limits() if max_wait is None else Limits(max_wait=max_wait, calls_per_second=100)
    return session(server, grant=grant, token=token, limits=limits, store=store)


async def _handler(acton: Session, seconds: float) -> list[object]:
    """What a handler sees that makes a call every half second."""
    ends: list[object] = []
    began = wall()
    while wall() - began < seconds:
        ends.append(await outcome(acton.account.get()))
        await asyncio.sleep(0.5)
    return ends


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "max_wait"),
    # A 429 is told to the impatient as no other trouble is: the others are told as a 503 is.
    [*((kind, None) for kind in TROUBLE), ("503", 0.5), ("429", 0.5)],
)
@virtual_time
async def test_an_outage_of_ten_minutes_costs_few_calls_and_is_over_soon(kind: str, max_wait: float | None) -> None:
    """A call every half second for 10 minutes asks ``/token`` every 8 s at most, and gets a token 15 s after it."""
    async with emulator(calls_per_second=None) as server, _with_refused_token(server, max_wait) as acton:
        server.faults.add(TROUBLE[kind], on="token", times=10_000)
        ends = await _handler(acton, 600)
        # A 429 closes the second for everybody, and who has no patience does not wait for its end.
        told = (TokenUnavailable, QuotaExhausted) if kind == "429" and max_wait else TokenUnavailable
        assert all(isinstance(end, told) for end in ends)
        times = [call.time for call in server.calls.of("token")]
        assert 50 <= len(times) <= 80
        assert all(later - earlier >= 7.9 for earlier, later in pairwise(times[8:]))
        server.faults.clear()
        ends = await _handler(acton, 15)
        assert not isinstance(ends[-1], Exception)
        assert acton.usage().logins_left == 5


@pytest.mark.slow
@virtual_time
async def test_callers_wait_for_the_next_refresh_and_share_its_outcome() -> None:
    """Fifty calls within the pause, one of them cancelled, cost one refresh, which serves all the others."""
    async with emulator(calls_per_second=None) as server, _with_refused_token(server) as acton:
        server.faults.add(Reply.unavailable(), on="token", times=4)
        assert isinstance(await outcome(acton.account.get()), TokenUnavailable)
        server.calls.clear()
        calls = [asyncio.ensure_future(acton.account.get()) for _ in range(50)]
        await asyncio.sleep(1)
        calls[0].cancel()
        began = wall()
        assert {(await call).account_id for call in calls[1:]} == {12345}
        assert len(server.calls.of("token")) == 1
        assert wall() - began < 15


@virtual_time
async def test_a_caller_without_patience_is_told_at_once_when_to_come_again() -> None:
    """With ``max_wait`` a call within the pause is refused at once, and is told how long it takes, and why."""
    async with emulator(calls_per_second=None) as server, _with_refused_token(server, 0.5) as acton:
        server.faults.add(Reply.unavailable(), on="token", times=4)
        await outcome(acton.account.get())
        began, before = wall(), len(server.calls)
        end = await outcome(acton.account.get())
        assert isinstance(end, TokenUnavailable)
        assert re.fullmatch(
            r"The last refresh failed\. So that the day's calls last, the next one is tried in [12] s\."
            r" Nothing was sent\.",
            str(end),
        )
        assert "503" in str(end.__cause__)
        assert wall() == pytest.approx(began, abs=0.1)
        # The token is still refused: the call itself was sent once, and ``/token`` was not asked.
        assert [call.route for call in list(server.calls)[before:]] == ["account.get"]


@virtual_time
async def test_a_session_that_is_closed_within_the_pause_ends_at_once() -> None:
    """Closing ends a call that waits for the next refresh with SessionClosed, and asks ``/token`` no more."""
    async with emulator() as server:
        acton = _with_refused_token(server)
        await acton.open()
        server.faults.add(Reply.unavailable(), on="token", times=100)
        await outcome(acton.account.get())
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await asyncio.sleep(1)
        asked, began = len(server.calls.of("token")), wall()
        await acton.close()
        assert isinstance(await call, SessionClosed)
        assert wall() - began < 0.5
        await asyncio.sleep(60)
        assert len(server.calls.of("token")) == asked


@virtual_time
async def test_a_token_that_another_session_got_ends_the_pause() -> None:
    """Whoever waits takes the token that the store has by then, and the next trouble begins with short waits."""
    store = MemoryStore()
    async with emulator() as server, _with_refused_token(server, store=store) as acton:
        server.faults.add(Reply.unavailable(), on="token", times=4)
        await outcome(acton.account.get())
        await asyncio.sleep(1.2)  # the two have limiters of their own: the server's second is free again
        async with session(server, store=store) as other:
            await other.account.get()
        asked = len(server.calls.of("token"))
        began = wall()
        await acton.account.get()
        assert (len(server.calls.of("token")), wall() - began < 3) == (asked, True)
        renewer = acton._transport.tokens._renewer
        assert renewer is not None
        assert not renewer._backoff.in_trouble


@virtual_time
async def test_refreshes_that_were_never_sent_are_not_spaced() -> None:
    """While nobody listens at the address, nothing is spent, and the first refresh that arrives is made at once."""
    port = closed_port()
    grant = RefreshGrant("emulated-client", "emulated-secret", "r")
    async with emulator() as settings, session(settings, grant=grant, base_url=f"http://127.0.0.1:{port}") as acton:
        for _ in range(3):
            assert isinstance(await outcome(acton.account.get()), ActOnError)
        assert acton.usage().calls_made == 0
        async with Emulator(settings.settings, port=port, clock=settings.clock):
            began = wall()
            assert isinstance(await outcome(acton.account.get()), AuthenticationFailed)
            assert wall() - began < 1


@virtual_time
async def test_a_refusal_in_act_ons_words_is_remembered_also_at_a_refresh() -> None:
    """No API access, or a wrong client secret, costs one call to ``/token``, however many calls come."""
    for body in ({"error": "access_denied"}, {"errorCode": "PUBLIC_API_FEATURE_NOT_ENABLED"}):
        async with RawServer([answer(401 if "error" in body else 403, body)]) as server:
            async with Session(grant=RefreshGrant("i", "s", "r"), base_url=server.url) as acton:
                ends = [await outcome(acton.account.get()) for _ in range(5)]
            assert all(isinstance(end, ActOnError) and not isinstance(end, TokenUnavailable) for end in ends)
            assert len(server.seen) == 1


@virtual_time
async def test_a_gateways_page_with_401_is_trouble_of_the_way() -> None:
    """A page that says 401 at ``/token`` is no verdict on the credentials: TokenUnavailable, and tried again."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(TROUBLE["a page with 401"], on="token")
        end = await outcome(acton.account.get())
        assert isinstance(end, TokenUnavailable)
        assert isinstance(end.__cause__, GatewayError)
        assert (await acton.account.get()).account_id == 12345
        assert acton.usage().logins_left == 3


@virtual_time
async def test_a_spent_day_is_told_as_what_it_is() -> None:
    """A refresh for which the day has no call left is no trouble of ``/token``: QuotaExhausted, each time."""
    async with emulator() as server:
        grant = password_grant(server)
        token = issued(server)
        async with session(server, grant=grant, token=token, limits=Limits(calls_per_day=1)) as acton:
            server.revoke_access_tokens()
            for _ in range(2):
                end = await outcome(acton.account.get())
                assert isinstance(end, QuotaExhausted)
                assert end.budget == "day"
