"""When a job is looked at again: within bounds, later where looks are dear, and wiser with experience."""

from __future__ import annotations

import pytest

from asyncsdk import PollPolicy
from asyncsdk.jobs.poll_schedule import DurationEstimate

POLICY = PollPolicy()
AGES = [0.0, 0.1, 0.5, 1.0, 3.0, 10.0, 30.0, 120.0, 600.0, 3_000.0, 1e6]


def taught(seconds: float, times: int = 100) -> DurationEstimate:
    """What is known after so many jobs that took so long."""
    durations = DurationEstimate()
    for _ in range(times):
        durations.record(seconds, seconds)
    return durations


def estimated(*jobs: tuple[float, float]) -> DurationEstimate:
    """What is known of jobs with estimates, after some that took so long and should have taken so long."""
    durations = DurationEstimate(estimated=True)
    for took, expected in jobs:
        durations.record(took, took, expected)
    return durations


def followed(durations: DurationEstimate, took: float, expected: float) -> tuple[int, float]:
    """The looks at a job that takes so long, and how late its end is noticed."""
    age, looks = 0.0, 0
    while age < took:
        age, looks = durations.next_poll_age(age, POLICY, POLICY.price, expected), looks + 1
    return looks, age - took


@pytest.mark.slow
@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("took", [None, 0.01, 0.5, 5.0, 300.0])
@pytest.mark.parametrize("price", [0.01, 2.0, 40.0, 1e6])
def test_the_next_look_stays_within_its_bounds(age: float, took: float | None, price: float) -> None:
    """Never sooner than ``min_gap`` and never later than ``max_gap``, whatever was learned."""
    durations = DurationEstimate() if took is None else taught(took)
    gap = durations.next_poll_age(age, POLICY, price) - age
    assert POLICY.min_gap - 1e-9 <= gap <= POLICY.max_gap + 1e-9


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("took", [None, 0.5, 20.0])
def test_dearer_looks_come_later(age: float, took: float | None) -> None:
    """As the day's calls run out and the price rises, no look comes sooner."""
    durations = DurationEstimate() if took is None else taught(took)
    looks = [durations.next_poll_age(age, POLICY, price) for price in (0.1, 0.5, 1, 2, 3, 5, 10, 20, 40, 80)]
    assert looks == sorted(looks)
    if age == 0.0:
        assert looks[0] < looks[-1]


def test_the_first_look_learns_from_the_jobs_before() -> None:
    """After jobs of half a minute the first look waits for about that long; after quick ones it comes at once."""
    quick, unknown, slow = (
        each.next_poll_age(0, POLICY, 2.0) for each in (taught(0.5), DurationEstimate(), taught(30.0))
    )
    assert quick < unknown < slow
    assert quick < 1.5
    assert 15 < slow < 60


def test_what_was_learned_is_forgotten_in_time() -> None:
    """When jobs become slow, a few hundred of them outweigh any number of quick ones before."""
    durations = taught(0.5, times=5_000)
    for _ in range(600):
        durations.record(30, 30)
    assert durations.next_poll_age(0, POLICY, 2.0) > 10


def test_a_job_that_outlived_all_others_is_looked_at_by_its_age() -> None:
    """The past tells nothing of it any more: a quarter of its age, at least 2 seconds, at most ``max_gap``."""
    durations = taught(0.5, times=1_000)
    assert durations.next_poll_age(4.0, POLICY, 2.0) == 6.0
    assert durations.next_poll_age(100.0, POLICY, 2.0) == 125.0
    assert durations.next_poll_age(1_000.0, POLICY, 2.0) == 1_060.0
    assert durations.next_poll_age(4.0, PollPolicy(min_gap=5.0), 2.0) == 9.0


@pytest.mark.slow
@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("took", [None, 0.01, 1.0, 100.0])
@pytest.mark.parametrize("price", [0.01, 2.0, 40.0, 1e6])
@pytest.mark.parametrize("expected", [5.0, 505.0])
def test_an_estimate_keeps_the_bounds(age: float, took: float | None, price: float, expected: float) -> None:
    """However long a job should take: never sooner than ``min_gap`` and never later than ``max_gap``."""
    durations = estimated() if took is None else estimated(*[(expected * took, expected)] * 20)
    gap = durations.next_poll_age(age, POLICY, price, expected) - age
    assert POLICY.min_gap - 1e-9 <= gap <= POLICY.max_gap + 1e-9


@pytest.mark.parametrize("expected", [5.0, 5.5, 6.0])
def test_a_job_that_keeps_to_its_estimate_is_found_by_the_first_look(expected: float) -> None:
    """A small file, whose job takes as long as was said, costs one look, within half a second of its end."""
    looks, late = followed(estimated(), expected, expected)
    assert looks == 1
    assert late < 0.5


@pytest.mark.parametrize("expected", [5.0, 10.0, 55.0, 505.0, 2005.0])
@pytest.mark.parametrize("factor", [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0])
def test_an_estimate_may_be_wrong_by_any_factor(expected: float, factor: float) -> None:
    """A job is noticed in its own time: late by no more than it took, or 6 seconds; and it costs few looks."""
    took = min(factor * expected, POLICY.deadline)
    looks, late = followed(estimated(), took, expected)
    assert late <= max(6.0, min(took, POLICY.max_gap))
    assert looks <= 25 + took / POLICY.max_gap


@pytest.mark.parametrize("factor", [0.01, 0.1, 1.0, 10.0, 100.0])
def test_the_first_job_corrects_the_estimates(factor: float) -> None:
    """Of the second file, whatever its size, the end is noticed sooner than the first time, with fewer looks."""
    blind, wise = estimated(), estimated((factor * 20.0, 20.0))
    looks, late = followed(blind, factor * 30.0, 30.0)
    then_looks, then_late = followed(wise, factor * 30.0, 30.0)
    assert then_looks <= looks
    assert then_looks + then_late / 2 < looks + late / 2


def test_few_looks_find_a_usual_job() -> None:
    """A job of the median length is found after at most four looks, and within a few seconds of its end."""
    for took in (0.5, 5.0, 60.0):
        durations, age, looks = taught(took), 0.0, 0
        while age < took:
            age, looks = durations.next_poll_age(age, POLICY, 2.0), looks + 1
        assert looks <= 4
        assert age - took < max(3.0, took / 4)


@pytest.mark.parametrize("name", ["min_gap", "max_gap", "price", "deadline"])
def test_a_policy_takes_only_positive_seconds(name: str) -> None:
    """A gap, a price or a deadline of nothing would poll for ever or never: it is refused."""
    for value in (0, -1.0):
        with pytest.raises(ValueError, match=name):
            PollPolicy(**{name: value})


@pytest.mark.parametrize("took", [0.5, 5.0, 60.0])
@pytest.mark.parametrize("jobs", [1, 3, 10, 100])
def test_what_was_worked_out_before_follows_what_is_learned(took: float, jobs: int) -> None:
    """A schedule that was asked after each job says what one says that is asked for the first time, within 5 %."""
    asked, fresh = DurationEstimate(), DurationEstimate()
    ages = [each * 0.37 for each in range(40)]
    for number in range(jobs):
        for durations in (asked, fresh):
            durations.record(took * (0.8 + number % 5 / 10), took * (0.8 + number % 5 / 10))
        for age in ages:
            asked.next_poll_age(age, POLICY, 2.0)
    for age in ages:
        assert asked.next_poll_age(age, POLICY, 2.0) - age == pytest.approx(
            fresh.next_poll_age(age, POLICY, 2.0) - age, rel=0.05
        )


@pytest.mark.parametrize("age", [0.0, 0.3, 1.0, 3.0, 40.0, 3600.0])
def test_the_smallest_gap_there_is_is_no_error(age: float) -> None:
    """Gaps between looks may be so small that an age cannot tell them: the next look comes when it always did."""
    usual = DurationEstimate().next_poll_age(age, PollPolicy(min_gap=0.01), 2.0)
    for min_gap in (5e-324, 1e-17, 1e-13):
        found = DurationEstimate().next_poll_age(age, PollPolicy(min_gap=min_gap), 2.0)
        assert found - age == pytest.approx(usual - age, rel=0.05)
