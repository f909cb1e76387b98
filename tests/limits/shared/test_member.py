"""Account member: what the callers of one process get, over a coordinator in memory and in virtual time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import pytest

from asyncsdk.errors import QuotaExhausted
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import LOGIN
from tests.support.account_world import AccountWorld, Link, MemoryHome, SimulatedProcess
from tests.support.limit_laws import busiest
from tests.support.virtual_time import run_without_sockets

INTERACTIVE, BULK, POLL = 2, 3, 4


def in_a_world(test: Callable[[AccountWorld], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test in a world of its own."""

    async def whole() -> None:
        world = AccountWorld(MemoryHome())
        await asyncio.wait_for(test(world), 60.0)
        world.end()

    @wraps(test)
    def run() -> None:
        run_without_sockets(whole)

    del run.__wrapped__  # type: ignore[attr-defined]  # pytest would take the world for a fixture
    return run


async def take(process: SimulatedProcess, number: int, lane: int = INTERACTIVE) -> None:
    """Take places; their calls are answered at once."""
    for _ in range(number):
        place = await process.acquire(lane)
        place.left()
        place.answered()


async def refusal(process: SimulatedProcess, lane: int = INTERACTIVE) -> QuotaExhausted:
    """The error by which a caller is refused at once."""
    began = asyncio.get_running_loop().time()
    with pytest.raises(QuotaExhausted) as caught:
        await process.acquire(lane)
    assert asyncio.get_running_loop().time() - began < 0.1
    return caught.value


@in_a_world
async def test_one_of_two_waiters_is_cancelled(world: AccountWorld) -> None:
    """The other one gets its place when it would have got it, and nobody waits any more."""
    process = world.process()
    await take(process, 5)
    first, second = (asyncio.ensure_future(process.acquire()) for _ in range(2))
    await asyncio.sleep(0.1)
    first.cancel()
    place = await asyncio.wait_for(second, 2.0)
    assert place.number > 5
    assert len(process.member.queue) == 0


@in_a_world
async def test_a_place_goes_on_if_its_caller_is_cancelled_in_the_same_moment(world: AccountWorld) -> None:
    """It is given back at once, so that the next caller need not wait for a second."""
    process = world.process()
    loop = asyncio.get_running_loop()
    await take(process, 4)
    turn = loop.create_future()
    process.member.join(INTERACTIVE, turn)
    process._ask()
    assert turn.done()
    process.member.leave(INTERACTIVE, turn)
    began = loop.time()
    await process.acquire()
    assert loop.time() - began < 0.01


@in_a_world
async def test_all_waiters_but_one_are_cancelled(world: AccountWorld) -> None:
    """Four hundred wait and leave: the coordinator learns it, and asks for nothing without end."""
    process, other = world.process(), world.process()
    await take(process, 5)
    waiters = [asyncio.ensure_future(process.acquire()) for _ in range(400)]
    await asyncio.sleep(0.1)
    for waiter in waiters[:-1]:
        waiter.cancel()
    await asyncio.wait_for(waiters[-1], 2.0)
    asked = len(world.decided)
    await asyncio.wait_for(other.acquire(), 1.0)
    await asyncio.sleep(5.0)
    assert len(process.member.queue) == 0
    assert len(world.decided) - asked < 150  # the places that are kept are renewed meanwhile


@pytest.mark.slow
@in_a_world
async def test_ten_thousand_waiters_cost_one_timer(world: AccountWorld) -> None:
    """The coordinator is asked as often as for five."""
    process = world.process()
    calls = [process.start() for _ in range(10_000)]
    timers = len(asyncio.get_running_loop()._scheduled)  # type: ignore[attr-defined]
    await asyncio.sleep(10.0)
    assert timers <= 1
    assert process.sent >= 40
    assert len(world.decided) <= 3 * process.sent
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)
    assert len(process.member.queue) == 0


@in_a_world
async def test_who_waits_longer_than_max_wait_is_refused(world: AccountWorld) -> None:
    """After max_wait, or at once where that many wait already; the others get their places all the same."""
    process = world.process(limits=Limits(max_wait=1.5))
    calls = [process.start() for _ in range(20)]
    await asyncio.wait(calls, timeout=2.5)
    assert process.refused >= 8
    assert process.sent >= 9
    await asyncio.wait(calls)
    assert process.sent + process.refused == 20


@in_a_world
async def test_who_is_refused_while_a_request_is_on_its_way_learns_a_time(world: AccountWorld) -> None:
    """Also over a slow way the refusal says after how many seconds to try again, and never that it is for ever."""
    process = world.process(Link(delay=(0.3, 0.3)), Limits(max_wait=0.2))
    with pytest.raises(QuotaExhausted) as caught:
        await process.acquire()
    assert 0 < caught.value.resets_in < 10


def test_a_way_that_became_shorter_frees_no_place_too_early() -> None:
    """The first answer that comes faster than all before: its call has arrived after it was sent all the same."""

    async def program() -> None:
        home = MemoryHome(Rules())
        world = AccountWorld(home, rules=Rules())
        process = world.process()
        for seconds in [0.15] * 60 + [0.01]:
            place = await process.acquire()
            place.left()
            sent = asyncio.get_running_loop().time()
            await asyncio.sleep(seconds)
            place.answered()
        await asyncio.sleep(0.6)
        assert home.state.samples > Rules().samples
        assert max(hold.free_at for hold in home.state.holds) > sent + 1.0
        world.end()

    run_without_sockets(program)


@in_a_world
async def test_a_short_pause_is_waited_for_and_a_long_one_refused(world: AccountWorld) -> None:
    """By the callers of all processes, whichever heard the 429."""
    heard, other = world.process(), world.process()
    await take(other, 1)
    heard.member.throttled(3.0)
    began = asyncio.get_running_loop().time()
    await other.acquire()
    assert asyncio.get_running_loop().time() - began == pytest.approx(3.0, abs=0.05)
    waiting = asyncio.ensure_future(heard.acquire())
    heard.member.throttled(600.0)
    assert (await refusal(other)).budget == "pause"
    with pytest.raises(QuotaExhausted, match="pause of"):
        await asyncio.wait_for(waiting, 0.1)


@in_a_world
async def test_the_day_is_one_for_all(world: AccountWorld) -> None:
    """When it is spent, callers of each process are refused at once, also those that wait."""
    limits = Limits(calls_per_day=7)
    one, other = world.process(limits=limits), world.process(limits=limits)
    await take(one, 3)
    calls = [other.start() for _ in range(10)]
    await asyncio.wait(calls, timeout=4.0)
    assert other.sent == 4
    assert other.refused == 6
    error = await refusal(one)
    assert error.budget == "day"
    assert 86_000 < error.resets_in <= 86_460


@in_a_world
async def test_logins_are_one_budget_for_all(world: AccountWorld) -> None:
    """Five an hour; a login that was never sent is free again."""
    one, other = world.process(), world.process()
    await take(one, 2, LOGIN)
    await take(other, 1, LOGIN)
    unsent = await other.acquire(LOGIN)
    unsent.unused()
    await asyncio.sleep(2.0)
    await take(one, 1, LOGIN)
    await take(other, 1, LOGIN)
    error = await refusal(one, LOGIN)
    assert error.budget == "logins"
    assert 3_590 < error.resets_in <= 3_600
    await asyncio.sleep(2.0)
    await take(one, 1)


@in_a_world
async def test_interactive_calls_overtake_bulk_work_of_all_processes(world: AccountWorld) -> None:
    """One interactive call behind hundreds of bulk calls waits for the next free place only."""
    bulk = [world.process() for _ in range(7)]
    other = world.process()
    for process in bulk:
        for _ in range(40):
            process.start(BULK)
    await asyncio.sleep(5.0)
    asked = len(world.decided)
    await asyncio.wait_for(other.call(), 2.0)
    granted = [request.process for _, request, reply in world.decided[asked:] if reply.grants]
    assert granted[0] == other.member.name


@pytest.mark.parametrize("processes", [1, 2])
def test_a_lane_that_waits_gets_every_fifth_place(processes: int) -> None:
    """Also where the busy lane and the neglected one are those of one process."""

    async def program() -> None:
        world = AccountWorld(MemoryHome())
        members = [world.process() for _ in range(processes)]
        for _ in range(150):
            members[0].start(INTERACTIVE)
            members[-1].start(BULK)
        await asyncio.sleep(20.0)
        lanes = Counter(lane for _, _, lane in world.arrivals)
        assert 0.15 <= lanes[BULK] / lanes.total() <= 0.3
        world.end()

    run_without_sockets(program)


@in_a_world
async def test_a_429_closes_the_account_for_all(world: AccountWorld) -> None:
    """From the moment at which it was told, nobody sends anything until the pause is over."""
    processes = [world.process(Link(delay=(0.001, 0.01))) for _ in range(4)]
    for process in processes:
        for _ in range(30):
            process.start()
    await asyncio.sleep(3.0)
    processes[0].member.throttled(2.3)
    await asyncio.sleep(0.3)  # for what is under way, or has its place already
    sent = sum(process.sent for process in processes)
    await asyncio.sleep(1.9)
    assert sum(process.sent for process in processes) == sent
    await asyncio.sleep(1.0)
    assert sum(process.sent for process in processes) > sent


@in_a_world
async def test_a_slow_coordinator_costs_no_place(world: AccountWorld) -> None:
    """Requests that take 0.3 s: each process then promises more time, and few places expire."""
    process = world.process(Link(delay=(0.14, 0.16)))
    for _ in range(60):
        process.start()
    await asyncio.sleep(12.0)
    assert process.sent >= 35
    assert process.expired == 0


@in_a_world
async def test_processes_that_always_ask_late_do_not_wait_for_each_other(world: AccountWorld) -> None:
    """Over ways of 0.15 to 0.35 s each of two misses its moment often: who comes takes the place that is free."""
    for _ in range(2):
        process = world.process(Link(delay=(0.15, 0.35)), Limits(calls_per_second=1))
        for _ in range(40):
            process.start()
    await asyncio.sleep(40.0)
    assert len(world.arrivals) >= 18


@in_a_world
async def test_what_a_coordinator_forgot_is_told_again(world: AccountWorld) -> None:
    """Calls and logins count on, once, and nobody gets a place until the calls under way are over."""
    one, other = world.process(), world.process()
    await asyncio.gather(one.call(), one.call(), other.call())
    await take(one, 1, LOGIN)
    now = asyncio.get_running_loop().time()
    world.home.forget(now)
    await other.call()
    await one.call()
    assert other.member.reply is not None
    reply = world.decided[-1][2]
    assert (reply.calls_made, reply.logins_made) == (6, 1)
    assert min(time for time, _, reply in world.decided if reply.grants and time > now) >= now + 1.6


@in_a_world
async def test_what_is_told_while_replies_are_lost_counts_once(world: AccountWorld) -> None:
    """A coordinator that has forgotten the day, and whose replies do not come at first, counts no call twice."""
    process = world.process()
    await take(process, 5)
    member, now = process.member, asyncio.get_running_loop().time()
    world.home.forget(now)
    asked = member.request(now)
    member.answered(asked, world.home.decide(asked, now, now), now)
    for _ in range(3):
        asked = member.request(now)
        reply = world.home.decide(asked, now, now)
        assert sum(asked.calls.values()) == 5
    member.answered(asked, reply, now)
    assert reply.calls_made == 5
    assert not member.request(now).calls


@in_a_world
async def test_a_coordinator_that_forgets_twice_is_told_once(world: AccountWorld) -> None:
    """What it was told when it had forgotten everything again, before anybody knew, is not told once more."""
    process = world.process()
    await take(process, 5)
    member, now = process.member, asyncio.get_running_loop().time()
    world.home.forget(now)
    asked = member.request(now)
    member.answered(asked, world.home.decide(asked, now, now), now)
    world.home.forget(now)
    for _ in range(2):
        asked = member.request(now)
        reply = world.home.decide(asked, now, now)
        member.answered(asked, reply, now)
        assert reply.calls_made == 5


@in_a_world
async def test_another_loop_begins_anew(world: AccountWorld) -> None:
    """Callers and places of a loop that is gone are forgotten, and take nothing for longer than they must."""
    process = world.process()
    await take(process, 5)
    turn = asyncio.get_running_loop().create_future()
    process.member.join(INTERACTIVE, turn)
    process.member.restart("another name")
    assert len(process.member.queue) == 0
    began = asyncio.get_running_loop().time()
    await take(process, 5)
    assert asyncio.get_running_loop().time() - began < 2.0


@pytest.mark.slow
@pytest.mark.parametrize(("processes", "busy"), [(1, 1), (4, 4), (8, 8), (8, 1)])
@pytest.mark.parametrize("link", [Link(), Link(delay=(0.0005, 0.002))], ids=["file", "redis"])
def test_the_second_is_used_to_the_full(processes: int, busy: int, link: Link) -> None:
    """0.94 of what the jitter of the way leaves, three requests a call at the most, and each process its part."""

    async def program() -> None:
        world = AccountWorld(MemoryHome())
        members = [world.process(link) for _ in range(processes)]
        for member in members[:busy]:
            for _ in range(200 // busy):
                member.start()
        await asyncio.sleep(25.0)
        times = [time for time, _, _ in world.arrivals if 5.0 <= time < 25.0]
        assert len(times) / 20.0 >= 0.94 * 5 / 1.18
        assert len(world.decided) <= 3.1 * len(world.arrivals)
        by_process = Counter(name for time, name, _ in world.arrivals if 1.5 <= time < 23.5)
        assert min(by_process.values()) >= 0.8 * max(by_process.values())
        assert busiest([time for time, _, _ in world.arrivals], 1.0) <= 5
        world.end()

    run_without_sockets(program)
