"""Pauses that the server asks for: short ones are waited for, long ones refuse callers and say when they end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import FileStore, InvalidArgument, Limiter, Limits, QuotaExhausted
from asyncsdk.emulator import Reply
from tests.support.stage import emulator, issued, outcome, password_grant, session, stage, until
from tests.support.virtual_time import virtual_time, wall


@virtual_time
async def test_a_pause_of_days_refuses_everybody_and_says_when() -> None:
    """After a 429 with two days of ``Retry-After`` the call itself, those in line and later ones are refused."""
    async with emulator() as server, session(server, token=issued(server), grant=password_grant(server)) as acton:
        server.faults.add(Reply.throttled(retry_after=172_800))
        began = wall()
        ends = await asyncio.gather(*(outcome(acton.account.get()) for _ in range(30)))
        ends.append(await outcome(acton.account.get()))
        refused = [end for end in ends if isinstance(end, QuotaExhausted)]
        assert len(refused) >= 26
        assert wall() - began < 2
        assert {end.budget for end in refused} == {"pause"}
        assert all(end.resets_in == pytest.approx(172_800, abs=3) for end in refused)
        sent = len(server.calls)
        await outcome(acton.account.get())
        assert len(server.calls) == sent
        await asyncio.sleep(172_800)
        assert (await acton.account.get()).account_id == 12345


@virtual_time
async def test_the_last_part_of_a_long_pause_is_waited_for() -> None:
    """Once no more is left of a long pause than ``longest_pause``, callers wait for its end."""
    async with stage() as (server, acton):
        server.faults.add(Reply.throttled(retry_after=600))
        assert isinstance(await outcome(acton.account.get()), QuotaExhausted)
        await asyncio.sleep(500)
        began = wall()
        await acton.account.get()
        assert 90 < wall() - began < 101


@virtual_time
async def test_how_long_a_pause_may_be_is_a_setting() -> None:
    """With ``longest_pause=5`` a pause of 6 s refuses; with 1,000 one of 900 s is waited for."""
    async with emulator() as server:
        for longest, pause, waits in ((5.0, 6, False), (1000.0, 900, True)):
            limits = Limits(longest_pause=longest)
            async with session(server, token=issued(server), limits=limits) as acton:
                server.faults.add(Reply.throttled(retry_after=pause))
                end = await outcome(acton.account.get())
                assert isinstance(end, QuotaExhausted) is not waits
    with pytest.raises(InvalidArgument, match=r"Limits\.longest_pause"):
        Limits(longest_pause=-1.0)


@virtual_time
async def test_a_waiter_that_is_cancelled_as_the_pause_begins_is_gone() -> None:
    """Callers in line are sent away by a long pause; one that is cancelled in that moment leaves nothing behind."""
    limiter = Limiter()
    places = [await limiter.acquire() for _ in range(5)]
    waiting = [asyncio.ensure_future(outcome(limiter.acquire())) for _ in range(3)]
    await asyncio.sleep(0.1)
    limiter.throttled(10_000.0)
    waiting[0].cancel()
    await asyncio.wait(waiting)
    assert waiting[0].cancelled()
    assert [type(each.result()) for each in waiting[1:]] == [QuotaExhausted] * 2
    assert limiter._queue.length == 0
    for place in places:
        place.answered()
    assert limiter.usage().calls_made == 5


@virtual_time
async def test_the_next_program_knows_of_the_pause(tmp_path: Path) -> None:
    """A pause is kept beside the token: a program that starts meanwhile makes no call."""
    async with emulator() as server:
        async with session(server, store=FileStore(tmp_path / "token")) as acton:
            await acton.account.get()
            server.faults.add(Reply.throttled(retry_after=7_200))
            await outcome(acton.account.get())
        sent = len(server.calls)
        async with session(server, store=FileStore(tmp_path / "token")) as acton:
            end = await outcome(acton.account.get())
            assert isinstance(end, QuotaExhausted)
            assert end.resets_in == pytest.approx(7_200, abs=5)
        assert len(server.calls) == sent
        await asyncio.sleep(7_200)
        async with session(server, store=FileStore(tmp_path / "token")) as acton:
            await acton.account.get()


def test_a_pause_outlives_an_event_loop() -> None:
    """A limiter that goes on in another event loop keeps to the pause of the last one."""
    limiter = Limiter()

    async def told() -> None:
        (await limiter.acquire()).answered()
        limiter.throttled(10_000.0)

    async def refused() -> object:
        return await outcome(limiter.acquire())

    asyncio.run(told())
    assert isinstance(asyncio.run(refused()), QuotaExhausted)


@virtual_time
async def test_a_pause_at_the_login_counts_as_well() -> None:
    """A 429 of ``/token`` with an hour of ``Retry-After`` refuses the calls after it at once."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(Reply.throttled(retry_after=3_600), on="token")
        await outcome(acton.account.get())
        await until(lambda: server.calls)
        began = wall()
        ends = await asyncio.gather(*(outcome(acton.account.get()) for _ in range(3)))
        assert wall() - began < 20
        assert {type(end) for end in ends} == {QuotaExhausted}
        assert len(server.calls) == 1
