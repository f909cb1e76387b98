"""Stores that have a rate limiter: the sessions on them share the limits."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest

from asyncsdk import FileStore, Lane, Limiter, Limits, MemoryStore, Place, Tally
from asyncsdk.emulator import Reply
from asyncsdk.limits.protocol import SessionLimiter
from tests.support.stage import emulator, issued, outcome, session
from tests.support.virtual_time import virtual_time


class _SharedLimiter(Limiter):
    """A limiter that knows what all processes count: a store is told of logins only, and tells it nothing."""

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self.waiting = 0
        self.closed = 0

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Count who waits."""
        self.waiting += 1
        try:
            return await super().acquire(lane, login=login)
        finally:
            self.waiting -= 1

    def drain(self) -> Tally:
        """Only logins are for the store."""
        tally = super().drain()
        return Tally(logins=tally.logins, withdrawn=tally.withdrawn)

    def adopt(self, kept: Tally) -> None:
        """All of it is known."""

    async def close(self) -> None:
        """Count the sessions that have closed it, with nobody waiting any more."""
        assert self.waiting == 0
        self.closed += 1


class _LimitingStore(MemoryStore):
    """A store with a limiter, which remembers for which limits it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = _SharedLimiter()
        self.asked: list[Limits] = []
        self.counts = 0

    async def count(self, tally: Tally) -> Tally:
        """Add to the usage counts."""
        self.counts += 1
        return await super().count(tally)

    def limiter(self, limits: Limits) -> SessionLimiter:
        """One for all."""
        self.asked.append(limits)
        return self.shared


@virtual_time
async def test_sessions_on_a_limiting_store_share_its_limiter() -> None:
    """Twenty calls of two sessions are never six in a second, and both tell the same usage."""
    store, limits = _LimitingStore(), Limits(calls_per_second=4)
    async with emulator() as server:
        one = session(server, store=store, token=issued(server), limits=limits)
        other = session(server, store=store, token=issued(server))
        async with one, other:
            await asyncio.gather(*(acton.account.get() for acton in (one, other) * 10))
            assert one.usage() == other.usage() == store.shared.usage()
            assert one.usage().calls_made == 20
        assert store.shared.closed == 2
        assert store.asked == [limits, Limits()]
        assert server.most_in_any_second() <= 5
        assert {call.status for call in server.calls} == {200}


@virtual_time
async def test_a_limiter_that_is_given_comes_before_the_stores() -> None:
    """Who gives a limiter gets the limits of that one; the store is not asked for its own."""
    store, given = _LimitingStore(), Limiter()
    async with emulator() as server, session(server, store=store, token=issued(server), limiter=given) as acton:
        await acton.account.get()
        assert (given.usage().calls_made, store.asked, store.shared.closed) == (1, [], 0)


@virtual_time
async def test_failed_logins_are_known_where_processes_share_the_limits() -> None:
    """A second session waits after a login of the first that brought no token, though the store counts no calls."""
    store = _LimitingStore()
    async with emulator() as server:
        server.faults.add(Reply.unavailable(), on="token")
        async with session(server, store=store) as one, session(server, store=store) as other:
            await outcome(one.account.get())
            began = asyncio.get_running_loop().time()
            await other.account.get()
            assert asyncio.get_running_loop().time() - began > 9
        kept = await store.count(Tally())
        assert (len(kept.logins), kept.calls) == (2, {})


@virtual_time
async def test_a_store_is_left_alone_where_the_limits_are_shared() -> None:
    """Calls cost no look into the store, which knows nothing of them: it is asked once, when the session opens."""
    store = _LimitingStore()
    async with emulator() as server:
        async with session(server, store=store, token=issued(server)) as acton:
            for _ in range(30):
                await acton.account.get()
            await asyncio.sleep(2)
        assert store.counts == 1


@pytest.mark.parametrize("cold", [False, True], ids=["calls", "token"])
@virtual_time
async def test_a_closed_session_has_nobody_waiting_in_the_shared_limits(cold: bool) -> None:
    """Calls and a login that wait for a place leave the limiter before closing is over: their turn is others'."""
    store = _LimitingStore()
    async with emulator() as server:
        acton = session(server, store=store) if cold else session(server, store=store, token=issued(server))
        await acton.open()
        store.shared.throttled(60.0)
        calls = [asyncio.ensure_future(outcome(acton.account.get())) for _ in range(30)]
        await asyncio.sleep(1)
        assert store.shared.waiting == (1 if cold else 30)
        await acton.close()
        assert (store.shared.waiting, store.shared.closed) == (0, 1)
        await asyncio.gather(*calls)
        assert len(server.calls) == 0


def _opened(path: Path) -> int:
    """How often this process has a file open."""
    wanted, found = path.stat(), 0
    for handle in range(512):
        with suppress(OSError):
            found += os.path.samestat(os.fstat(handle), wanted)
    return found


@virtual_time
async def test_a_closed_session_leaves_the_limits_that_a_file_shares(tmp_path: Path) -> None:
    """It counts among the processes no more, keeps no file open, and still tells the usage that it knew."""
    async with emulator() as server:
        stores = [FileStore(tmp_path / "token") for _ in range(2)]
        async with session(server, store=stores[0], token=issued(server)) as one:
            await one.account.get()
            open_files = _opened(tmp_path / "token.limits")
            async with session(server, store=stores[1], token=issued(server)) as other:
                await other.account.get()
                assert other.usage().processes == 2
            assert _opened(tmp_path / "token.limits") == open_files == 1
            assert other.usage().calls_made == 2
            await one.account.get()
            assert (one.usage().processes, one.usage().calls_made) == (1, 3)


@virtual_time
async def test_calls_that_a_closed_session_leaves_waiting_hold_up_nobody(tmp_path: Path) -> None:
    """Of two sessions on a file one is closed while its calls wait: the places are the other's at once."""
    async with emulator() as server:
        one, other = (session(server, store=FileStore(tmp_path / "token"), token=issued(server)) for _ in range(2))
        async with other:
            async with one:
                calls = [asyncio.ensure_future(outcome(one.account.get())) for _ in range(30)]
                await asyncio.sleep(0.5)
            began = asyncio.get_running_loop().time()
            await asyncio.gather(*(other.account.get() for _ in range(5)))
            assert asyncio.get_running_loop().time() - began < 1.2
            await asyncio.gather(*calls)
        assert len(server.calls) == 10
        assert server.most_in_any_second() <= 5


@virtual_time
async def test_cancelled_calls_hold_up_nobody_behind_a_file(tmp_path: Path) -> None:
    """Of two sessions on one file one gives up its thirty calls: the places are the other's, and nobody asks on."""
    async with emulator() as server:
        one, other = (session(server, store=FileStore(tmp_path / "token"), token=issued(server)) for _ in range(2))
        async with one, other:
            calls = [asyncio.ensure_future(one.account.get()) for _ in range(30)]
            await asyncio.sleep(0.5)
            for call in calls[5:]:
                call.cancel()
            began = asyncio.get_running_loop().time()
            await asyncio.gather(*(other.account.get() for _ in range(5)))
            assert asyncio.get_running_loop().time() - began < 1.2
            await asyncio.gather(*calls, return_exceptions=True)
            assert one.usage().calls_made == len(server.calls) == 10
