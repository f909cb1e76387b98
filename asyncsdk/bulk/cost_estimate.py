"""Cost estimate: calls and seconds that it takes to send rows.

Of the network and of Act-On's own speed nothing is published: a job is guessed to take 5 seconds, and one more for
each 2,000 rows. What a session sees of its jobs corrects that for the polls of the next ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Final, Protocol

from attrs import evolve, frozen

from asyncsdk.jobs.poll_schedule import DurationEstimate, PollPolicy, soonest_poll_age
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.tally import DAY
from asyncsdk.uploads.job_estimate import job_seconds

__all__ = [
    "MAX_OVERRUN",
    "QUESTIONS",
    "Cost",
    "FileSize",
    "cost_of_records",
    "cost_of_uploads",
    "max_polls",
    "with_days",
]

EFFICIENCY: Final = 0.94
"""The share of the calls of a second that a run really makes."""

UPLINK: Final = 2_500_000
"""Bytes a second."""

MAX_OVERRUN: Final = 3.0
"""The estimate allows for jobs that take so many times their expected duration."""

QUESTIONS: Final = 2
"""Calls that read the list's columns and, where a file remembers something of it, whose account it is."""


class FileSize(Protocol):
    """Size of a file: what its cost depends on."""

    @property
    def rows(self) -> int:
        """How many rows it has."""
        ...

    @property
    def size(self) -> int:
        """Its length in bytes."""
        ...


@frozen
class Cost:
    """Cost of a run."""

    calls: int
    """At the most, unless calls have to be repeated or a job takes more than ``MAX_OVERRUN`` times its estimate."""

    calls_expected: int
    """If every job takes as long as estimated."""

    seconds: float
    """About how long it takes."""


def cost_of_records(rows: int, limits: Limits) -> Cost:
    """Cost of a call for each row, without the day's limit."""
    calls = QUESTIONS + rows
    return Cost(calls, calls, rows * limits.period / (limits.places * EFFICIENCY))


def cost_of_uploads(files: Iterable[FileSize], single: int, limits: Limits, polling: PollPolicy) -> Cost:
    """Cost of files, and of rows that are sent by themselves, without the day's limit."""
    records = cost_of_records(single, limits)
    calls, calls_expected, seconds = records.calls, records.calls_expected, records.seconds
    for file in files:
        job = job_seconds(file.rows)
        polls, found = _polls(job, job, polling)
        upload, rejects = 1, 1
        calls += upload + rejects + max_polls(job, polling)
        calls_expected += upload + polls
        seconds += file.size / UPLINK + found
    return Cost(calls, calls_expected, seconds)


def max_polls(expected: float, polling: PollPolicy) -> int:
    """Most polls of a job that should take so many seconds."""
    age, count = 0.0, 0
    while age < min(MAX_OVERRUN * expected, polling.deadline):
        age = soonest_poll_age(age, polling, polling.price)
        count += 1
    return count


def _polls(seconds: float, expected: float, polling: PollPolicy) -> tuple[int, float]:
    """Polls of a job that takes so long, if none was seen before, and its age at the last of them."""
    durations, age, count = DurationEstimate(estimated=True), 0.0, 0
    while age < seconds:
        age = durations.next_poll_age(age, polling, polling.price, expected)
        count += 1
    return count, age


def with_days(cost: Cost, usage: Usage, limits: Limits) -> Cost:
    """The cost with the waits for the limit of the day.

    A call counts for 24 hours. Those made before are taken to come back one after the other from ``calls_reset_in``
    on: when each was made, ``Usage`` does not say.
    """
    if not limits.calls_per_day:
        return evolve(cost, seconds=inf)
    calls = cost.calls_expected
    whole_days, before = divmod(calls - 1, limits.calls_per_day)
    rest = before + 1
    last_day = cost.seconds * rest / calls
    missing = rest - usage.calls_left
    if missing > 0:
        share = missing / max(missing, usage.calls_made)
        last_day = max(last_day, usage.calls_reset_in + (DAY - usage.calls_reset_in) * share)
    return evolve(cost, seconds=whole_days * DAY + last_day)
