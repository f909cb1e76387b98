"""Quota pacing: how often a queue may send, so that the day's calls last."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite
from typing import Final

from attrs import frozen

from asyncsdk import clock
from asyncsdk.http.call_count import CallCount
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.limits.policy import Usage
from asyncsdk.queue.event_loop import loop_time

__all__ = ["Pace", "QuotaPacer", "pace_from_text"]

DAY: Final = 86_400.0
MOST_CALLS: Final = 1_000_000


@frozen
class Pace:
    """What the next process that sends has to know, so that it does not flush too early."""

    began: float
    """When the last flush began, by the time of day."""

    calls: int
    """The calls that were made since."""

    def __str__(self) -> str:
        return f"{self.began!r} {self.calls}"


def pace_from_text(text: str | None) -> Pace | None:
    """A pace as it was written down; None if there is none, or it is damaged."""
    began, _, calls = (text or "")[:100].partition(" ")
    try:
        pace = Pace(float(began), int(calls))
    except ValueError:
        return None
    return pace if isfinite(pace.began) and 0 <= pace.calls < MOST_CALLS else None


class QuotaPacer:
    """Pacer: delays the next flush until the calls of the last one are within the queue's share.

    A queue may make its share of the calls that are left, spread over a day. So it slows down as fewer calls are
    left, also where other programs make them, and never uses all of them: with a share of one half it stops at a
    third of the day's calls.

    Args:
        share: the share of the calls left that the queue may make in a day.
        usage: tells what is left.
        counter: counts the queue's calls.
        pauses: how long the delay lasts.
    """

    def __init__(self, share: float, usage: Callable[[], Usage], counter: CallCount, pauses: PausePolicy) -> None:
        self._share = share
        self._usage = usage
        self._counter = counter
        self._pauses = pauses
        self._began = -inf
        self._made = 0

    def flush_began(self, now: float) -> None:
        """Note that a flush begins: all calls from now on delay the next flush."""
        self._began, self._made = now, self._counter.made

    @property
    def pace(self) -> Pace | None:
        """What delays the next flush; None: there was no flush."""
        if self._began == -inf:
            return None
        return Pace(clock.wall() - (loop_time() - self._began), self._counter.made - self._made)

    def resume(self, pace: Pace) -> None:
        """Go on with the pace of another process; a flush in the future counts as one of now."""
        self._began = loop_time() - max(0.0, clock.wall() - pace.began)
        self._made = self._counter.made - pace.calls

    def next_flush(self) -> float:
        """When the next flush may begin, by the loop's clock and by what is left now."""
        calls = self._counter.made - self._made
        if not calls or self._began == -inf:
            return -inf
        left = self._usage().calls_left
        return inf if left <= 0 else self._began + self._pauses.seconds(calls * DAY / (self._share * left))
