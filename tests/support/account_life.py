"""Account life: what happens to the processes of an account for some seconds, as hypothesis draws it.

``live`` carries a life out over any home of the law, and checks all its laws.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from attrs import frozen
from hypothesis import strategies as st

from asyncsdk.limits.policy import Limits
from asyncsdk.limits.shared.rules import Rules
from tests.support.account_world import STRICT, AccountHome, AccountWorld, Link, SimulatedProcess
from tests.support.limit_laws import (
    check_day,
    check_logins,
    check_never_too_many,
    check_pauses,
    check_spare_places,
)
from tests.support.virtual_time import run_without_sockets

__all__ = ["Life", "Step", "faultless_lives", "live", "lives", "lives_by_file"]

WAYS = (
    Link(),
    Link(delay=(0.0005, 0.005)),
    Link(delay=(0.02, 0.2)),
    Link(delay=(0.0005, 0.01), request_lost=0.1, reply_lost=0.1, late=0.1),
    Link(delay=(0.1, 0.4), reply_lost=0.2),
)
RELIABLE = 3
"""The ways on which nothing is lost come first."""


@frozen
class Step:
    """Something that a process does, or that happens to it."""

    after: float
    """Seconds after the step before."""

    what: str
    process: int
    number: int
    """Of calls, or tenths of a second."""

    lane: int = 2


@frozen
class Life:
    """Life of an account."""

    seed: int
    ways: Sequence[Link]
    """One process each."""

    steps: Sequence[Step]
    rate: float = 5
    """Calls in a second."""

    smaller: float = 0
    """Those of one more process, which was told a smaller limit; 0: there is none."""


def _lives(ways: Sequence[Link], kinds: Sequence[str]) -> st.SearchStrategy[Life]:
    steps = st.builds(
        Step,
        after=st.sampled_from([0.0, 0.01, 0.1, 0.25, 0.3, 0.5, 1.0, 1.3, 2.0]),
        what=st.sampled_from(kinds),
        process=st.integers(0, 3),
        number=st.integers(1, 12),
        lane=st.integers(0, 4),
    )
    return st.builds(
        Life,
        seed=st.integers(0, 2**32),
        ways=st.lists(st.sampled_from(ways), min_size=1, max_size=4),
        steps=st.lists(steps, min_size=1, max_size=14),
        rate=st.sampled_from([0.5, 1, 2, 5, 5, 80]),
        smaller=st.sampled_from([0, 0, 0.4, 1, 2]),
    )


_ALL = ["call", "call", "call", "open", "slow", "cancel", "kill", "freeze", "throttle", "forget", "cold"]

lives = _lives(WAYS, _ALL)
"""Lives with all that can go wrong."""

lives_by_file = _lives(WAYS[:1], _ALL)
"""Lives of processes that reach their coordinator at once."""

faultless_lives = _lives(WAYS[:RELIABLE], ["call", "call", "open", "slow", "cancel"])
"""Lives in which nothing is lost, and nobody is killed."""


def live(home: AccountHome, life: Life, rules: Rules = STRICT, *, exact_day: bool = False) -> AccountWorld:
    """Carry out a life, and check the laws.

    Args:
        home: of the law, with an empty state.
        life: what happens.
        rules: the constants, as the home has them.
        exact_day: whether the day counts exactly what was sent, because nothing is lost.
    """
    return run_without_sockets(lambda: _live(home, life, rules, exact_day))


async def _live(home: AccountHome, life: Life, rules: Rules, exact_day: bool) -> AccountWorld:
    limits = Limits(calls_per_second=life.rate)
    world = AccountWorld(home, life.seed, limits, rules)
    for way in life.ways:
        world.process(way)
    if life.smaller:
        world.process(limits=Limits(calls_per_second=min(life.smaller, life.rate)))
    for step in life.steps:
        await asyncio.sleep(step.after)
        _take(world, step)
        check_spare_places(world, limits.places)
    await _until_quiet(world)
    made = await _all_places_are_free(world, limits)
    check_never_too_many(world, limits.places, limits.period)
    check_logins(world, limits.grants_per_hour)
    check_pauses(world)
    check_spare_places(world, limits.places)
    check_day(world, made, exact=exact_day)
    world.end()
    return world


def _take(world: AccountWorld, step: Step) -> None:
    process = world.processes[step.process % len(world.processes)]
    if step.what == "cold":
        process = world.process()
    if process.dead:
        return
    match step.what:
        case "kill":
            process.kill()
        case "freeze":
            process.freeze(step.number / 2)
        case "throttle":
            process.member.throttled(None if step.number % 2 else step.number / 10)
        case "forget":
            world.home.forget(asyncio.get_running_loop().time())
        case "cancel":
            for task in list(process.tasks)[: step.number]:
                if task.get_name() == "call":
                    task.cancel()
        case kind:
            opens = step.number / 20 if kind == "open" else 0.0
            answer = step.number / 4 if kind == "slow" else 0.0
            for _ in range(step.number):
                process.start(step.lane, opens=opens, answer=answer).set_name("call")


async def _until_quiet(world: AccountWorld) -> None:
    """Wait for the end of all calls: nobody waits for ever.

    In the worst case there are so many calls that each needs its own second.
    """
    for process in world.processes:
        calls = [task for task in process.tasks if task.get_name() == "call"]
        if calls and not process.dead:
            _, left = await asyncio.wait(calls, timeout=2_000.0)
            assert not left, f"{len(left)} of {len(calls)} calls of {process.member.name} wait for ever"
            assert not len(process.member.queue)


async def _all_places_are_free(world: AccountWorld, limits: Limits) -> int:
    """No place is lost: after a while a new process gets all of them at once. Gives the calls of the day."""
    await asyncio.sleep(8.0)
    for process in world.processes:
        process.member.ask_by(asyncio.get_running_loop().time())  # as a sign of life
    await asyncio.sleep(8.0)
    probe = SimulatedProcess(world, "probe", Link(), limits)
    turns = [asyncio.ensure_future(probe.acquire()) for _ in range(limits.places)]
    _, late = await asyncio.wait(turns, timeout=0.05)
    assert not late, f"{len(late)} places are lost"
    for turn in turns:
        turn.result().unused()
    assert probe.member.reply is not None
    return probe.member.reply.calls_made - limits.places
