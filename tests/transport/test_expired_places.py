"""Places that expire before the request can leave, as in a process that was held up: the call gets others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from asyncsdk import (
    Effect,
    MemoryStore,
    PlaceExpired,
    ReplyLost,
    Request,
    RetryPolicy,
    ServerError,
    Session,
    Tally,
    Token,
    TokenUnavailable,
    Upload,
)
from asyncsdk.http.call_count import CallCount
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.transport.expired_places import PLACES
from tests.support.expiring_limiter import ExpiringLimiter
from tests.support.raw_server import RawServer, answer, reset
from tests.support.stage import emulator, issued, outcome, session, until
from tests.support.virtual_time import virtual_time, wall

FINE = answer(200, {"status": "success"})
ONCE = RetryPolicy(attempts=1)
USED, OVER = "left answered", "expired unused"

REQUESTS = [
    Request("GET", "/x"),
    Request("PUT", "/x", json={"a": 1}, effect=Effect.IDEMPOTENT),
    Request("POST", "/x", form={"a": "1"}, effect=Effect.UNSAFE),
    Request("POST", "/x", multipart={"file": Upload(b"Email\nada@example.com\n")}, effect=Effect.UNSAFE),
]


@asynccontextmanager
async def _session(
    server: RawServer,
    limiter: ExpiringLimiter,
    injected: bool = False,
    retry: RetryPolicy = ONCE,
) -> AsyncIterator[Session]:
    """A session with a connection of its own, or with one of the caller's."""
    async with (
        aiohttp.ClientSession() as http,
        Session(
            token="t", base_url=server.url, retry=retry, limiter=limiter, http=http if injected else None
        ) as acton,
    ):
        yield acton


@pytest.mark.parametrize("injected", [False, True], ids=["own", "injected"])
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: f"{request.method} {request.effect.value}")
@virtual_time
async def test_a_call_is_sent_at_the_first_place_that_has_not_expired(request_: Request, injected: bool) -> None:
    """A call of one attempt goes out once, whatever it does, at once, and counts as one call everywhere."""
    limiter, count = ExpiringLimiter(lambda number: number < 3), CallCount()
    async with RawServer([FINE]) as server, _session(server, limiter, injected) as acton:
        began = wall()
        await acton._transport.send(request_, CallOptions(counter=count))
        assert wall() == began
        assert limiter.reports == [OVER] * 3 + [USED]
        assert (len(server.seen), acton.usage().calls_made, count.made) == (1, 1, 1)


@virtual_time
async def test_a_stream_is_asked_for_at_the_first_place_that_has_not_expired() -> None:
    """A file that is read piece by piece comes whole, over one request."""
    limiter = ExpiringLimiter(lambda number: number < 3)
    async with RawServer([answer(200, b"a,b\n1,2\n")]) as server, _session(server, limiter) as acton:
        async with acton._transport.stream(Request("GET", "/x")) as pieces:
            assert b"".join([piece async for piece in pieces]) == b"a,b\n1,2\n"
        assert (limiter.reports, len(server.seen)) == ([OVER] * 3 + [USED], 1)


@virtual_time
async def test_a_kept_alive_connection_is_kept_for_the_next_call() -> None:
    """Nothing was written to the connection of a place that expired, so the next call uses it."""
    limiter = ExpiringLimiter(lambda number: number in {1, 2})
    async with RawServer([FINE]) as server, _session(server, limiter) as acton:
        for _ in range(3):
            await acton.send(Request("GET", "/x"))
        assert (len(server.seen), server.connections) == (3, 1)


@virtual_time
async def test_a_connection_that_was_opened_in_vain_is_closed() -> None:
    """The call that is sent opens its own, so that it is counted as one that waits for a server's welcome."""
    limiter = ExpiringLimiter(lambda number: number == 0)
    async with RawServer([FINE]) as server, _session(server, limiter) as acton:
        await acton.send(Request("GET", "/x"))
        await acton.send(Request("GET", "/x"))
        assert ({seen.connection for seen in server.seen}, server.connections) == ({2}, 2)


@virtual_time
async def test_expired_places_take_nothing_from_the_retries() -> None:
    """After 57 of them in one session a failing call still has all its attempts."""
    limiter = ExpiringLimiter(lambda number: number < 60 and number % PLACES != PLACES - 1)
    script = [FINE] * 3 + [answer(503)]
    async with RawServer(script) as server, _session(server, limiter, retry=RetryPolicy()) as acton:
        for _ in range(3):
            await acton.send(Request("GET", "/x"))
        assert limiter.reports.count(OVER) == 57
        assert isinstance(await outcome(acton.send(Request("GET", "/x"))), ServerError)
        assert len(server.seen) == 3 + RetryPolicy().attempts


@virtual_time
async def test_a_call_does_not_ask_for_places_for_ever() -> None:
    """After twenty places the error says what is wrong with the process, and nothing was sent or counted."""
    limiter = ExpiringLimiter(lambda _: True)
    async with RawServer([FINE]) as server, _session(server, limiter, retry=RetryPolicy()) as acton:
        end = await outcome(acton.send(Request("GET", "/x")))
        assert isinstance(end, PlaceExpired)
        assert "blocks the event loop" in str(end)
        assert limiter.reports == [OVER] * 20
        assert (server.seen, acton.usage().calls_made) == ([], 0)


@virtual_time
async def test_expired_places_do_not_hide_that_the_call_may_have_acted() -> None:
    """A repeat that cannot be sent leaves the first attempt's error: its answer was lost."""
    limiter = ExpiringLimiter(lambda number: number > 0)
    async with RawServer([reset]) as server, _session(server, limiter, retry=RetryPolicy()) as acton:
        end = await outcome(acton.send(Request("PUT", "/x", json={}, effect=Effect.IDEMPOTENT)))
        assert isinstance(end, ReplyLost)
        assert isinstance(end.__cause__, PlaceExpired)
        assert len(server.seen) == 1


@pytest.mark.parametrize("way", ["login", "refresh"])
@virtual_time
async def test_a_token_is_asked_for_at_the_first_place_that_has_not_expired(way: str) -> None:
    """A login and a refresh are sent once; of three logins that were not sent, none stays in the store."""
    limiter, store = ExpiringLimiter(lambda number: number < 3), MemoryStore()
    async with emulator() as server:
        if way == "refresh":
            spent = issued(server)
            await store.save(Token(spent.access_token, spent.refresh_token, expires_at=1.0))
        async with session(server, limiter=limiter, store=store, retry=ONCE) as acton:
            await acton.account.get()
            assert limiter.reports == [OVER] * 3 + [USED] * 2
            logins = int(way == "login")
            assert (len(server.calls.of("token")), acton.usage().logins_left) == (1, 5 - logins)
        assert len((await store.count(Tally())).logins) == logins


@virtual_time
async def test_a_login_that_is_never_sent_is_withdrawn_from_the_store() -> None:
    """When all its places have expired, the store counts no login, though each was entered before its place."""
    limiter, store = ExpiringLimiter(lambda _: True), MemoryStore()
    entered = _entered_logins(store)
    async with emulator() as server, session(server, limiter=limiter, store=store) as acton:
        end = await outcome(acton.account.get())
        assert isinstance(end, TokenUnavailable)
        assert isinstance(end.__cause__, PlaceExpired)
        assert len(limiter.reports) == entered() == PLACES
        await asyncio.sleep(1.5)
        assert (await store.count(Tally())).logins == []
        assert (len(server.calls), acton.usage().logins_left) == (0, 5)


def _entered_logins(store: MemoryStore) -> Callable[[], int]:
    """How many logins a store was told of, withdrawn ones included."""
    told: set[float] = set()
    count = store.count

    async def count_and_remember(tally: Tally) -> Tally:
        told.update(tally.logins)
        return await count(tally)

    store.count = count_and_remember  # type: ignore[method-assign]
    return lambda: len(told)


@virtual_time
async def test_a_call_that_is_cancelled_while_it_gets_another_place_keeps_none() -> None:
    """Its expired place is free for others, the one that it waits for is another's, and nothing is counted."""
    limiter = ExpiringLimiter(lambda number: number == 0)
    async with RawServer([FINE]) as server, _session(server, limiter) as acton:
        call = asyncio.ensure_future(acton.send(Request("GET", "/x")))
        await asyncio.sleep(0)
        assert limiter.reports == [""], "it has a place, and waits for its connection"
        limiter.throttled(5.0)
        await until(lambda: limiter.reports == [OVER])
        await asyncio.sleep(1.0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (server.seen, acton.usage().calls_made) == ([], 0)
        await asyncio.sleep(4.0)
        began = wall()
        await asyncio.gather(*(acton.send(Request("GET", "/x")) for _ in range(5)))
        assert wall() == began
