"""Processes of one account on a strict server: none is refused, whatever becomes of some of them."""

from __future__ import annotations

import asyncio
import random
import statistics
import time

import pytest

from tests.fleet.homes import Home
from tests.support.arrivals import (
    Arrival,
    accepted_rate,
    best_rate,
    calls_by,
    fullest_second,
    longest_gap,
    refused,
)
from tests.support.harmed_limiter import ASKED, GIVEN, SENT
from tests.support.measured_again import measured_again
from tests.support.strict_server import StrictServer, strict_server
from tests.support.worker_processes import workers

pytestmark = pytest.mark.slow

FOUR = ["w1", "w2", "w3", "w4"]
EIGHT = [f"w{number}" for number in range(8)]

BLOCKED = 4.0
"""Seconds for which nobody may be held up by what happens to another: 2, and 2 more for a busy machine."""


def assert_never_too_many(arrivals: list[Arrival]) -> None:
    """No call was refused, and no second held a sixth."""
    assert refused(arrivals) == 0
    assert fullest_second(arrivals) <= 5


@measured_again
async def test_four_processes_share_the_second(home: Home) -> None:
    """Four processes that begin together are never refused, are even, and as fast as one process alone."""
    async with strict_server() as server, strict_server() as other:
        async with (
            home.workers(server, FOUR, seconds=20) as group,
            workers("alone", ["alone"], url=other.url, seconds=20, callers=8) as one,
        ):
            await group.finished()
            await one.finished()
        arrivals = await server.arrivals()
        of_one = await other.arrivals()
    assert group.errors() == []
    assert_never_too_many(arrivals)
    assert accepted_rate(arrivals) >= 0.9 * accepted_rate(of_one)
    calls = calls_by(arrivals[5:], FOUR).values()  # the first second is taken by whoever comes first
    assert min(calls) >= 0.8 * max(calls)


@measured_again
async def test_killed_processes_take_nothing_with_them(home: Home) -> None:
    """SIGKILL at random moments, and a cold process in the place of the dead: no refusal, and nobody is blocked."""
    moments = random.Random(7)
    async with strict_server() as server, home.workers(server, FOUR, seconds=90) as group:
        for who in ("w1", "w2", "w3"):
            await group.called(who)
            await asyncio.sleep(moments.random())
            group.kill(who)
        async with home.workers(server, ["w5"], seconds=60, calls=8) as cold:
            await cold.finished()
        arrivals = await server.arrivals()
    assert group.errors() + cold.errors() == []
    assert_never_too_many(arrivals)
    assert longest_gap(arrivals) < BLOCKED
    assert calls_by(arrivals, ["w5"])["w5"] == 8


@measured_again
async def test_a_frozen_process_holds_up_nobody(home: Home) -> None:
    """SIGSTOP for five seconds: the others go on, and all its calls come through when it wakes."""
    async with strict_server() as server:
        async with home.workers(server, FOUR, seconds=60, calls=10) as group:
            await group.called("w2")
            group.freeze("w2")
            frozen = time.monotonic()
            await asyncio.sleep(5.0)
            group.wake("w2")
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert_never_too_many(arrivals)
    assert len(arrivals) == 40
    assert len([call for call in group.by("w2") if call.seconds > 4]) >= 3  # one may just have ended
    others = [each for each in arrivals if frozen < each.time < frozen + 5.0]
    assert len(others) >= 10
    assert longest_gap(others) < BLOCKED


@measured_again
async def test_a_process_killed_at_any_step_of_a_call_holds_up_nobody(home: Home) -> None:
    """SIGKILL before a place is asked for, with a place in hand, and after sending: the others go on."""
    steps = {"w1": ASKED, "w2": GIVEN, "w3": SENT}
    each = {who: {"harm": {"step": step, "call": 4, "harm": "SIGKILL"}} for who, step in steps.items()}
    async with strict_server() as server:
        async with home.workers(server, FOUR, seconds=60, calls=15, each=each) as group:
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert set(group.cpu) == {"w4"}, "others lived on"
    assert_never_too_many(arrivals)
    assert longest_gap(arrivals) < BLOCKED
    assert calls_by(arrivals, FOUR)["w4"] == 15


@measured_again
async def test_a_process_frozen_with_a_place_in_hand_does_not_use_it(home: Home) -> None:
    """SIGSTOP between a place and its departure: the call gets another place when the process wakes."""
    each = {"w1": {"harm": {"step": GIVEN, "call": 4, "harm": "SIGSTOP"}}}
    async with strict_server() as server:
        async with home.workers(server, FOUR, seconds=60, calls=10, each=each) as group:
            await group.stopped("w1")
            await asyncio.sleep(2.0)
            group.wake("w1")
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert len(arrivals) == 40
    assert_never_too_many(arrivals)


@measured_again
async def test_one_429_closes_all(home: Home) -> None:
    """When one process is told to wait for three seconds, no process calls in them, and all go on after."""
    async with strict_server() as server:
        async with home.workers(server, FOUR, seconds=7) as group:
            await group.at(1.5)
            await server.refuse_next(retry_after=3)
            await group.finished()
        arrivals = await server.arrivals()
    (heard,) = [each.time for each in arrivals if not each.accepted]
    # What left before the others knew may arrive: the answer's way, the news' way, and the way to the server.
    assert [each for each in arrivals if heard + 0.6 < each.time < heard + 3] == []
    assert fullest_second(arrivals) <= 5
    after = [each for each in arrivals if each.time >= heard + 3]
    assert {each.who for each in after} == set(FOUR)


@measured_again
async def test_an_idle_process_leaves_its_share(home: Home) -> None:
    """One of six processes has the work, and gets most of the rate rather than a sixth of it."""
    idle = [f"w{number}" for number in range(2, 7)]
    async with strict_server() as server:
        async with (
            home.workers(server, idle, seconds=60, calls=1, callers=1) as others,
            home.workers(server, ["w1"], seconds=8) as group,
        ):
            await group.finished()
            assert others.errors() + group.errors() == []
        arrivals = await server.arrivals()
    assert_never_too_many(arrivals)
    busy = [each for each in arrivals if each.who == "w1"][5:]
    assert accepted_rate(busy) >= 0.5 * best_rate(server.low, server.high)


@measured_again
async def test_an_interactive_call_passes_bulk_calls_of_other_processes(home: Home) -> None:
    """A caller that somebody waits for is served within 1.3 s, behind hundreds of bulk calls of others."""
    async with strict_server() as server:
        async with home.workers(server, ["w1", "w2", "w3"], seconds=9, callers=100, lane="bulk") as bulk:
            await bulk.at(1.0)
            async with home.workers(server, ["w4"], seconds=7, callers=1, rest=0.3) as interactive:
                await interactive.finished()
        arrivals = await server.arrivals()
    assert interactive.errors() == []
    assert_never_too_many(arrivals)
    waits = [call.seconds for call in interactive.calls]
    assert len(waits) >= 5
    assert statistics.median(waits) < 1.3


@measured_again
async def test_commands_in_turn_share_the_second(home: Home) -> None:
    """Programs that start as soon as the last one has ended make no call too many between them."""
    async with strict_server() as server:
        for number in range(3):
            async with home.workers(server, [f"w{number}"], seconds=60, calls=4) as command:
                await command.finished()
            assert command.errors() == []
            assert len(command.calls) == 4
        arrivals = await server.arrivals()
    assert len(arrivals) == 12
    assert_never_too_many(arrivals)


async def test_fifty_cold_processes_log_in_once(home: Home) -> None:
    """Fifty processes that find no token need one login between them."""
    who = [f"w{number}" for number in range(50)]
    async with (
        strict_server() as server,
        home.workers(server, who, seconds=60, callers=1, calls=1, logs_in=True) as group,
    ):
        arrivals = await server.arrived(20)  # all of them have begun, and the rest waits for its second
    assert [each.who for each in arrivals if each.who in {"login", "refresh"}] == ["login"]
    assert_never_too_many(arrivals)
    assert group.errors() == []


async def test_processes_that_find_the_token_dead_refresh_it_once(home: Home) -> None:
    """Eight processes to which the server says 401 at once need one refresh between them, and no login."""
    async with strict_server() as server:
        await _log_in_and_end_the_token(server, home)
        async with home.workers(server, EIGHT, seconds=20, callers=1, calls=1, logs_in=True) as group:
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert [each.who for each in arrivals if each.who in {"login", "refresh"}] == ["login", "refresh"]


async def test_a_process_killed_before_it_saved_a_token_costs_one_login(home: Home) -> None:
    """SIGKILL between the answer to a refresh and its saving: the others log in once, and all go on."""
    async with strict_server() as server:
        await _log_in_and_end_the_token(server, home)
        async with home.workers(
            server, ["dies"], seconds=20, callers=1, calls=1, logs_in=True, dies_saving=True
        ) as dying:
            await dying.finished()
            assert dying.cpu == {}, "it lived on"
        async with home.workers(server, EIGHT, seconds=30, callers=1, calls=1, logs_in=True) as group:
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert len(group.calls) == 8
    assert [each.who for each in arrivals].count("login") == 2
    assert_never_too_many(arrivals)


async def _log_in_and_end_the_token(server: StrictServer, home: Home) -> None:
    """Keep a token that the server refuses, with a refresh token that it takes."""
    async with home.workers(server, ["first"], seconds=20, callers=1, calls=1, logs_in=True) as first:
        await first.finished()
    assert first.errors() == []
    await server.end_token()
