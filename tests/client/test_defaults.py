"""Defaults: the numbers that the documentation promises where nothing is said."""

from __future__ import annotations

from asyncsdk import (
    PollPolicy,
    RetryPolicy,
    Timeout,
)


def test_a_call_is_tried_four_times() -> None:
    """Four attempts in all, with waits of half a second that double, up to half a minute."""
    policy = RetryPolicy()
    assert (policy.attempts, policy.base, policy.cap) == (4, 0.5, 30.0)


def test_a_job_is_given_an_hour() -> None:
    """Looks come 0.3 to 60 s apart, one costs 2 s of waiting, and a job ends after an hour."""
    policy = PollPolicy()
    assert (policy.min_gap, policy.max_gap, policy.price, policy.deadline) == (0.3, 60.0, 2.0, 3600.0)


def test_the_network_is_given_ten_seconds_to_connect_and_a_minute_to_answer() -> None:
    """So long may opening a connection take, and so long the silence between two pieces of an answer."""
    timeout = Timeout()
    assert (timeout.connect, timeout.read) == (10.0, 60.0)
