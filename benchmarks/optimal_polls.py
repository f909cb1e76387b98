"""The best times to look at a job whose duration follows a known law: dynamic programming, nothing learned."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import erfc, exp, inf, log, sqrt
from typing import Final

from attrs import frozen

__all__ = ["LogNormal", "best_looks", "latency_and_polls"]

STEP: Final = 1.015
"""Each age considered is so many times the one before."""

NORMAL_P99: Final = 2.3263478740408408


@frozen
class LogNormal:
    """Durations, by their median and 99th percentile in seconds."""

    median: float
    p99: float

    @property
    def spread(self) -> float:
        """The standard deviation of the logarithm."""
        return log(self.p99 / self.median) / NORMAL_P99

    def done(self, age: float) -> float:
        """The share of jobs done by this age."""
        return _normal(self._standard(age)) if age > 0 else 0.0

    def area(self, age: float) -> float:
        """The integral of ``done`` from 0 on."""
        if age <= 0:
            return 0.0
        partial_mean = self.median * exp(self.spread**2 / 2) * _normal(self._standard(age) - self.spread)
        return age * self.done(age) - partial_mean

    def _standard(self, age: float) -> float:
        return log(age / self.median) / self.spread


def best_looks(law: LogNormal, price: float) -> list[float]:
    """The ages at which to look so that the mean latency, plus ``price`` for each look, is the least.

    ``cost[i]`` is the least cost from a look at age ``ages[i]`` on, times the share of jobs that are alive then.
    """
    ages = [0.0, law.median * exp(-4 * law.spread)]
    while ages[-1] < law.median * exp(4.5 * law.spread):
        ages.append(ages[-1] * STEP)
    done = [law.done(age) for age in ages]
    area = [law.area(age) for age in ages]
    last = len(ages) - 1
    cost = [0.0] * len(ages)
    following = [last] * len(ages)
    for at in reversed(range(last)):
        least = inf
        for later in range(at + 1, last + 1):
            waited = area[later] - area[at] - done[at] * (ages[later] - ages[at])
            if waited > least:
                break
            if waited + cost[later] < least:
                least, following[at] = waited + cost[later], later
        cost[at] = least + price * (1 - done[at])
    looks: list[float] = []
    at = 0
    while at < last:
        at = following[at]
        looks.append(ages[at])
    return looks


def latency_and_polls(looks: Sequence[float], durations: Sequence[float]) -> tuple[float, float]:
    """The mean seconds between a job's end and its discovery, and the mean number of looks."""
    gap = looks[-1] - looks[-2] if len(looks) > 1 else looks[-1]
    latency = polls = 0.0
    for duration in durations:
        index = bisect_left(looks, duration)
        polls += index + 1
        if index < len(looks):
            latency += looks[index] - duration
        else:
            latency += gap / 2
    return latency / len(durations), polls / len(durations)


def _normal(value: float) -> float:
    return erfc(-value / sqrt(2)) / 2
