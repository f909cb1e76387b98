"""When a look is due, against the rule worked out by other means: sums in small steps, and a normal law."""

from __future__ import annotations

from math import log, sqrt
from statistics import NormalDist

import pytest

from asyncsdk import PollPolicy
from asyncsdk.jobs.poll_schedule import DurationEstimate

POLICY = PollPolicy(min_gap=1e-3, max_gap=1e5)
STEPS = 4000


class Known:
    """Durations in logarithms: a guess that counts as so many jobs, and the jobs that were seen."""

    def __init__(self, mean: float, spread: float, guesses: float) -> None:
        self.mean = mean
        self.weight = guesses
        self.squares = guesses * spread**2

    def saw(self, mean: float, variance: float = 0.0) -> None:
        """One more job."""
        weight = self.weight + 1
        off = mean - self.mean
        self.squares += variance + off**2 * self.weight / weight
        self.mean += off / weight
        self.weight = weight

    def law(self, expected: float = 1.0) -> NormalDist:
        """What the logarithm of the next one's duration is taken to be."""
        return NormalDist(self.mean + log(expected), max(0.15, sqrt(self.squares / self.weight)))


def due(law: NormalDist, age: float, price: float) -> float:
    """The age at which the waiting expected to have gone unnoticed first costs as much as a look."""
    done_before = law.cdf(log(age)) if age else 0.0
    step = (age + price + 1.0) / STEPS
    later, unnoticed = age, 0.0
    while unnoticed < price * (1.0 - law.cdf(log(later)) if later else 1.0):
        later += step
        unnoticed += (law.cdf(log(later - step / 2)) - done_before) * step
    return later


@pytest.mark.parametrize("price", [0.5, 2.0, 10.0])
@pytest.mark.parametrize("age", [0.0, 0.5, 2.0, 5.0, 20.0])
def test_an_unknown_job_is_guessed_at_three_seconds(age: float, price: float) -> None:
    """Before any job was seen a look is due as if half of all jobs took less than 3 s, and two thirds 1 to 8 s."""
    law = Known(log(3.0), 1.0, 5.0).law()
    looked = DurationEstimate().next_poll_age(age, POLICY, price)
    assert looked - age == pytest.approx(due(law, age, price) - age, rel=0.02)


@pytest.mark.parametrize("jobs", [[0.5], [0.5, 8.0], [20.0] * 3, [1.0] * 40, [0.2, 0.4] * 30])
@pytest.mark.parametrize("age", [0.0, 1.0])
def test_the_guess_counts_as_five_jobs(jobs: list[float], age: float) -> None:
    """Each job that ended at a known age moves the middle and the spread of what is expected of the next."""
    known, durations = Known(log(3.0), 1.0, 5.0), DurationEstimate()
    for took in jobs:
        known.saw(log(took))
        durations.record(took, took)
    looked = durations.next_poll_age(age, POLICY, 2.0)
    assert looked - age == pytest.approx(due(known.law(), age, 2.0) - age, rel=0.02)


@pytest.mark.parametrize(("earliest", "latest"), [(0.0, 4.0), (2.0, 9.0), (5.0, 5.5), (0.0, 0.6)])
def test_a_job_that_ended_between_two_looks_counts_as_the_others_would_have_it(
    earliest: float, latest: float
) -> None:
    """When exactly it ended is not known: it counts by the mean and the spread of all that ends in between."""
    known, durations = Known(log(3.0), 1.0, 5.0), DurationEstimate()
    for _ in range(4):
        law = known.law()
        low = law.cdf(log(earliest)) if earliest else 0.0
        high = law.cdf(log(latest))
        between = [law.inv_cdf(low + (high - low) * (part + 0.5) / STEPS) for part in range(STEPS)]
        mean = sum(between) / STEPS
        known.saw(mean, sum((value - mean) ** 2 for value in between) / STEPS)
        durations.record(earliest, latest)
    assert durations.next_poll_age(0.0, POLICY, 2.0) == pytest.approx(due(known.law(), 0.0, 2.0), rel=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [[(30.0, 10.0)], [(30.0, 10.0), (5.0, 2.5)], [(1.0, 50.0)] * 5])
@pytest.mark.parametrize("expected", [20.0, 200.0])
def test_what_is_learned_of_estimates_is_their_factor(jobs: list[tuple[float, float]], expected: float) -> None:
    """Of jobs with estimates the ratio to them is learned; the guess that they are right weighs a tenth job."""
    known, durations = Known(0.0, 0.5, 0.1), DurationEstimate(estimated=True)
    for took, told in jobs:
        known.saw(log(took / told))
        durations.record(took, took, told)
    looked = durations.next_poll_age(0.0, POLICY, 2.0, expected)
    assert looked == pytest.approx(max(2.0, due(known.law(expected), 0.0, 2.0)), rel=0.02)


def test_an_untested_estimate_is_looked_at_within_its_age() -> None:
    """Until a job has tested the estimates, the first look comes after 6 s and each other after as long again."""
    durations, policy = DurationEstimate(estimated=True), PollPolicy()
    assert durations.next_poll_age(0.0, policy, 2.0, 1000.0) == 6.0
    assert durations.next_poll_age(6.0, policy, 2.0, 1000.0) == 12.0
    assert durations.next_poll_age(12.0, policy, 2.0, 1000.0) == 24.0
    assert durations.next_poll_age(100.0, policy, 2.0, 100_000.0) == 160.0
    durations.record(1000.0, 1000.0, 1000.0)
    assert durations.next_poll_age(0.0, policy, 2.0, 1000.0) == 60.0


def test_a_job_with_an_estimate_is_looked_at_by_its_age_at_the_most() -> None:
    """Its end may go unnoticed for an eighth of its duration: looks come no closer, nor than the price of one."""
    durations, policy = DurationEstimate(estimated=True), PollPolicy()
    for _ in range(20):
        durations.record(10.0, 10.0, 100.0)
    assert durations.next_poll_age(11.0, policy, 0.5, 100.0) == pytest.approx(11.0 * 1.125, rel=1e-6)
    assert durations.next_poll_age(11.0, policy, 5.0, 100.0) >= 16.0
    assert durations.next_poll_age(9.0, PollPolicy(min_gap=4.0), 0.5, 100.0) == 13.0


def test_jobs_that_are_done_at_once_count_as_a_twentieth_of_a_second() -> None:
    """However quick jobs are, looks are not asked for at once: no logarithm of nothing is taken."""
    durations, same = DurationEstimate(), DurationEstimate()
    for _ in range(50):
        durations.record(0.0, 0.0)
        same.record(0.0, 0.05)
    assert durations.next_poll_age(0.0, POLICY, 2.0) == same.next_poll_age(0.0, POLICY, 2.0) < 0.6
