"""A token endpoint in trouble: logins are spaced, callers wait and share the outcome, and it passes by itself."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest

from asyncsdk import (
    ActOnError,
    FileStore,
    Limits,
    MemoryStore,
    QuotaExhausted,
    RateLimited,
    Session,
    SessionClosed,
    Tally,
    TokenStore,
    TokenUnavailable,
    clock,
)
from asyncsdk.emulator import Emulator, Hang, Reply
from tests.support.closed_port import closed_port
from tests.support.stage import emulator, outcome, session
from tests.support.token_faults import TOKEN_FAULTS
from tests.support.virtual_time import virtual_time, wall


def _tried(server: Emulator) -> list[float]:
    """When ``/token`` was asked, in seconds since the first time."""
    times = [call.time for call in server.calls.of("token")]
    return [time - times[0] for time in times]


async def _handler(acton: Session, seconds: float) -> list[object]:
    """What a handler sees that makes a call every half second."""
    ends: list[object] = []
    began = wall()
    while wall() - began < seconds:
        ends.append(await outcome(acton.account.get()))
        await asyncio.sleep(0.5)
    return ends


@pytest.mark.parametrize("kind", TOKEN_FAULTS)
@virtual_time
async def test_six_seconds_of_trouble_are_over_within_fifteen(kind: str) -> None:
    """Whatever ``/token`` answers for 6 s, two logins are spent, and calls succeed again within 15 s."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(TOKEN_FAULTS[kind], on="token", times=1000)
        asyncio.get_running_loop().call_later(6.0, server.faults.clear)
        began = wall()
        ends = await _handler(acton, 15)
        assert wall() - began >= 15
        assert not isinstance(ends[-1], Exception)
        assert len(_tried(server)) == 2
        assert acton.usage().logins_left == 3


@pytest.mark.slow
@virtual_time
async def test_a_long_trouble_takes_two_logins_in_its_first_minute() -> None:
    """Two logins in the first minute, four in the first half hour, and each call in between is told why."""
    async with emulator(logins_per_hour=None) as server, session(server, limits=Limits(max_wait=2.0)) as acton:
        server.faults.add(Reply.unavailable(), on="token", times=1000)
        ends = await _handler(acton, 1_600)
        tried = _tried(server)
        assert len([each for each in tried if each <= 60]) == 2
        assert len(tried) == 4
        assert len([end for end in ends if isinstance(end, TokenUnavailable)]) > 1_000
        assert not any(isinstance(end, QuotaExhausted) for end in ends)
        assert acton.usage().logins_left == 1


@pytest.mark.slow
@virtual_time
async def test_callers_wait_for_the_next_login_and_share_it() -> None:
    """Fifty calls that come after a failed login wait for the next one, which serves them all."""
    async with emulator(calls_per_second=None) as server, session(server, limits=Limits(1000)) as acton:
        server.faults.add(Reply.unavailable(), on="token")
        assert isinstance(await outcome(acton.account.get()), ActOnError)
        began = wall()
        calls = await asyncio.gather(*(acton.account.get() for _ in range(50)))
        assert {call.account_id for call in calls} == {12345}
        assert 9 < wall() - began < 13
        assert len(_tried(server)) == 2


@virtual_time
async def test_a_caller_without_patience_is_told_at_once_when_to_come_again() -> None:
    """With ``max_wait`` a call that would wait longer for the next login is refused at once, and says how long."""
    async with emulator() as server, session(server, limits=Limits(max_wait=2.0)) as acton:
        server.faults.add(Reply.unavailable(), on="token", times=1)
        await outcome(acton.account.get())
        began = wall()
        end = await outcome(acton.account.get())
        assert isinstance(end, TokenUnavailable)
        assert wall() == pytest.approx(began, abs=0.1)
        assert re.fullmatch(
            r"The last login brought no token\. So that the hour's logins last, the next one is tried in"
            r" (9|1\d) s\. Nothing was sent\.",
            str(end),
        )
        assert "503" in str(end.__cause__)
        await asyncio.sleep(11)
        assert (await acton.account.get()).account_id == 12345


@virtual_time
async def test_one_of_two_waiters_may_be_cancelled() -> None:
    """A caller that gives up while it waits for the next login takes nobody with it."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(Reply.unavailable(), on="token")
        await outcome(acton.account.get())
        first = asyncio.ensure_future(acton.account.get())
        second = asyncio.ensure_future(acton.account.get())
        await asyncio.sleep(1)
        first.cancel()
        assert (await second).account_id == 12345
        assert first.cancelled()
        assert len(_tried(server)) == 2


@virtual_time
async def test_a_session_that_is_closed_meanwhile_ends_at_once() -> None:
    """Closing ends a call that waits for the next login with SessionClosed, and makes no login."""
    async with emulator() as server:
        acton = session(server)
        await acton.open()
        server.faults.add(Reply.unavailable(), on="token")
        await outcome(acton.account.get())
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await asyncio.sleep(1)
        began = wall()
        await acton.close()
        assert isinstance(await call, SessionClosed)
        assert wall() - began < 0.5
        await asyncio.sleep(60)
        assert len(_tried(server)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", TOKEN_FAULTS)
@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
@virtual_time
async def test_programs_that_start_each_second_do_not_burn_logins(kind: str, in_file: bool, tmp_path: Path) -> None:
    """A crash loop or a cron job knows of the failed logins of the run before, and recovers with the server."""
    memory = MemoryStore()
    async with emulator(logins_per_hour=None, calls_per_second=None) as server:
        server.faults.add(TOKEN_FAULTS[kind], on="token", times=1000)
        for _ in range(40):
            store: TokenStore = FileStore(tmp_path / "token") if in_file else memory
            async with session(server, store=store, limits=Limits(max_wait=0.5)) as acton:
                assert isinstance(await outcome(acton.account.get()), ActOnError)
            await asyncio.sleep(1)
        assert len(_tried(server)) == 2
        server.faults.clear()
        store = FileStore(tmp_path / "token") if in_file else memory
        async with session(server, store=store) as acton:
            assert (await acton.account.get()).account_id == 12345
        assert len(_tried(server)) == 3


@pytest.mark.slow
@virtual_time
async def test_a_login_that_nobody_saw_the_end_of_counts_as_failed(tmp_path: Path) -> None:
    """Processes that are killed while ``/token`` hangs do not spend the hour's logins in seconds."""
    async with emulator(logins_per_hour=None, calls_per_second=None) as server:
        server.faults.add(Hang(), on="token", times=1000)
        for _ in range(20):
            acton = session(server, store=FileStore(tmp_path / "token"), limits=Limits(max_wait=0.5))
            await acton.open()
            call = asyncio.ensure_future(outcome(acton.account.get()))
            await asyncio.sleep(0.9)
            # As after a kill: nothing is closed in good order but the sockets.
            for task in (call, acton._transport.tokens._renewing):
                if task is not None:
                    task.cancel()
            await acton._connection.close()
        assert len(_tried(server)) == 2


@pytest.mark.slow
@virtual_time
async def test_a_login_that_worked_leaves_no_wait(tmp_path: Path) -> None:
    """Logins that bring tokens are never spaced, in this run or the next, also after trouble that has passed."""
    async with emulator(calls_per_second=None) as server:
        server.faults.add(Reply.unavailable(), on="token")
        for number in range(3):
            async with session(server, store=FileStore(tmp_path / "token")) as acton:
                await outcome(acton.account.get())
                began = wall()
                await acton.account.get()
                assert (wall() - began < 2) is (number > 0)
            server.revoke_access_tokens()
            server.revoke_refresh_tokens()


@virtual_time
async def test_logins_that_were_never_sent_are_not_spaced() -> None:
    """While nobody listens at the address no login is spent, and the first one that arrives is made at once."""
    port = closed_port()
    async with emulator() as settings, session(settings, base_url=f"http://127.0.0.1:{port}") as acton:
        for _ in range(5):
            assert isinstance(await outcome(acton.account.get()), ActOnError)
        async with Emulator(settings.settings, port=port, clock=settings.clock):
            began = wall()
            await acton.account.get()
            assert wall() - began < 1
            assert acton.usage().logins_left == 4


@pytest.mark.parametrize("status", [429, 200])
@virtual_time
async def test_throttling_at_the_login_holds_everybody_back(status: int) -> None:
    """A 429 of ``/token``, or a body that says so, is throttling like any other: all wait until it is over."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(Reply.throttled(retry_after=40, status=status), on="token")
        await outcome(acton.account.get())
        await acton.account.get()
        assert _tried(server) == [0.0, pytest.approx(40, abs=0.5)]


@virtual_time
async def test_what_throttling_at_the_login_says_are_two_sentences() -> None:
    """The server's words end in a full stop before ours begin, whether it wrote one or not."""
    for words in ("Rate Limit exceeded", "Rate Limit exceeded."):
        async with emulator() as server, session(server) as acton:
            body = {"httpCode": "429", "httpMessage": "Too Many Requests", "moreInformation": words}
            server.faults.add(Reply(429, body), on="token")
            end = await outcome(acton.account.get())
            error = end if isinstance(end, RateLimited) else getattr(end, "__cause__", None)
            assert isinstance(error, RateLimited)
            assert "Rate Limit exceeded. Processes that share a FileStore, or a Redis by asyncsdk.fleet," in str(
                error
            )


@virtual_time
async def test_a_store_that_does_not_tell_how_logins_ended_still_works() -> None:
    """A store of the user's that keeps calls and logins only costs nobody a wait."""

    class Plain(MemoryStore):
        async def count(self, tally: Tally) -> Tally:
            whole = await super().count(Tally(tally.calls, tally.logins, tally.withdrawn))
            return Tally(whole.calls, whole.logins)

    store = Plain()
    async with emulator() as server:
        for _ in range(3):
            async with session(server, store=store) as acton:
                began = wall()
                await acton.account.get()
                assert wall() - began < 1
            server.revoke_access_tokens()
            server.revoke_refresh_tokens()
            await asyncio.sleep(2)


async def test_workers_that_start_together_share_the_failed_login(tmp_path: Path) -> None:
    """Three sessions on one file, each with a store of its own, make one login between them while it fails."""
    # One login failed a while ago: after a second one the third is due in a minute, however slow this test runs.
    await FileStore(tmp_path / "token").count(Tally(logins=[clock.wall() - 20]))
    async with Emulator() as server:
        server.faults.add(Reply.unavailable(), on="token", times=9)
        began = time.monotonic()
        ends = await asyncio.gather(*(_one_call(server, tmp_path / "token") for _ in range(3)))
        assert all(isinstance(end, ActOnError) for end in ends)
        assert len(server.calls.of("token")) == 1
        assert time.monotonic() - began < 30  # and not a minute


async def _one_call(server: Emulator, path: Path) -> object:
    async with session(server, store=FileStore(path), limits=Limits(max_wait=0.2)) as acton:
        return await outcome(acton.account.get())


@virtual_time
async def test_a_refresh_that_works_ends_the_trouble() -> None:
    """When the token endpoint gives a token after all, the next login is not held up by the failed ones."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(Reply.unavailable(), on="token")
        await outcome(acton.account.get())
        await asyncio.sleep(12)
        await acton.account.get()
        server.revoke_access_tokens()
        await acton.account.get()
        server.revoke_access_tokens()
        server.revoke_refresh_tokens()
        began = wall()
        await acton.account.get()
        assert wall() - began < 2
