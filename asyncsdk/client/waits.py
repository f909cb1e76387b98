"""Waits of a session: what it waits for by itself, as its settings say, or next to nothing in a fast test."""

from __future__ import annotations

from typing import Final

from attrs import evolve, frozen

from asyncsdk.http.fast_servers import FAST_SERVERS
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.limits.policy import Limits

__all__ = ["Waits", "waits_for"]

A_MOMENT: Final = 0.005
"""Seconds of a pause in a fast test: the other tasks have their turn, and a job that stands still costs little."""

CALLS_PER_SECOND: Final = 1_000_000


@frozen(eq=False, repr=False)
class Waits:
    """Waits: all that makes a session pause."""

    pauses: PausePolicy
    """Between two attempts, and wherever else a time is waited for."""

    pace: Limits
    """The limits by which calls are let through. What the limits say of anything but the second is as it was given:
    of the day and the logins nobody waits for more, so a test sees them refused."""

    polling: PollPolicy
    """How often jobs are looked at."""

    @property
    def is_short(self) -> bool:
        """Whether they are those of a fast test."""
        return self.pauses.is_short


def waits_for(base_url: str, limits: Limits, polling: PollPolicy) -> Waits:
    """The waits of a session: as its settings say, unless a test has made an emulator at this URL fast.

    Args:
        base_url: the server.
        limits: what the account is allowed.
        polling: how often jobs are looked at.
    """
    if not FAST_SERVERS.has(base_url):
        return Waits(PausePolicy(), limits, polling)
    pauses = PausePolicy(A_MOMENT)
    least, most = pauses.seconds(polling.min_gap), pauses.seconds(polling.max_gap)
    return Waits(
        pauses,
        evolve(limits, calls_per_second=CALLS_PER_SECOND),
        evolve(polling, min_gap=least, max_gap=most),
    )
