"""Two wait for the same thing, one is cancelled, and the other gets its result."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk import PollPolicy, Session
from asyncsdk.emulator import Slow, SlowJob
from tests.support.stage import call_on_the_wire, count_logins, emulator, outcome, session, stage, until
from tests.support.virtual_time import virtual_time, wall


@virtual_time
async def test_a_token_renewal_outlives_whoever_started_it() -> None:
    """The caller that started the login is cancelled; the other is answered, and there was one login."""
    async with emulator() as server, session(server) as acton:
        logins = count_logins(server)
        server.faults.add(Slow(2.0), on="token")
        starter, other = (asyncio.ensure_future(acton.account.get()) for _ in range(2))
        await asyncio.sleep(1)
        starter.cancel()
        assert (await other).account_id == 12345
        assert starter.cancelled()
        assert len(logins) == 1


@virtual_time
async def test_a_renewal_that_everybody_left_is_not_wasted() -> None:
    """All callers are cancelled during the login; the next call uses its token."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(Slow(2.0), on="token")
        calls = [asyncio.ensure_future(acton.account.get()) for _ in range(5)]
        await asyncio.sleep(1)
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        await acton.account.get()
        assert len(server.calls.of("token")) == 1


@pytest.mark.slow
@virtual_time
async def test_a_place_in_the_limits_goes_to_the_next() -> None:
    """The first in line is cancelled in the very step in which its turn comes; the second goes out in its place."""
    async with stage() as (server, acton):
        await asyncio.gather(*(acton.account.get() for _ in range(5)))
        first, second = (asyncio.ensure_future(acton.account.get()) for _ in range(2))
        loop = asyncio.get_running_loop()
        # The turn comes between one and one and a half seconds after the first five: catch each moment.
        for _ in range(2000):
            if first.done():
                break
            if len(server.calls) == 5 and loop.time() > 1.04:
                first.cancel()
            await asyncio.sleep(0.001)
        assert (await second).account_id == 12345
        assert len(server.calls) == 6
        assert acton.usage().calls_made == 6


@virtual_time
async def test_a_job_outlives_a_cancelled_waiter() -> None:
    """Of two tasks that await a job one is cancelled; the other gets the report, and the job goes on."""
    async with stage() as (server, acton):
        server.faults.add(SlowJob(pending=30.0))
        leads = server.add_list("Leads", ["Email"])
        job = await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"})

        async def follow() -> object:
            return await job

        async def watch() -> list[str]:
            return [status async for status in job.updates()]

        first, second, third = (asyncio.ensure_future(each) for each in (follow(), follow(), watch()))
        await asyncio.sleep(5)
        first.cancel()
        assert await second == job.result()
        assert (await third)[-1] == "done"
        assert first.cancelled()


@virtual_time
async def test_closing_outlives_a_cancelled_closer() -> None:
    """Of two that close a session one is cancelled; the other returns when everything is closed."""
    async with emulator() as server:
        acton = session(server)
        await acton.open()
        call = await call_on_the_wire(server, acton)
        first, second = (asyncio.ensure_future(acton.close()) for _ in range(2))
        await asyncio.sleep(0.5)
        first.cancel()
        began = wall()
        await second
        assert first.cancelled()
        assert wall() - began > 1.0
        assert (await call).account_id == 12345


@virtual_time
async def test_a_closer_that_was_alone_may_close_again() -> None:
    """A cancelled close goes on by itself, and a second one waits for its end."""
    async with stage() as (server, acton):
        server.faults.add(Slow(2.0))
        call = asyncio.ensure_future(acton.account.get())
        await until(lambda: len(server.calls))
        closing = asyncio.ensure_future(acton.close())
        await asyncio.sleep(0.5)
        closing.cancel()
        await asyncio.wait([closing])
        await acton.close()
        assert call.done()
        await call


@virtual_time
async def test_a_callers_own_timeout_is_a_timeout() -> None:
    """``asyncio.timeout`` around a call that waits or is on the wire ends in TimeoutError, in time."""
    async with stage() as (server, acton):
        server.faults.add(Slow(100.0), times=100)
        began = wall()
        ends = await asyncio.gather(*(outcome(_within(acton, 3.0)) for _ in range(40)))
        assert {type(end) for end in ends} == {TimeoutError}
        assert wall() - began <= 3.1
        assert 5 <= len(server.calls) < 40


async def _within(acton: Session, seconds: float) -> object:
    async with asyncio.timeout(seconds):
        return await acton.account.get()


@virtual_time
async def test_a_cancel_during_close_stays_a_cancel() -> None:
    """A caller that is cancelled while the session ends its call is cancelled, not told of the session."""
    async with stage() as (server, acton):
        server.faults.add(Slow(100.0))
        call = asyncio.ensure_future(acton.account.get())
        await until(lambda: len(server.calls))
        closing = asyncio.ensure_future(acton.close())
        await asyncio.sleep(1)
        call.cancel()
        await asyncio.wait([call])
        assert call.cancelled()
        began = wall()
        await closing
        assert wall() - began < 0.1


@virtual_time
async def test_a_cancel_in_the_moment_of_close_stays_a_cancel() -> None:
    """Where the session ends a call and its caller cancels it in the same step, the caller's word counts."""
    async with stage() as (server, acton):
        await asyncio.gather(*(acton.account.get() for _ in range(5)))
        call = asyncio.ensure_future(acton.account.get())
        await asyncio.sleep(0.1)
        (under_way,) = acton._transport.calls._calls
        under_way.end()
        call.cancel()
        await asyncio.wait([call])
        assert call.cancelled()
        await acton.close()
        assert len(server.calls) == 5


@virtual_time
async def test_a_cancelled_look_is_not_a_lost_job() -> None:
    """Cancelling every waiter of a job during a look leaves the job watched."""
    async with emulator() as server, session(server, polling=PollPolicy(min_gap=0.1, price=0.01)) as acton:
        leads = server.add_list("Leads", ["Email"])
        job = await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"})
        server.faults.add(Slow(5.0), on="lists.upload_status")

        async def follow() -> object:
            return await job

        waiter = asyncio.ensure_future(follow())
        await until(lambda: server.calls.of("lists.upload_status"))
        waiter.cancel()
        assert (await job).appended == 1
