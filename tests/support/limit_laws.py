"""Laws of shared limits, as a server sees them, for every home of the law: memory, a file, Redis.

Each law takes a world whose time is over, and fails where the law was broken.
"""

from __future__ import annotations

from collections.abc import Sequence

from asyncsdk.limits.shared.turns import LOGIN
from tests.support.account_world import AccountWorld

__all__ = [
    "busiest",
    "check_day",
    "check_logins",
    "check_never_too_many",
    "check_pauses",
    "check_spare_places",
]

_EXACT = 1e-5
"""Seconds: Redis tells the time in microseconds."""


def busiest(arrivals: Sequence[float], period: float) -> int:
    """The most calls that arrived in any sliding period."""
    times = sorted(arrivals)
    most = first = 0
    for last, time in enumerate(times):
        while time - times[first] >= period - _EXACT:
            first += 1
        most = max(most, last - first + 1)
    return most


def check_never_too_many(world: AccountWorld, places: int, period: float) -> None:
    """No sliding period of the server holds more calls than there are places, whatever happens."""
    most = busiest([time for time, _, _ in world.arrivals], period)
    assert most <= places, f"{most} calls in {period} s, where {places} are allowed"


def check_day(world: AccountWorld, made: int, *, exact: bool) -> None:
    """Each call that a living process sent counts in the day; none that was not sent, where nothing was lost."""
    sent = sum(process.sent for process in world.processes if not process.dead)
    assert made >= sent, f"{made} calls are counted of {sent}"
    assert made == sent or not exact, f"{made} calls are counted of {sent}"


def check_logins(world: AccountWorld, most: int) -> None:
    """No hour holds more logins than are allowed, but after the state was lost."""
    if len({reply.epoch for _, _, reply in world.decided}) < 2:
        logins = [time for time, _, lane in world.arrivals if lane == LOGIN]
        assert busiest(logins, 3_600.0) <= most, f"{len(logins)} logins, where {most} are allowed"


def check_pauses(world: AccountWorld) -> None:
    """After a 429 was told, nobody gets a place until the pause is over."""
    closed_until, serials = 0.0, dict[str, int]()
    for now, request, reply in world.decided:
        newest = request.serial > serials.get(request.process, 0)
        serials[request.process] = max(request.serial, serials.get(request.process, 0))
        if newest and request.throttled is not None:
            closed_until = max(closed_until, now + (request.throttled or reply.period))
        assert now >= closed_until - _EXACT or not reply.grants, "a place was given in a pause"


def check_spare_places(world: AccountWorld, places: int) -> None:
    """The places that processes would use alone are never more than all, but after the state was lost."""
    epochs = {reply.epoch for _, _, reply in world.decided}
    if len(epochs) < 2:
        assert world.spare_places() <= places, "more places are dealt out than there are"
