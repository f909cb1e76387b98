"""How well the watcher chooses when to look: mean extra latency against the optimum at equally many looks.

Jobs come one after the other in simulated time, and the schedule learns from each, as the watcher has it learn.
The optimum knows the law of the durations beforehand; its price of a look is set so that it looks as often.

Then jobs whose duration somebody has estimated beforehand, as that of an uploaded file from its rows: what it costs
when all estimates of a session are wrong by a factor, for the first job and for those after it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import exp, log
from typing import Final, TypeAlias

from asyncsdk.jobs.poll_schedule import DurationEstimate, PollPolicy
from benchmarks.optimal_polls import LogNormal, best_looks, latency_and_polls
from benchmarks.report import arguments, reporting
from benchmarks.table import Row

Next: TypeAlias = Callable[[float], float]
"""From the age at the last look to the age at the next."""

LAWS: Final = (LogNormal(0.5, 5.0), LogNormal(5.0, 120.0), LogNormal(60.0, 900.0))
LEARNING: Final = 200
"""Jobs that are not counted."""

ESTIMATES: Final = (5.5, 55.0, 505.0)
"""Seconds."""

FACTORS: Final = (0.01, 0.1, 1.0, 10.0, 100.0)
NOISE: Final = 0.2
"""Durations scatter about their estimate times the factor, log-normal."""

JOBS: Final = 5
"""Jobs of one session."""


def learned(policy: PollPolicy, durations: Sequence[float]) -> tuple[float, float]:
    """Mean latency and polls of the library's schedule, once it has learned."""
    known = DurationEstimate()
    latency = polls = 0.0
    for number, duration in enumerate(durations):
        looked, looks, age = 0.0, 0, 0.0
        while age < duration or not looks:
            looked, age = age, known.next_poll_age(age, policy, policy.price)
            looks += 1
        known.record(looked, age)
        if number >= LEARNING:
            latency += age - duration
            polls += looks
    counted = len(durations) - LEARNING
    return latency / counted, polls / counted


def fixed(gap: float, horizon: float) -> list[float]:
    """Look every so many seconds."""
    return [gap * (number + 1) for number in range(int(horizon / gap) + 1)]


def exponential(first: float, factor: float, cap: float, horizon: float) -> list[float]:
    """Each gap longer than the one before."""
    looks, gap = [first], first
    while looks[-1] < horizon:
        gap = min(cap, gap * factor)
        looks.append(looks[-1] + gap)
    return looks


class Optimum:
    """The least latency by the number of polls, on the same durations."""

    def __init__(self, law: LogNormal, durations: Sequence[float]) -> None:
        self._law = law
        self._durations = durations

    def latency_at(self, polls: float) -> float:
        """Bisect for the price at which the optimum looks as often, then interpolate between its neighbours."""
        low, high = self._law.median * 1e-4, self._law.p99 * 20
        at_low, at_high = self._at(low), self._at(high)
        for _ in range(12):
            middle = (low * high) ** 0.5
            found = self._at(middle)
            if found[1] > polls:
                low, at_low = middle, found
            else:
                high, at_high = middle, found
        if at_low[1] == at_high[1]:
            return at_high[0]
        share = (at_low[1] - polls) / (at_low[1] - at_high[1])
        return exp(log(at_low[0]) * (1 - share) + log(at_high[0]) * share)

    def _at(self, price: float) -> tuple[float, float]:
        return latency_and_polls(best_looks(self._law, price), self._durations)


def rows(law: LogNormal, jobs: int) -> list[Row]:
    """All schedules under one law."""
    chance = random.Random(7)
    durations = [chance.lognormvariate(log(law.median), law.spread) for _ in range(jobs + LEARNING)]
    counted = durations[LEARNING:]
    horizon = max(counted) + 1
    optimum = Optimum(law, counted)
    found = {
        "asyncsdk": learned(PollPolicy(), durations),
        "fixed 5 s": latency_and_polls(fixed(5.0, horizon), counted),
        "exponential 2 s x1.5 to 30 s": latency_and_polls(exponential(2.0, 1.5, 30.0, horizon), counted),
    }
    name = f"median {law.median:g} s, p99 {law.p99:g} s"
    table: list[Row] = []
    for schedule, (latency, polls) in found.items():
        goals = (1.05, 1.15) if schedule == "asyncsdk" else (None, None)
        ratio = latency / optimum.latency_at(polls)
        table += [
            Row(f"{name}: {schedule}, looks per job", polls),
            Row(f"{name}: {schedule}, mean extra latency", latency, "s"),
            Row(f"{name}: {schedule} / optimum", ratio, goal=goals[0], limit=goals[1]),
        ]
    return table


def followed(known: DurationEstimate, duration: float, expected: float) -> tuple[int, float]:
    """Looks at one job, from which the schedule learns, and how late its end is noticed."""
    policy = PollPolicy()
    looked, looks, age = 0.0, 0, 0.0
    while age < duration:
        looked, age = age, known.next_poll_age(age, policy, policy.price, expected)
        looks += 1
    known.record(looked, age, expected)
    return looks, age - duration


def wrong_estimates(expected: float, factor: float, sessions: int) -> list[Row]:
    """The first job and the later ones, with the estimate and without it."""
    chance = random.Random(7)
    first, later, without = list[tuple[int, float]](), list[tuple[int, float]](), list[tuple[int, float]]()
    for _ in range(sessions):
        known = DurationEstimate(estimated=True)
        durations = [expected * factor * chance.lognormvariate(0.0, NOISE) for _ in range(JOBS)]
        found = [followed(known, duration, expected) for duration in durations]
        first.append(found[0])
        later += found[1:]
        without.append(followed(DurationEstimate(), durations[0], 1.0))
    name = f"estimate {expected:g} s, takes {expected * factor:,.3g} s"
    table: list[Row] = []
    for which, jobs in (("first job", first), ("later jobs", later), ("first job without estimate", without)):
        looks = sum(looks for looks, _ in jobs) / len(jobs)
        late = sum(late for _, late in jobs) / len(jobs)
        table += [
            Row(f"{name}: {which}, looks", looks),
            Row(f"{name}: {which}, mean extra latency", late, "s"),
        ]
    return table


def main() -> None:
    """Run from the command line."""
    chosen = arguments(__doc__, quick="a few seconds, too few jobs to judge by").parse_args()
    jobs = 300 if chosen.quick else 10_000
    sessions = jobs // 100
    with reporting("poll_schedule", chosen) as report:
        table = [row for law in LAWS for row in rows(law, jobs)]
        report.show(f"When to look, log-normal durations, {jobs:,} jobs of each law, simulated", table)
        table = [
            row
            for expected in ESTIMATES
            for factor in FACTORS
            if expected * factor < PollPolicy().deadline / 2
            for row in wrong_estimates(expected, factor, sessions)
        ]
        title = f"When to look at jobs with estimates, {sessions:,} sessions of {JOBS} jobs each, simulated"
        report.show(title, table)


if __name__ == "__main__":
    main()
