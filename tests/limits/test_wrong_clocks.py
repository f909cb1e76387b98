"""A clock that was wrong for a while: what was counted by it locks nobody out once it is right again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import (
    FileStore,
    Limiter,
    Limits,
    MemoryStore,
    PasswordGrant,
    QuotaExhausted,
    Session,
    Tally,
    Token,
    TokenStore,
    clock,
)
from asyncsdk.emulator import Reply
from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.tally import DAY, HOUR
from tests.support.raw_server import RawServer, Seen, answer
from tests.support.stage import count_logins, emulator, issued, outcome, password_grant, session
from tests.support.virtual_time import virtual_time, wall

NOON = 1_760_011_200.0
YEAR = 365 * DAY


@contextmanager
def _ahead(seconds: float) -> Iterator[None]:
    right = clock.wall

    def wrong() -> float:
        return right() + seconds

    with mock.patch.object(clock, "wall", wrong):
        yield


@pytest.mark.slow
@pytest.mark.parametrize("ahead", [5 * HOUR, YEAR])
@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
@virtual_time
async def test_logins_of_the_future_lock_nobody_out(ahead: float, in_file: bool, tmp_path: Path) -> None:
    """Five logins made while the clock was ahead keep nobody from logging in two hours after it was put right."""
    memory = MemoryStore()
    async with emulator(logins_per_hour=None, calls_per_second=None) as server:
        logins = count_logins(server)

        async def log_in() -> None:
            store: TokenStore = FileStore(tmp_path / "token") if in_file else memory
            async with session(server, store=store) as acton:
                server.revoke_access_tokens()
                server.revoke_refresh_tokens()
                await acton.account.get()

        with _ahead(ahead):
            for _ in range(5):
                await log_in()
        await asyncio.sleep(2 * HOUR)
        await log_in()
        assert len(logins) == 6


@virtual_time
async def test_a_limiter_lives_through_a_clock_that_is_put_right() -> None:
    """Logins and calls that one limiter counted under a clock that was ahead spend nothing once it is right."""
    limiter = Limiter(Limits(calls_per_second=100, calls_per_day=10))
    with _ahead(YEAR):
        for _ in range(5):
            (await limiter.acquire(login=True)).answered()
        assert isinstance(await outcome(limiter.acquire(login=True)), QuotaExhausted)
    place = await limiter.acquire(login=True)
    assert (limiter.usage().logins_left, limiter.usage().calls_left) == (4, 9)
    place.unused()
    assert (limiter.usage().logins_left, limiter.usage().calls_left) == (5, 10)


@virtual_time
async def test_a_call_that_is_given_back_after_the_clock_was_put_right_counts_for_nothing() -> None:
    """A place taken under the wrong clock and given back under the right one makes the day no longer."""
    limiter = Limiter(Limits(calls_per_day=10))
    with _ahead(YEAR):
        place = await limiter.acquire()
    assert limiter.usage().calls_left == 10
    place.unused()
    assert (limiter.usage().calls_made, limiter.usage().calls_left) == (0, 10)


@virtual_time
async def test_calls_of_the_future_do_not_spend_the_day() -> None:
    """A session that lives through a clock that was a year ahead has its whole day once the clock is right."""
    limits = Limits(calls_per_day=10)
    async with emulator() as server, session(server, token=issued(server), limits=limits) as acton:
        with _ahead(YEAR):
            for _ in range(10):
                await acton.account.get()
            assert isinstance(await outcome(acton.account.get()), QuotaExhausted)
        assert acton.usage().calls_left == 10
        assert acton.usage().calls_reset_in == 0
        await acton.account.get()


@virtual_time
async def test_what_a_file_holds_of_the_future_is_dropped(tmp_path: Path) -> None:
    """Entries a year ahead, of every kind, block nothing, and are gone from the file after the next call."""
    later = wall() + YEAR
    path = tmp_path / "token.usage"
    kept = {"calls": {str(int(later // 60)): 30_000}, "logins": [later] * 5, "succeeded": later + 1}
    path.write_text(json.dumps({**kept, "arrivals": [later] * 5, "pause": [later, later + DAY]}))
    async with emulator() as server:
        async with session(server, store=FileStore(tmp_path / "token")) as acton:
            began = wall()
            await acton.account.get()
            assert wall() - began < 1
            assert (acton.usage().calls_made, acton.usage().logins_left) == (2, 4)
        left = json.loads(path.read_text())
        assert max(float(each) * 60 for each in left["calls"]) < later - DAY
        assert max([*left["logins"], left["succeeded"], *left["arrivals"]]) < later - DAY
        assert left["pause"] is None


@virtual_time
async def test_trouble_under_a_wrong_clock_is_forgotten_with_it(tmp_path: Path) -> None:
    """Logins that failed while the clock was ahead hold up none after it was put right."""
    async with emulator() as server:
        server.faults.add(Reply.unavailable(), on="token")
        with _ahead(YEAR):
            async with session(server, store=FileStore(tmp_path / "token")) as acton:
                await outcome(acton.account.get())
        async with session(server, store=FileStore(tmp_path / "token"), limits=Limits(max_wait=1.0)) as acton:
            assert (await acton.account.get()).account_id == 12345


@pytest.mark.slow
@given(
    times=st.lists(st.tuples(st.floats(-2 * DAY, 2 * YEAR), st.integers(1, 9)), max_size=20),
    logins=st.lists(st.floats(-2 * HOUR, 2 * YEAR), max_size=8),
)
def test_no_entry_counts_for_longer_than_its_day_or_hour(
    times: list[tuple[float, int]], logins: list[float]
) -> None:
    """Whatever a store says, a day and two minutes later all calls are free again, and an hour later all logins."""
    ledger = QuotaUsage(100, 5)
    ledger.merge_shared(
        Tally({int((NOON + each) // 60): number for each, number in times}, [NOON + each for each in logins])
    )
    assert ledger.logins_reset_in(NOON) <= HOUR
    assert ledger.calls_reset_in(NOON) <= DAY + 120
    assert ledger.logins_left(NOON + HOUR + 61) == 5 or any(each > 1 for each in logins)
    ledger.calls_left(NOON)  # looks at the clock before the day is over
    assert ledger.calls_left(NOON + DAY + 121) == 100


@pytest.mark.slow
@pytest.mark.parametrize("expires_in", [1e308, -1e308, 10.0**15, "1e999", "NaN", -5, 10**400, "soon", [], True])
@virtual_time
async def test_an_absurd_expiry_of_the_servers_is_not_believed(expires_in: object) -> None:
    """A token with an expiry that cannot be is used until it is refused, then renewed; no timer overflows."""
    tokens = iter("abcdefgh")

    async def serve(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if seen.target == "/token":
            body: object = {"access_token": next(tokens), "refresh_token": "r", "expires_in": expires_in}
            await answer(200, body)(seen, writer)
        elif seen.headers["authorization"] == "Bearer a" and len(served) > 3:
            await answer(401, {"httpCode": "401", "httpMessage": "Unauthorized"})(seen, writer)
        else:
            await answer(200, {"account_id": "1"})(seen, writer)
        served.append(seen.target)

    served: list[str] = []
    grant = PasswordGrant("i", "s", "u", "p")
    async with RawServer([serve]) as server, Session(grant=grant, base_url=server.url) as acton:
        for _ in range(3):
            await acton.account.get()
        assert served.count("/token") == 1
        await asyncio.sleep(5 * HOUR)
        await acton.account.get()
        assert served.count("/token") == 2


@pytest.mark.slow
@pytest.mark.parametrize("ahead", [YEAR * 3, 1e308, float("inf"), float("nan"), -1e308, 1e12])
@virtual_time
async def test_an_absurd_expiry_of_a_stores_is_not_believed(ahead: float, tmp_path: Path) -> None:
    """A kept token that is dead, with an expiry years ahead or no number at all, is renewed when it is refused."""
    async with emulator() as server:
        dead = issued(server)
        server.revoke_access_tokens()
        memory, file = MemoryStore(), FileStore(tmp_path / "token")
        for store in (memory, file):
            owner = password_grant(server).owner()
            await store.save(Token(dead.access_token, dead.refresh_token, wall() + ahead), owner)
        async with session(server, store=file) as acton:
            assert (await acton.account.get()).account_id == 12345
            await asyncio.sleep(HOUR + 1)
            assert (await acton.account.get()).account_id == 12345
        await memory.save(Token("dead", None, wall() + ahead), password_grant(server).owner())
        async with session(server, store=memory) as acton:
            assert (await acton.account.get()).account_id == 12345
