"""Never more calls in a second than the server takes, however long the road and whenever the calls come."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from email.utils import formatdate
from unittest import mock

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncsdk import TABLE, Lane, Limiter, Limits, QuotaExhausted, Request, Session
from asyncsdk.emulator import Emulator, Reply, Slow
from asyncsdk.transport.call_options import CallOptions
from tests.support.closed_port import closed_port
from tests.support.raw_server import RawServer, answer
from tests.support.relay import Relay
from tests.support.stage import READ_PATH, emulator, issued, outcome, session, stage, until
from tests.support.virtual_time import virtual_time, wall

ARRIVALS = st.lists(st.floats(0.0, 1.5, allow_nan=False), min_size=6, max_size=30)


async def _call_after(acton: Session, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await acton.account.get()


def _paths(server: Emulator) -> list[str]:
    return [call.path for call in server.calls]


@pytest.mark.slow
@settings(max_examples=15)
@given(gaps=ARRIVALS, seed=st.integers(0, 2**32))
@virtual_time
async def test_no_second_holds_more_than_five_calls(gaps: list[float], seed: int) -> None:
    """Calls at any times, each 20 to 200 ms on its way and back, never arrive six in a second; none is refused."""
    delays = random.Random(seed)
    async with emulator() as server, Relay(lambda _: delays.uniform(0.02, 0.2)).to(server.url) as url:
        async with session(server, token=issued(server), base_url=url) as acton:
            due, calls = 0.0, []
            for gap in gaps:
                due += gap if gap > 0.5 else 0.0
                calls.append(asyncio.ensure_future(_call_after(acton, due)))
            await asyncio.gather(*calls)
        assert len(server.calls) == len(gaps)
        assert server.most_in_any_second() <= 5
        assert {call.status for call in server.calls} == {200}


@pytest.mark.slow
@virtual_time
async def test_a_long_run_over_a_long_road_stays_within_the_limit() -> None:
    """Of 300 calls with delays of 20 to 200 ms hardly one is refused, and the pace is near the limit."""
    delays = random.Random(7)
    async with emulator() as server, Relay(lambda _: delays.uniform(0.02, 0.2)).to(server.url) as url:
        async with session(server, token=issued(server), base_url=url) as acton:
            began = wall()
            await asyncio.gather(*(acton.account.get() for _ in range(300)))
            took = wall() - began
        assert server.most_in_any_second() <= 5
        assert 300 / took > 3.9


@virtual_time
async def test_a_call_over_a_session_of_the_programs_counts_from_its_answer() -> None:
    """When it was sent is not known there, so a call that is long on its way keeps its place until its answer."""
    delays = iter([2.0] * 5)
    async with emulator() as server, Relay(lambda _: next(delays, 0.0)).to(server.url) as url:
        async with (
            aiohttp.ClientSession() as http,
            session(server, token=issued(server), base_url=url, http=http) as acton,
        ):
            await asyncio.gather(*(acton.account.get() for _ in range(10)))
        assert server.most_in_any_second() <= 5
        assert {call.status for call in server.calls} == {200}


@pytest.mark.parametrize("opening", [0.1, 0.3, 0.5])
@virtual_time
async def test_a_call_over_a_new_connection_counts_from_its_answer(opening: float) -> None:
    """Where a server takes a while to take a connection, the calls that opened one are not taken for arrived."""
    delays = random.Random(11)
    async with emulator() as server:
        relay = Relay(lambda _: delays.uniform(0.0, 0.1), opening)
        async with relay.to(server.url) as url, session(server, token=issued(server), base_url=url) as acton:
            await asyncio.gather(*(acton.account.get() for _ in range(25)))
        assert server.most_in_any_second() <= 5
        assert {call.status for call in server.calls} == {200}


@virtual_time
async def test_slow_answers_do_not_slow_the_pace_down() -> None:
    """A server that takes ten seconds to answer still gets its calls at the full pace."""
    async with stage() as (server, acton):
        server.faults.add(Slow(10.0), times=40)
        began = wall()
        await asyncio.gather(*(acton.account.get() for _ in range(40)))
        assert server.most_in_any_second() <= 5
        assert wall() - began < 22


@virtual_time
async def test_first_come_first_served() -> None:
    """Forty calls reach the server in the order in which they were made, within one second's five."""
    async with stage() as (server, acton):
        paths = [f"/api/9/{number:02}" for number in range(40)]
        await asyncio.gather(*(outcome(acton.send(Request("GET", path))) for path in paths))
        assert max(abs(_paths(server).index(path) - place) for place, path in enumerate(paths)) < 5


@virtual_time
async def test_cancelled_waiters_lose_no_place() -> None:
    """Of 45 waiters 20 are cancelled: the other 25 go out in order, as fast as if they had been alone."""
    async with stage() as (server, acton):
        paths = [f"/api/9/{number:02}" for number in range(45)]
        calls = [asyncio.ensure_future(outcome(acton.send(Request("GET", path)))) for path in paths]
        await asyncio.sleep(0.5)
        cancelled = set(range(6, 45, 2))
        for number in cancelled:
            calls[number].cancel()
        await asyncio.wait(calls)
        left = [path for number, path in enumerate(paths) if number not in cancelled]
        assert len(cancelled) == 20
        assert sorted(_paths(server)) == left
        assert max(abs(_paths(server).index(path) - place) for place, path in enumerate(left)) < 5
        assert wall() - server.calls[0].time < 4.8
        assert acton.usage().calls_made == 25


@virtual_time
async def test_a_call_that_would_wait_too_long_is_refused() -> None:
    """With ``max_wait`` a call in a long line is refused at once or in time, and nothing is sent for it."""
    async with emulator() as server, session(server, token=issued(server), limits=Limits(max_wait=3.0)) as acton:
        began = wall()
        ends = await asyncio.gather(*(outcome(acton.account.get()) for _ in range(100)))
        refused = [end for end in ends if isinstance(end, QuotaExhausted)]
        assert wall() - began <= 4.5
        assert 10 <= 100 - len(refused) <= 25
        assert len(server.calls) == 100 - len(refused)
        assert {end.budget for end in refused} == {"second"}
        await asyncio.sleep(2)
        await acton.account.get()


@virtual_time
async def test_a_refusal_moves_everybody() -> None:
    """When one call is told 429, no other call goes out either until the time is over."""
    async with stage() as (server, acton):
        server.faults.add(Reply.throttled(retry_after=30))
        first = asyncio.ensure_future(acton.account.get())
        await until(lambda: len(server.calls))
        await asyncio.sleep(0.1)
        await asyncio.gather(first, *(acton.account.get() for _ in range(3)))
        times = [call.time - server.calls[0].time for call in server.calls]
        assert len(times) == 5
        assert 30.0 <= times[1] < 30.5


@virtual_time
async def test_a_refusal_without_a_time_clears_the_second() -> None:
    """A 429 without ``Retry-After`` holds everybody back for the second that was full."""
    async with stage() as (server, acton):
        server.faults.add(Reply.throttled())
        await acton.account.get()
        assert 1.0 <= server.calls[1].time - server.calls[0].time < 1.5


@virtual_time
async def test_retry_after_overrides_the_cap() -> None:
    """A server that asks for 90 seconds gets them, although no wait of our own would be so long."""
    for fault in (Reply.throttled(retry_after=90), Reply.unavailable(retry_after=90)):
        async with stage() as (server, acton):
            server.faults.add(fault)
            await acton.account.get()
            assert 90.0 <= server.calls[1].time - server.calls[0].time < 90.5


@virtual_time
async def test_a_date_in_retry_after_is_understood() -> None:
    """The header's other form, a date, counts from now."""
    async with stage() as (server, acton):
        server.faults.add(Reply.unavailable(retry_after=formatdate(wall() + 60, usegmt=True)))
        await acton.account.get()
        assert 58.0 <= server.calls[1].time - server.calls[0].time < 61.0


@pytest.mark.parametrize("hours", [-5, 5])
@virtual_time
async def test_a_date_in_retry_after_is_by_the_servers_clock(hours: int) -> None:
    """A server whose clock is hours off is waited for as long as it means."""
    theirs = wall() + hours * 3600
    later = {"Date": formatdate(theirs, usegmt=True), "Retry-After": formatdate(theirs + 60, usegmt=True)}
    for status in (429, 503):
        acts = [answer(status, b"", **later), answer(200, {})]
        async with RawServer(acts) as server, Session(token="t", base_url=server.url) as acton:
            began = wall()
            await acton.send(Request("GET", "/x"))
            assert 59.0 <= wall() - began < 63.0


@pytest.mark.parametrize("fault", [Reply.unavailable, Reply.throttled], ids=["503", "429"])
@virtual_time
async def test_a_pause_of_days_is_told_at_once(fault: Callable[[int], Reply]) -> None:
    """A pause beyond the setting is not slept through: the call that is told says when it ends."""
    async with stage() as (server, acton):
        server.faults.add(fault(3 * 86_400))
        began = wall()
        with pytest.raises(QuotaExhausted, match="until 2025-10-12") as caught:
            await acton.account.get()
        assert caught.value.budget == "pause"
        assert caught.value.resets_in == 3 * 86_400
        assert wall() - began < 2
    async with (
        emulator() as server,
        session(server, token=issued(server), limits=Limits(longest_pause=10)) as acton,
    ):
        server.faults.add(fault(10))
        await acton.account.get()
        server.faults.add(fault(11))
        assert isinstance(await outcome(acton.account.get()), QuotaExhausted)


@pytest.mark.parametrize("told", ["soon", "inf", "nan", "-3", "1e400", "", "Thu, 99 Foo 2026"])
@pytest.mark.parametrize("fault", [Reply.unavailable, Reply.throttled], ids=["503", "429"])
@virtual_time
async def test_nonsense_in_retry_after_is_ignored(fault: Callable[[str], Reply], told: str) -> None:
    """A header that names no time means the policy's own wait, never an error and never for ever."""
    async with stage() as (server, acton):
        server.faults.add(fault(told))
        async with asyncio.timeout(5):
            await acton.account.get()
        assert len(server.calls) == 2


@pytest.mark.slow
@virtual_time
async def test_a_thousand_bulk_calls_do_not_hold_up_a_person() -> None:
    """An interactive call passes 1,000 waiting bulk calls, and bulk goes on all the same."""
    async with stage(calls_per_day=None) as (server, acton):
        route = TABLE["account.senders"]
        bulk = [asyncio.ensure_future(acton.call(route, {}, CallOptions(Lane.BULK))) for _ in range(1000)]
        await asyncio.sleep(3.5)
        began = wall()
        for _ in range(3):
            await acton.account.get()
        assert wall() - began < 4.0
        assert len(server.calls.of("account.senders")) < 40
        await asyncio.sleep(10)
        assert len(server.calls.of("account.senders")) > 50
        for call in bulk:
            call.cancel()
        await asyncio.gather(*bulk, return_exceptions=True)
        assert server.most_in_any_second() <= 5


@pytest.mark.slow
@virtual_time
async def test_bulk_is_not_starved_by_people() -> None:
    """While interactive calls wait all the time, bulk calls and polls still get their reserve."""
    async with stage() as (server, acton):
        people = [asyncio.ensure_future(acton.account.get()) for _ in range(200)]
        bulk = [
            asyncio.ensure_future(acton.call(TABLE["account.senders"], {}, CallOptions(Lane.BULK)))
            for _ in range(5)
        ]
        await asyncio.gather(*bulk)
        assert not all(call.done() for call in people)
        assert wall() - server.calls[0].time < 12
        for call in people:
            call.cancel()
        await asyncio.gather(*people, return_exceptions=True)


@virtual_time
async def test_two_sessions_share_one_limiter() -> None:
    """Two sessions with one Limiter keep to one limit together, and count one day."""
    limiter = Limiter()
    async with emulator() as server:
        one = session(server, token=issued(server), limiter=limiter)
        other = session(server, token=issued(server), limiter=limiter)
        async with one, other:
            await asyncio.gather(*(acton.account.get() for acton in (one, other) * 10))
            assert one.usage() == other.usage()
            assert one.usage().calls_made == 20
        assert server.most_in_any_second() <= 5


@pytest.mark.slow
@virtual_time
async def test_ten_thousand_waiters_cost_nothing_while_they_wait() -> None:
    """10,000 callers in line share one timer: a timer is set a few times for each call served, never for each."""
    limiter = Limiter()
    loop = asyncio.get_running_loop()
    served: list[int] = []

    with mock.patch.object(loop, "call_at", wraps=loop.call_at) as timers:
        waiters = [asyncio.ensure_future(_hold(limiter, served, number)) for number in range(10_000)]
        await asyncio.sleep(20)
        set_for_the_line = timers.call_count
    assert 60 < len(served) <= 105
    assert served == sorted(served)
    assert set_for_the_line < 4 * len(served) + 20
    for waiter in waiters:
        waiter.cancel()
    await asyncio.gather(*waiters, return_exceptions=True)
    await asyncio.sleep(2)
    await _hold(limiter, served, -1)
    assert served[-1] == -1


async def _hold(limiter: Limiter, served: list[int], number: int) -> None:
    place = await limiter.acquire()
    served.append(number)
    place.lost()


@virtual_time
async def test_a_call_that_never_left_gives_its_place_back() -> None:
    """Calls that cannot connect are not counted, neither in the second nor in the day."""
    async with stage() as (server, acton):
        async with session(server, token="t", base_url=f"http://127.0.0.1:{closed_port()}") as lost:
            await outcome(lost.send(Request("GET", READ_PATH)))
            assert lost.usage().calls_made == 0
        await acton.account.get()
        assert acton.usage().calls_made == 1


@virtual_time
async def test_cancelled_waiters_are_not_ahead_of_anybody() -> None:
    """A call is not refused for a line whose callers have all gone."""
    async with (
        emulator() as server,
        session(server, token=issued(server), limits=Limits(max_wait=6.0)) as acton,
    ):
        crowd = [asyncio.create_task(acton.account.get()) for _ in range(60)]
        await asyncio.sleep(0.05)
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        assert (await acton.account.get()).account_id
