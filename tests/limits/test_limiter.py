"""When a place in the second is free again, to the millisecond: what keeps five calls a second true."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest

from asyncsdk import Lane, Limiter, Limits, QuotaExhausted, clock
from asyncsdk.limits.protocol import Place
from tests.support.virtual_time import EPOCH, VirtualLoop, virtual_time

MARGIN = 0.05
"""Seconds beyond the second at first."""


def now() -> float:
    """The loop's time."""
    return asyncio.get_running_loop().time()


async def depart(limiter: Limiter, calls: int = 1) -> list[Place]:
    """Calls that leave now."""
    places = [await limiter.acquire() for _ in range(calls)]
    for place in places:
        place.left()
    return places


async def wait_for_place(limiter: Limiter) -> float:
    """Wait for a place, and give it back at once; tells how long it took, in seconds."""
    began = now()
    (await limiter.acquire()).unused()
    return now() - began


async def travel(limiter: Limiter, calls: int, seconds: float) -> None:
    """So many calls, one after the other, each answered after so many seconds; then a second of rest and more."""
    for _ in range(calls):
        (place,) = await depart(limiter)
        await asyncio.sleep(seconds)
        place.answered()
    await asyncio.sleep(5)


@virtual_time
async def test_a_call_without_an_answer_keeps_its_place_for_its_road_and_the_margin() -> None:
    """A call may be on the road for 200 ms: until it is answered, its place is taken 1.25 s from when it left."""
    limiter = Limiter()
    await depart(limiter, 5)
    assert await wait_for_place(limiter) == pytest.approx(0.2 + 1.0 + MARGIN)


@virtual_time
async def test_places_of_unanswered_calls_come_free_one_by_one() -> None:
    """Five calls leave 100 ms apart: the next five places come 100 ms apart, too, each 1.25 s after its call."""
    limiter = Limiter()
    for _ in range(5):
        await depart(limiter)
        await asyncio.sleep(0.1)
    taken = []
    for _ in range(5):
        await depart(limiter)
        taken.append(now())
    assert taken == pytest.approx([1.25, 1.35, 1.45, 1.55, 1.65])


@virtual_time
async def test_a_call_that_has_not_left_keeps_its_place() -> None:
    """While five calls open their connections, however long that takes, no sixth leaves."""
    limiter = Limiter()
    places = [await limiter.acquire() for _ in range(5)]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(100):
            await limiter.acquire()
    places[0].answered()
    assert await wait_for_place(limiter) == pytest.approx(1.0 + MARGIN, abs=0.001)


@virtual_time
async def test_the_first_calls_are_counted_from_their_answers() -> None:
    """As long as nobody knows how short the road is, a call may have arrived right before its answer."""
    limiter = Limiter()
    places = await depart(limiter, 5)
    await asyncio.sleep(0.15)
    for place in places:
        place.answered()
    assert await wait_for_place(limiter) == pytest.approx(1.0 + MARGIN, abs=0.001)


@virtual_time
async def test_an_answer_that_comes_late_takes_no_place_longer() -> None:
    """A server that thinks for long answers after the place is free, or nearly: nobody waits for that answer."""
    limiter = Limiter()
    places = await depart(limiter, 5)
    await asyncio.sleep(1.1)
    for place in places:
        place.answered()
    assert await wait_for_place(limiter) == pytest.approx(0.15, abs=0.001)
    places = await depart(limiter, 5)
    await asyncio.sleep(1.25)
    others = await depart(limiter, 5)
    for place in places:
        place.answered()
        place.lost()
        place.unused()
    assert await wait_for_place(limiter) == pytest.approx(1.25, abs=0.001)
    assert limiter.usage().calls_made == 15
    assert len(others) == 5


@pytest.mark.parametrize(("before", "expected"), [(48, 1.05), (49, 0.95)])
@virtual_time
async def test_the_shortest_road_is_believed_after_fifty_answers(before: int, expected: float) -> None:
    """From the fiftieth answer on a call arrived by its answer less the shortest round trip: it is free sooner."""
    limiter = Limiter(Limits(calls_per_second=1))
    await travel(limiter, before, 0.1)
    (place,) = await depart(limiter)
    await asyncio.sleep(0.1)
    place.answered()
    assert await wait_for_place(limiter) == pytest.approx(expected, abs=0.002)


@virtual_time
async def test_a_call_has_arrived_within_200_ms_also_if_its_answer_takes_longer() -> None:
    """Where the shortest round trip is 100 ms, one of 150 ms arrived in 50 ms, and one of 800 ms within 200 ms."""
    limiter = Limiter(Limits(calls_per_second=1))
    await travel(limiter, 50, 0.1)
    for took, free_after in ((0.15, 1.10), (0.8, 1.25)):
        began = now()
        (place,) = await depart(limiter)
        await asyncio.sleep(took)
        place.answered()
        await wait_for_place(limiter)
        assert now() - began == pytest.approx(free_after, abs=0.002)


@virtual_time
async def test_a_lost_call_is_taken_as_arrived_at_the_latest() -> None:
    """A call that broke off keeps its place for 200 ms and the second, from when it left, or from now."""
    limiter = Limiter(Limits(calls_per_second=1))
    (place,) = await depart(limiter)
    await asyncio.sleep(0.5)
    place.lost()
    assert await wait_for_place(limiter) == pytest.approx(0.75, abs=0.001)
    place = await limiter.acquire()
    await asyncio.sleep(3)
    place.lost()
    assert await wait_for_place(limiter) == pytest.approx(1.25, abs=0.001)


@virtual_time
async def test_a_call_that_was_not_sent_frees_its_place_at_once() -> None:
    """The place of a call that never reached the server goes to the next in line, and counts for no day."""
    limiter = Limiter(Limits(calls_per_second=1))
    place = await limiter.acquire()
    waiting = asyncio.ensure_future(limiter.acquire())
    await asyncio.sleep(0.5)
    place.unused()
    place.unused()
    await waiting
    assert now() == 0.5
    assert limiter.usage().calls_made == 1


@virtual_time
async def test_each_429_widens_the_margin_up_to_a_second() -> None:
    """Refused all the same, the limiter leaves 40 ms more each time, until it counts by two seconds."""
    limiter = Limiter(Limits(calls_per_second=1))
    for refusals in range(1, 31):
        limiter.throttled(None)
        pause = await wait_for_place(limiter)
        assert pause == pytest.approx(1.0 + min(1.0, MARGIN + 0.04 * refusals))
    await depart(limiter)
    assert await wait_for_place(limiter) == pytest.approx(0.2 + 2.0)


@pytest.mark.slow
@virtual_time
async def test_the_margin_narrows_slowly_and_never_to_nothing() -> None:
    """A thousand answers narrow it by four tenths; it stays at 20 ms, however many follow."""
    limiter = Limiter(Limits(calls_per_second=1))
    margins = []
    for answers in (1000, 1000, 1000):
        for _ in range(answers):
            (await limiter.acquire()).answered()
        margins.append(await wait_for_place(limiter) - 1.0)
    assert margins[0] == pytest.approx(0.05 * 0.9995**1000, abs=0.0005)
    assert margins[1:] == pytest.approx([0.02, 0.02], abs=0.0001)


@virtual_time
async def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    """Told to wait for 30 s, then for 2 s and for nothing, everybody waits for 30 s; then the second is open."""
    limiter = Limiter()
    limiter.throttled(30.0)
    limiter.throttled(2.0)
    limiter.throttled(None)
    assert await wait_for_place(limiter) == 30.0
    assert await wait_for_place(limiter) == 0.0


@virtual_time
async def test_a_pause_holds_back_who_waits_already() -> None:
    """Callers in line when a 429 comes leave after its pause, not at the time for which they were due."""
    limiter = Limiter(Limits(calls_per_second=1))
    await depart(limiter)
    waiting = asyncio.ensure_future(limiter.acquire())
    await asyncio.sleep(0.1)
    limiter.throttled(10.0)
    await waiting
    assert now() == pytest.approx(10.1)


def test_another_event_loop_goes_on_with_the_same_second() -> None:
    """Calls of the last ``asyncio.run`` fill the first second of the next one, and only what they took of it."""

    async def fill(limiter: Limiter, calls: int) -> None:
        await depart(limiter, calls - 1)
        (await limiter.acquire()).answered()

    async def first_places(limiter: Limiter) -> list[float]:
        came = []
        for _ in range(5):
            await depart(limiter)
            came.append(now())
        return came

    with mock.patch.object(clock, "wall", return_value=EPOCH):
        for calls, free in ((3, [0.0, 0.0, 1.05, 1.05, 1.05]), (5, [1.05] * 5)):
            limiter = Limiter()
            with asyncio.Runner(loop_factory=VirtualLoop) as runner:
                runner.run(fill(limiter, calls))
            with asyncio.Runner(loop_factory=VirtualLoop) as runner:
                assert runner.run(first_places(limiter)) == pytest.approx(free, abs=0.001)


@virtual_time
async def test_max_wait_tells_how_long_the_wait_would_be() -> None:
    """Who would wait too long is refused at once, and told for how long: the next place, and who stands before."""
    limiter = Limiter(Limits(calls_per_second=2, max_wait=2.5))
    await depart(limiter, 2)
    waiting = [asyncio.ensure_future(limiter.acquire()) for _ in range(4)]
    await asyncio.sleep(0.25)
    with pytest.raises(QuotaExhausted) as caught:
        await limiter.acquire()
    assert now() == 0.25
    assert caught.value.resets_in == pytest.approx(1.0 + 4 // 2)
    for call in waiting:
        call.cancel()
    await asyncio.wait(waiting)
    assert await wait_for_place(limiter) == pytest.approx(1.0)


@virtual_time
async def test_max_wait_holds_in_the_line() -> None:
    """A caller whose place does not come in time is refused after ``max_wait``, and its place goes to the next."""
    limiter = Limiter(Limits(calls_per_second=1, max_wait=2.0))
    place = await limiter.acquire()
    with pytest.raises(QuotaExhausted) as caught:
        await limiter.acquire()
    assert now() == 2.0
    assert (caught.value.budget, caught.value.resets_in) == ("second", 1.0)
    place.unused()
    assert await wait_for_place(limiter) == 0.0


@virtual_time
async def test_a_lane_that_waits_gets_every_fifth_place() -> None:
    """Of the places in which people and bulk work both wait, bulk gets exactly each fifth."""
    limiter = Limiter(Limits(calls_per_second=1))
    await depart(limiter)
    served: list[str] = []

    async def call(lane: Lane) -> None:
        place = await limiter.acquire(lane)
        served.append(lane.name[0])
        place.unused()

    calls = [asyncio.ensure_future(call(lane)) for lane in [Lane.INTERACTIVE] * 12 + [Lane.BULK] * 3]
    await asyncio.wait(calls)
    assert "".join(served) == "IIIIBIIIIBIIIIB"


@virtual_time
async def test_a_renewal_of_the_token_passes_everybody() -> None:
    """Without a token nobody's call is of use: a call to ``/token`` takes the next place, whoever waits."""
    limiter = Limiter(Limits(calls_per_second=1))
    await depart(limiter)
    served: list[Lane] = []

    async def call(lane: Lane) -> None:
        place = await limiter.acquire(lane)
        served.append(lane)
        place.unused()

    lanes = [Lane.POLL, Lane.BULK, Lane.INTERACTIVE, Lane.TOKEN, Lane.TOKEN]
    await asyncio.gather(*(call(lane) for lane in lanes))
    assert served == [Lane.TOKEN, Lane.TOKEN, Lane.INTERACTIVE, Lane.BULK, Lane.POLL]


@virtual_time
async def test_logins_in_line_count_towards_the_hour() -> None:
    """Of seven logins at once five get a place and two are refused at once, also if one in line gives up."""
    limiter = Limiter(Limits(calls_per_second=1))
    await depart(limiter)
    logins = [asyncio.ensure_future(limiter.acquire(Lane.TOKEN, login=True)) for _ in range(5)]
    await asyncio.sleep(0)
    for _ in range(2):
        with pytest.raises(QuotaExhausted) as caught:
            await limiter.acquire(Lane.TOKEN, login=True)
        assert caught.value.budget == "logins"
    logins[2].cancel()
    await asyncio.sleep(0)
    logins.append(asyncio.ensure_future(limiter.acquire(Lane.TOKEN, login=True)))
    for number in (0, 1, 3, 4, 5):
        (await logins[number]).left()
    assert limiter.usage().logins_left == 0
    assert now() == pytest.approx(5 * 1.25)


@virtual_time
async def test_a_place_given_in_the_moment_of_a_cancel_goes_to_the_next() -> None:
    """A caller that is cancelled as its place comes loses it to the next in line, and it counts for no budget."""
    limiter = Limiter(Limits(calls_per_second=1))
    await depart(limiter)
    first = asyncio.ensure_future(limiter.acquire(Lane.TOKEN, login=True))
    second = asyncio.ensure_future(limiter.acquire())
    # Both timers fire in one step of the loop: the place is given, and the caller has not got it yet.
    asyncio.get_running_loop().call_at(1.25 + 1e-11, first.cancel)
    await asyncio.wait({first, second})
    assert first.cancelled()
    assert now() == pytest.approx(1.25)
    assert (limiter.usage().calls_made, limiter.usage().logins_left) == (2, 5)


@pytest.mark.parametrize("departed", [True, False], ids=["on the road", "still connecting"])
@virtual_time
async def test_an_answer_moves_up_who_waits_already(departed: bool) -> None:
    """A caller that stands in line when an answer comes leaves a second after it, not at the time known before."""
    limiter = Limiter(Limits(calls_per_second=1))
    place = await limiter.acquire()
    if departed:
        place.left()
    waiting = asyncio.ensure_future(limiter.acquire())
    await asyncio.sleep(0.1)
    place.answered()
    await waiting
    assert now() == pytest.approx(0.1 + 1.0 + MARGIN, abs=0.001)


@virtual_time
async def test_a_call_that_leaves_tells_those_in_line_how_long_they_wait_at_most() -> None:
    """A caller that came while a connection was being opened leaves 1.25 s after that call, without its answer."""
    limiter = Limiter(Limits(calls_per_second=1))
    place = await limiter.acquire()
    waiting = asyncio.ensure_future(limiter.acquire())
    await asyncio.sleep(3)
    assert not waiting.done()
    place.left()
    await waiting
    assert now() == pytest.approx(4.25)


def test_the_limits_are_those_that_act_on_publishes() -> None:
    """5 calls a second, 30,000 a day, 5 logins an hour, files of 400 MB, and as much patience as it takes."""
    limits = Limits()
    assert (limits.calls_per_second, limits.calls_per_day, limits.grants_per_hour) == (5, 30_000, 5)
    assert (limits.upload_bytes, limits.max_wait) == (400_000_000, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"calls_per_second": 0},
        {"calls_per_day": -1},
        {"grants_per_hour": -1},
        {"upload_bytes": -1},
        {"max_wait": 0},
    ],
    ids=str,
)
def test_limits_that_let_nothing_through_are_refused(wrong: dict[str, int]) -> None:
    """A limit below what can be is told at once, by its name; a day without a call and no logins are allowed."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Limits(**wrong)
    assert Limits(calls_per_day=0, grants_per_hour=0, upload_bytes=0, max_wait=0.1).calls_per_day == 0


@virtual_time
async def test_the_last_call_of_the_day_is_given_and_the_next_refused() -> None:
    """Of a day of three calls the third is let through; the fourth is refused, and says when one is free."""
    limiter = Limiter(Limits(calls_per_day=3))
    await depart(limiter, 3)
    assert limiter.usage().calls_left == 0
    with pytest.raises(QuotaExhausted) as caught:
        await limiter.acquire()
    assert caught.value.budget == "day"
    assert 86_400 - 60 <= caught.value.resets_in <= 86_400 + 60
    assert (limiter.usage().calls_made, limiter.usage().calls_reset_in) == (3, caught.value.resets_in)


@virtual_time
async def test_a_line_that_was_served_counts_no_more() -> None:
    """Whoever got a place, or gave up, is in nobody's way: the day's last call is let through after a long line."""
    limiter = Limiter(Limits(calls_per_second=1, calls_per_day=7, max_wait=10.0))
    await depart(limiter)
    calls = [asyncio.ensure_future(depart(limiter)) for _ in range(6)]
    await asyncio.sleep(0)
    calls.pop().cancel()
    await asyncio.wait(calls)
    assert now() == pytest.approx(5 * 1.25)
    await depart(limiter)
    assert now() == pytest.approx(6 * 1.25)
    assert limiter.usage().calls_left == 0
