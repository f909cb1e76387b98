"""Sharing of rate limits between processes: the calls of the current second, and a pause that the server asked for.

They are shared through the store. A program that ends writes the times of its last calls there. The next program,
which may start within the same second, then has as many places less.
"""

from __future__ import annotations

from math import inf, nextafter

from asyncsdk.limits.sliding_window import SlidingWindow
from asyncsdk.limits.tally import MOST_ARRIVALS, Tally

__all__ = ["SharedSecond"]


class SharedSecond:
    """Converter between the window of a limiter, in times of the event loop, and a store, in times of day.

    Args:
        window: the limiter's sliding window.
    """

    def __init__(self, window: SlidingWindow) -> None:
        self._window = window
        self._known_arrivals: set[float] = set()
        self._new_arrivals: list[float] = []
        self._pause: tuple[float, float] | None = None
        self._unsynced_pause: tuple[float, float] | None = None
        self.has_news: bool = False
        """Whether ``apply`` has something to do."""

    def pause(self, seconds: float, now: float) -> None:
        """Note that the server asked for a pause; ``now`` is the time of day."""
        self._pause = self._unsynced_pause = (now, now + seconds)

    def take_unsynced(self, loop_now: float, now: float) -> Tally:
        """Give what a store does not know yet."""
        arrivals: list[float] = []
        for arrival in self._window.arrivals():
            time = arrival - loop_now + now
            while time in self._known_arrivals:  # a coarse clock: two calls are two
                time = nextafter(time, inf)
            self._known_arrivals.add(time)
            arrivals.append(time)
        # A store gives back no more than half of these, and one that is out of order gives back nothing.
        if len(self._known_arrivals) > 2 * MOST_ARRIVALS:
            self._known_arrivals = set(sorted(self._known_arrivals)[-MOST_ARRIVALS:])
        pause, self._unsynced_pause = self._unsynced_pause, None
        return Tally(arrivals=arrivals, pause=pause)

    def merge_shared(self, kept: Tally) -> None:
        """Add what a store knows; calls that were made here count once."""
        self._new_arrivals += [arrival for arrival in kept.arrivals if arrival not in self._known_arrivals]
        self._known_arrivals = set(kept.arrivals)
        if kept.pause is not None and kept.pause[1] > (self._pause[1] if self._pause is not None else -inf):
            self._pause = kept.pause
        self.has_news = bool(self._new_arrivals) or self._pause is not None

    def apply(self, loop_now: float, now: float) -> None:
        """Make the window wait for the calls and the pause of other processes."""
        self.has_news = False
        learned = Tally(arrivals=self._new_arrivals, pause=self._pause)
        learned.forget_before(now)
        self._new_arrivals, self._pause = [], learned.pause
        for arrival in learned.arrivals:
            self._window.count_arrival(min(loop_now, arrival - now + loop_now), loop_now)
        if learned.pause is not None:
            self._window.pause_until(learned.pause[1] - now + loop_now)
