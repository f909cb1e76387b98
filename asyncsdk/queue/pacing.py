"""Quota pacing: how often a queue may send, so that the day's calls last."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Final

from asyncsdk.http.call_count import CallCount
from asyncsdk.limits.policy import Usage

__all__ = ["QuotaPacer"]

DAY: Final = 86_400.0


class QuotaPacer:
    """Pacer: delays the next flush until the calls of the last one are within the queue's share.

    A queue may make its share of the calls that are left, spread over a day. So it slows down as fewer calls are
    left, also where other programs make them, and never uses all of them: with a share of one half it stops at a
    third of the day's calls.

    Args:
        share: the share of the calls left that the queue may make in a day.
        usage: tells what is left.
        counter: counts the queue's calls.
    """

    def __init__(self, share: float, usage: Callable[[], Usage], counter: CallCount) -> None:
        self._share = share
        self._usage = usage
        self._counter = counter
        self._began = -inf
        self._made = 0

    def flush_began(self, now: float) -> None:
        """Note that a flush begins: all calls from now on delay the next flush."""
        self._began, self._made = now, self._counter.made

    def next_flush(self) -> float:
        """When the next flush may begin, by the loop's clock and by what is left now."""
        calls = self._counter.made - self._made
        if not calls or self._began == -inf:
            return -inf
        left = self._usage().calls_left
        return inf if left <= 0 else self._began + calls * DAY / (self._share * left)
