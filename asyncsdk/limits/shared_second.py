"""Shares the last calls, and a pause that the server asked for, with other processes by way of the store.

A program that ends leaves the times of its last calls where its token is. The next one, perhaps within the same
second, begins with as many places less.
"""

from __future__ import annotations

from math import inf, nextafter

from asyncsdk.limits.sliding_window import SlidingWindow
from asyncsdk.limits.tally import MOST_ARRIVALS, Tally

__all__ = ["SharedSecond"]


class SharedSecond:
    """Between one limiter's window, whose times are the event loop's, and a store, which has the time of day.

    Args:
        window: what says when a call may leave.
    """

    def __init__(self, window: SlidingWindow) -> None:
        self._window = window
        self._seen: set[float] = set()
        self._learned: list[float] = []
        self._pause: tuple[float, float] | None = None
        self._untold: tuple[float, float] | None = None
        self.news = False
        """Whether ``apply`` has something to do."""

    def pause(self, seconds: float, now: float) -> None:
        """The server asked for a pause; ``now`` is the time of day."""
        self._pause = self._untold = (now, now + seconds)

    def entries(self, loop_now: float, now: float) -> Tally:
        """What a store does not know yet."""
        arrivals: list[float] = []
        for arrival in self._window.arrivals():
            time = arrival - loop_now + now
            while time in self._seen:  # a coarse clock: two calls are two
                time = nextafter(time, inf)
            self._seen.add(time)
            arrivals.append(time)
        if len(self._seen) > 2 * MOST_ARRIVALS:  # a store gives back no more, and one that is out of order nothing
            self._seen = set(sorted(self._seen)[-MOST_ARRIVALS:])
        pause, self._untold = self._untold, None
        return Tally(arrivals=arrivals, pause=pause)

    def learn(self, kept: Tally) -> None:
        """Learn what a store knows; calls that came from here count once."""
        self._learned += [arrival for arrival in kept.arrivals if arrival not in self._seen]
        self._seen = set(kept.arrivals)
        if kept.pause is not None and kept.pause[1] > (self._pause[1] if self._pause is not None else -inf):
            self._pause = kept.pause
        self.news = bool(self._learned) or self._pause is not None

    def apply(self, loop_now: float, now: float) -> None:
        """Hold back calls for what was learned."""
        self.news = False
        learned = Tally(arrivals=self._learned, pause=self._pause)
        learned.forget_before(now)
        self._learned, self._pause = [], learned.pause
        for arrival in learned.arrivals:
            self._window.take_arrived(min(loop_now, arrival - now + loop_now), loop_now)
        if learned.pause is not None:
            self._window.close_until(learned.pause[1] - now + loop_now)
