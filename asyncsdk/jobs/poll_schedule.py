"""Poll schedule: when to poll a job next, learned from the durations of the jobs before it.

A poll costs a call; waiting costs the time between a job's end and its discovery. The next poll is due
when the waiting that is expected to have gone unnoticed by then has become worth the price of a poll. Durations
are taken as log-normal, fitted to what was seen; the first jobs are guessed at a median of 3 seconds.

Where a job comes with an estimate of its duration, what is fitted is the ratio of the duration to the estimate. The
first ratio seen outweighs the guess that estimates are right, because they may be wrong by any factor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, log, sqrt
from typing import Final, cast, get_args

from attrs import field, frozen

from asyncsdk.errors import InvalidArgument
from asyncsdk.jobs.job import JobState
from asyncsdk.jobs.log_normal import NEGLIGIBLE_SHARE, LogNormal
from asyncsdk.validators import number

__all__ = ["DurationEstimate", "PollPolicy", "soonest_poll_age"]

MEDIAN: Final = 3.0
SPREAD: Final = 1.0
GUESSES: Final = 5.0
MEMORY: Final = 200.0
NARROWEST: Final = 0.15
SHORTEST: Final = 0.05

ESTIMATE_SPREAD: Final = 0.5
ESTIMATE_GUESSES: Final = 0.1

FIRST: Final = 6.0
"""Most seconds until the first poll of a job, while no earlier job has shown how good estimates are."""

TOLERANCE: Final = 0.125
"""A job with an estimate may go unnoticed for this share of its duration."""

TOLERATED: Final = 0.01
"""Share of the time to the next poll by which it may be wrong."""

SHORTEST_STEP: Final = 1e-6
"""Seconds by which ages that share a gap may differ, and the next poll may be wrong, however small gaps may be."""

KEPT: Final = 1024
"""Gaps that are kept at the most."""


def _check_gaps(policy: PollPolicy, _: object, max_gap: float) -> None:
    if max_gap < policy.min_gap:
        raise InvalidArgument(f"PollPolicy.max_gap must be at least min_gap, {policy.min_gap:g}, not {max_gap:g}.")


def _check_words(_: object, __: object, words: object) -> None:
    states = get_args(JobState)
    told = list(cast("Mapping[object, object]", words).items()) if isinstance(words, Mapping) else [(None, None)]
    if not all(isinstance(word, str) and state in states for word, state in told):
        raise InvalidArgument(f"PollPolicy.words must say for each word, a text, which of {states} it means.")


@frozen
class PollPolicy:
    """Poll policy: how often to look at a job."""

    min_gap: float = field(default=0.3, validator=number(above=0))
    """Seconds between two polls at the least."""

    max_gap: float = field(default=60.0, validator=[number(above=0), _check_gaps])
    """Seconds between two polls at the most."""

    price: float = field(default=2.0, validator=number(above=0))
    """What a poll costs, in seconds of waiting; it rises as the day's calls run out."""

    deadline: float = field(default=3600.0, validator=number(above=0))
    """Seconds until a job that is not done ends in ``JobTimeout``."""

    words: Mapping[str, JobState] = field(factory=dict[str, JobState], hash=False, validator=_check_words)
    """Words by which your account's jobs tell their status and that this library does not know, in lower case,
    and what they mean: Act-On publishes few of them. Unknown words fail a job."""


class DurationEstimate:
    """Estimate of the durations of one kind of job.

    Args:
        estimated: whether each comes with an estimate of its duration, ``expected`` seconds, which is then the unit
            in which that duration is learned.
    """

    __slots__ = (
        "_estimated",
        "_gaps",
        "_gaps_step",
        "_gaps_terms",
        "_law",
        "_mean",
        "_seen",
        "_squares",
    )

    def __init__(self, *, estimated: bool = False) -> None:
        self._estimated = estimated
        self._mean: float = 0.0 if estimated else log(MEDIAN)
        self._seen = ESTIMATE_GUESSES if estimated else GUESSES
        self._squares: float = self._seen * (ESTIMATE_SPREAD if estimated else SPREAD) ** 2
        self._law = LogNormal(self._mean, sqrt(self._squares / self._seen))
        # Gaps until the next poll by about the age, of this law and on one set of terms: jobs share their ages.
        self._gaps: dict[float, float] = {}
        self._gaps_step = SHORTEST_STEP
        self._gaps_terms: tuple[PollPolicy, float, float] | None = None

    def record(self, earliest: float, latest: float, expected: float = 1.0) -> None:
        """Learn from a job that ended between these ages, in seconds; earlier jobs give the likely moment."""
        latest = max(latest, SHORTEST)
        value, variance = self._law.log_moments_between(earliest / expected, latest / expected)
        if self._seen >= MEMORY:
            self._squares *= (self._seen - 1) / self._seen
            self._seen -= 1
        self._seen += 1
        off = value - self._mean
        self._mean += off / self._seen
        self._squares += off * (value - self._mean) + variance
        spread = max(NARROWEST, sqrt(self._squares / self._seen))
        if self._seen < 2 or not self._law.is_near(self._mean, spread):  # the first job also changes the bounds
            self._law = LogNormal(self._mean, spread)
            self._gaps.clear()

    def next_poll_age(self, age: float, policy: PollPolicy, price: float, expected: float = 1.0) -> float:
        """The age at which to poll next a job that was not done at ``age``.

        Args:
            age: seconds since the job began.
            policy: the bounds.
            price: what a poll costs now, in seconds of waiting.
            expected: the estimate of its duration, in seconds.
        """
        terms = policy, price, expected
        if terms != self._gaps_terms or len(self._gaps) >= KEPT:
            self._gaps.clear()
            self._gaps_terms = terms
            self._gaps_step = max(SHORTEST_STEP, policy.min_gap * TOLERATED)
        about = age // self._gaps_step
        gap = self._gaps.get(about)
        if gap is None:
            gap = self._gaps[about] = self._next_poll_age(age, policy, price, expected) - age
        return age + gap

    def _next_poll_age(self, age: float, policy: PollPolicy, price: float, expected: float) -> float:
        """As ``next_poll_age``, worked out."""
        low, high = self._bounds(age, policy, price)
        law_at = self._law.at
        done_before, area_before, _ = law_at(age / expected)
        if 1.0 - done_before < NEGLIGIBLE_SHARE:  # earlier durations no longer say when the job will end
            return min(high, max(low, age + max(2.0, age / 4)))

        def gain(later: float) -> tuple[float, float]:
            """What a poll at a later age is worth beyond its price, and how fast that rises."""
            done, area, slope = law_at(later / expected)
            unnoticed = (area - area_before) * expected - done_before * (later - age)
            return unnoticed - price * (1.0 - done), done - done_before + price * slope / expected

        if gain(low)[0] >= 0:
            return low
        if gain(high)[0] < 0:
            return high
        return _root(gain, low, high, age)

    def _bounds(self, age: float, policy: PollPolicy, price: float) -> tuple[float, float]:
        """The ages between which the next poll comes."""
        if not self._estimated:
            return age + policy.min_gap, age + policy.max_gap
        low, high = soonest_poll_age(age, policy, price), age + policy.max_gap
        if self._seen < 1:  # an estimate that is far too long must not cost much more time than the job takes
            high = max(low, min(high, age + max(age, FIRST)))
        return low, high


def soonest_poll_age(age: float, policy: PollPolicy, price: float) -> float:
    """The age before which a job with an estimate is not polled again, whatever was learned.

    Args:
        age: as for ``DurationEstimate.next_poll_age``.
        policy: as for ``DurationEstimate.next_poll_age``.
        price: as for ``DurationEstimate.next_poll_age``.
    """
    return age + min(policy.max_gap, max(policy.min_gap, price, age * TOLERANCE))


def _root(function: Callable[[float], tuple[float, float]], low: float, high: float, age: float) -> float:
    """Root of a rising function that gives its value and its slope, by Newton's method between bounds.

    Args:
        function: below 0 at ``low``, and not at ``high``.
        low: an age before the root.
        high: an age after it, or the root.
        age: how near the result comes is a share of its distance from this age.
    """
    while high - low > max(SHORTEST_STEP, TOLERATED * (low - age)):
        middle = age + sqrt((low - age) * (high - age))
        if not low < middle < high:  # they differ from the age by less than it can tell
            middle = (low + high) / 2
        while low < middle < high:
            value, slope = function(middle)
            if value < 0:
                low = middle
            else:
                high = middle
            step = value / slope if slope > 0 else inf
            middle -= step
            if abs(step) <= TOLERATED / 2 * (low - age):
                return min(max(middle, low), high)
    return high
