"""A coordinator of the limits that cannot be reached: calls are refused as the limiter says, and at once."""

from __future__ import annotations

import pytest

from asyncsdk import FleetUnavailable, Lane, Limiter, MemoryStore, Place, Tally
from asyncsdk.client.settings import SessionOptions
from tests.support.stage import emulator, issued, outcome, password_grant, session
from tests.support.virtual_time import virtual_time, wall


class _RefusingLimiter(Limiter):
    """A limiter that cannot ask who may call now."""

    reachable = False

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Refuse, unless it is reachable again."""
        if not self.reachable:
            raise FleetUnavailable("Redis does not answer. Nothing was sent.")
        return await super().acquire(lane, login=login)


@pytest.mark.parametrize("cold", [False, True], ids=["call", "login"])
@virtual_time
async def test_what_the_limiter_refuses_is_refused_at_once(cold: bool) -> None:
    """A call and a login get the limiter's own error without a wait, no login counts, and then calls go through."""
    limiter, store = _RefusingLimiter(), MemoryStore()
    async with emulator() as server:
        options: SessionOptions = {"store": store, "limiter": limiter, "grant": password_grant(server)}
        if not cold:
            options["token"] = issued(server)
        async with session(server, **options) as acton:
            began = wall()
            end = await outcome(acton.account.get())
            assert isinstance(end, FleetUnavailable)
            assert (wall(), len(server.calls)) == (began, 0)
            assert (await store.count(Tally())).logins == []
            limiter.reachable = True
            await acton.account.get()
            assert wall() == began
