"""How often a queue may send, so that the day's calls last: every call is paid for with time."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Final

from asyncsdk.limits import Usage

__all__ = ["Pace"]

DAY: Final = 86_400.0


class Pace:
    """After a flush of so many calls the next one waits until the day has yielded as many.

    The share of the calls left, spread over a day, is what a second yields. So a queue slows down as the calls
    become few, whoever made them, and cannot use them up: with half of them for a share it comes to rest at a third
    of the day's calls.

    Args:
        share: the share of the calls left that may be spent on a day.
        usage: tells what is left.
    """

    def __init__(self, share: float, usage: Callable[[], Usage]) -> None:
        self._share = share
        self._usage = usage
        self._began = -inf
        self._calls = 0

    def spent(self, began: float, calls: int) -> None:
        """A flush that began then took so many calls."""
        if calls:
            self._began, self._calls = began, calls

    def next_flush(self) -> float:
        """When the next flush may begin, by the loop's clock and by what is left now."""
        if not self._calls:
            return -inf
        left = self._usage().calls_left
        return inf if left <= 0 else self._began + self._calls * DAY / (self._share * left)
