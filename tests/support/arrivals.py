"""Arrivals at a server: what a limiter is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from attrs import frozen

__all__ = ["Arrival", "accepted_rate", "best_rate", "calls_by", "fullest_second", "longest_gap", "refused"]


@frozen
class Arrival:
    """One call as it arrived."""

    time: float
    """Seconds of the monotonic clock, which all processes of a machine share."""
    accepted: bool
    who: str
    """The worker that made it, or ``login`` or ``refresh``."""


def fullest_second(arrivals: Iterable[Arrival]) -> int:
    """The most calls in any second, refused ones too."""
    times = sorted(each.time for each in arrivals)
    most = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def accepted_rate(arrivals: Sequence[Arrival]) -> float:
    """Accepted calls a second, after the first five, which find an empty second."""
    times = sorted(each.time for each in arrivals if each.accepted)
    return (len(times) - 5) / (times[-1] - times[4]) if len(times) > 5 else 0.0


def best_rate(low: float, high: float) -> float:
    """The best rate without refusals of one who does not know when calls arrive, after ``low`` to ``high`` s."""
    return 5 / (1 + high - low)


def refused(arrivals: Iterable[Arrival]) -> int:
    """How many were refused."""
    return sum(not each.accepted for each in arrivals)


def longest_gap(arrivals: Iterable[Arrival]) -> float:
    """The longest time without a call, from the first to the last."""
    return max(later.time - earlier.time for earlier, later in pairwise(arrivals))


def calls_by(arrivals: Iterable[Arrival], who: Iterable[str]) -> dict[str, int]:
    """How many accepted calls each worker made."""
    made = dict.fromkeys(who, 0)
    for each in arrivals:
        if each.accepted and each.who in made:
            made[each.who] += 1
    return made
