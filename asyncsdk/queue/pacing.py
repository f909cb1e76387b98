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
    """After a flush of so many calls the next one waits until the day has yielded as many.

    The share of the calls left, spread over a day, is what a second yields. So a queue slows down as the calls
    become few, also by other programs, and cannot use them up: with a share of one half it comes to rest at a
    third of the day's calls.

    Args:
        share: the share of the calls left that may be spent on a day.
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
        """Note that a flush begins: its calls, and all until the next one, delay that one."""
        self._began, self._made = now, self._counter.made

    def next_flush(self) -> float:
        """When the next flush may begin, by the loop's clock and by what is left now."""
        calls = self._counter.made - self._made
        if not calls or self._began == -inf:
            return -inf
        left = self._usage().calls_left
        return inf if left <= 0 else self._began + calls * DAY / (self._share * left)
