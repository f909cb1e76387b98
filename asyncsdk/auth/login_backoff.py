"""Backoff between logins that bring no token: there are five an hour, and a short outage must not use up all.

A login counts as failed until ``/token`` has given a token after it. So one whose outcome is not known, because
its process was killed, counts as well, and processes that share a store need to agree on nothing but its times.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from asyncsdk.limits.tally import SKEW

__all__ = ["failed_logins", "login_wait"]

WAITS: Final = (10.0, 60.0, 300.0, 1200.0)
"""Seconds from the last of so many failed logins to the next one: two in the first minute, five in half an hour."""

JITTER: Final = (0.95, 1.2)
"""Bounds of a random factor for each wait, so that sessions without a common store do not retry together."""


def failed_logins(logins: Sequence[float], succeeded: float, now: float) -> list[float]:
    """The logins that brought no token, by their times."""
    return [login for login in logins if succeeded < login <= now + SKEW]


def login_wait(logins: Sequence[float], succeeded: float, now: float) -> float:
    """Seconds until the next login may be tried; 0 if it may be tried now.

    Args:
        logins: the times of the last hour's logins.
        succeeded: the last one after which there was a token.
        now: the time of day.
    """
    failed = failed_logins(logins, succeeded, now)
    if not failed:
        return 0.0
    last = max(failed)
    # Seeded with the time of the login: all sessions that share it wait equally long, however often they ask.
    share = Random(last).uniform(*JITTER)
    return max(0.0, min(last, now) + WAITS[min(len(failed), len(WAITS)) - 1] * share - now)
