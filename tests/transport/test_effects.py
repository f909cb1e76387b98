"""The fault matrix: what breaks, times what repeating would do, gives how often the server acts and what is told.

The counts are the emulator's: calls as they arrived, and records as they are in the list.
"""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from asyncsdk import (
    AuthenticationFailed,
    NotSent,
    RateLimited,
    ReplyLost,
    RetryPolicy,
    ServerError,
    Session,
    Timeout,
)
from asyncsdk.emulator import Cut, Emulator, Hang, Reply
from tests.support.closed_port import closed_port
from tests.support.stage import emulator, issued, outcome, password_grant, session, stage
from tests.support.virtual_time import virtual_time, wall

BOB = {"Email": "bob@example.com"}
UNAUTHORIZED = Reply(401, {"httpCode": "401", "httpMessage": "Unauthorized", "moreInformation": ""})

FAULTS: dict[str, Any] = {
    "cut before it is read": Cut("arrival"),
    "cut after acting": Cut("acted"),
    "cut within the answer": Cut("midway"),
    "hangs": Hang(),
    "hangs after acting": Hang(acted=True),
    "500": Reply(500, {"httpCode": "500", "httpMessage": "Internal Server Error"}),
    "503": Reply.unavailable(),
    "503 after acting": Reply.unavailable(acted=True),
    "502 page": Reply.gateway_page(502),
    "429": Reply.throttled(),
    "200 that says 429": Reply.throttled(status=200),
    "401": UNAUTHORIZED,
}
PROVEN_REFUSALS = {"429", "200 that says 429", "401"}
ACTS_ALL_THE_SAME = {"cut after acting", "cut within the answer", "hangs after acting", "503 after acting"}
LOST = {"cut before it is read", "cut after acting", "cut within the answer", "hangs", "hangs after acting"}


async def _call(acton: Session, effect: str, list_id: str) -> Any:
    if effect == "read":
        return await outcome(acton.account.get())
    if effect == "idempotent":
        return await outcome(acton.contacts.upsert(list_id, email="bob@example.com", data=BOB))
    return await outcome(acton.contacts.add(list_id, data=BOB))


ROUTES = {"read": "account.get", "idempotent": "contacts.upsert", "unsafe": "contacts.add"}


def _stand(server: Emulator) -> tuple[str, Session]:
    leads = server.add_list("Leads", ["Email"], [["ada@example.com"]])
    return leads, session(server, token=issued(server), timeout=Timeout(read=5.0), grant=password_grant(server))


@pytest.mark.slow
@pytest.mark.parametrize("effect", list(ROUTES))
@pytest.mark.parametrize("fault", list(FAULTS))
@virtual_time
async def test_a_single_fault(fault: str, effect: str) -> None:
    """A call is repeated only if that does no harm; else the error tells whether it may have acted."""
    async with emulator() as server:
        leads, acton = _stand(server)
        async with acton:
            server.faults.add(FAULTS[fault], on=ROUTES[effect])
            end = await _call(acton, effect, leads)
        arrived = len(server.calls.of(ROUTES[effect]))
        added = len(server.rows(leads)) - 1
        if effect != "unsafe" or fault in PROVEN_REFUSALS:
            assert not isinstance(end, Exception), end
            assert arrived == 2
            assert added == (effect != "read")
        else:
            assert type(end) is (ReplyLost if fault in LOST else ServerError)
            assert arrived == 1
            assert added == (fault in ACTS_ALL_THE_SAME)


@pytest.mark.slow
@pytest.mark.parametrize("effect", list(ROUTES))
@pytest.mark.parametrize("fault", list(FAULTS))
@virtual_time
async def test_a_fault_that_stays(fault: str, effect: str) -> None:
    """A fault that does not go away ends the call after the policy's attempts, with the last one's error."""
    async with emulator() as server:
        leads, acton = _stand(server)
        async with acton:
            server.faults.add(FAULTS[fault], on=ROUTES[effect], times=50)
            end = await _call(acton, effect, leads)
        arrived = len(server.calls.of(ROUTES[effect]))
        refused = RateLimited if "429" in fault else AuthenticationFailed if fault == "401" else ServerError
        assert type(end) is (ReplyLost if fault in LOST else refused)
        attempts = 1 if effect == "unsafe" else 4
        assert arrived == (3 if fault == "401" else 4 if "429" in fault else attempts)
        assert len(server.rows(leads)) - 1 == (effect != "read" and fault in ACTS_ALL_THE_SAME)


@pytest.mark.parametrize("effect", list(ROUTES))
@virtual_time
async def test_a_refused_connection(effect: str) -> None:
    """Where nobody listens every kind of call is NotSent after all attempts, and counts as none."""
    address = f"http://127.0.0.1:{closed_port()}"
    async with Session(token="t", base_url=address, retry=RetryPolicy(attempts=3)) as acton:
        assert type(await _call(acton, effect, "l-0001")) is NotSent
        assert acton.usage().calls_made == 0


@pytest.mark.parametrize("effect", list(ROUTES))
@virtual_time
async def test_a_server_that_comes_back(effect: str) -> None:
    """A server that starts in the middle of the attempts gets any kind of call, once."""
    port = closed_port()
    async with emulator() as other:
        server = Emulator(other.settings, port=port, clock=other.clock)
        # Stop before the last attempt, whatever the jitter: the waits are 0 to 20 s here.
        policy = RetryPolicy(attempts=30, base=20.0, cap=20.0)
        async with Session(token="t", base_url=f"http://127.0.0.1:{port}", retry=policy) as acton:
            call = asyncio.ensure_future(_call(acton, effect, "l-0001"))
            await asyncio.sleep(30)
            await server.start()
            server.faults.add(Reply(200, {"status": "success", "id": "l-0001:1", "account_id": 1}), times=9)
            end = await call
            assert not isinstance(end, NotSent)
            assert len(server.calls) == 1
        await server.stop()


@virtual_time
async def test_attempts_are_spread() -> None:
    """The waits between attempts grow, differ between callers, and stay below the policy's cap."""
    async with stage(calls_per_second=None) as (server, acton):
        server.faults.add(Reply.unavailable(), times=50)
        await outcome(acton.account.get())
        times = [call.time for call in server.calls]
        waits = [later - earlier for earlier, later in pairwise(times)]
        assert len(waits) == 3
        for wait, most in zip(waits, (0.5, 1.0, 2.0), strict=True):
            assert 0.0 <= wait <= most + 0.05
        assert any(most - wait > 0.01 for wait, most in zip(waits, (0.5, 1.0, 2.0), strict=True))


@pytest.mark.slow
@virtual_time
async def test_the_retry_budget_stops_a_storm() -> None:
    """A hundred calls into a broken server make not four hundred requests but a hundred and a few retries."""
    async with stage() as (server, acton):
        server.faults.add(Reply.unavailable(), times=1000)
        ends = await asyncio.gather(*(outcome(acton.account.get()) for _ in range(100)))
        assert {type(end) for end in ends} == {ServerError}
        assert len(server.calls) <= 120
        server.faults.clear()
        await acton.account.get()


@virtual_time
async def test_a_hang_ends_by_the_read_timeout() -> None:
    """A server that never answers costs the read timeout, not the wait for a place, and is told as ReplyLost."""
    async with emulator() as server:
        options = {"timeout": Timeout(read=5.0), "retry": RetryPolicy(attempts=1)}
        async with session(server, token=issued(server), **options) as acton:
            server.faults.add(Hang(), on="account.senders")
            began = wall()
            assert isinstance(await outcome(acton.account.senders()), ReplyLost)
            assert 5.0 <= wall() - began < 6.5
