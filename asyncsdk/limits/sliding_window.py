"""Sliding window rate limit: so many calls in any second, or in a longer period, as the server counts them.

The server counts calls as they arrive, and calls take 20 to 200 ms to get there. So a call's place in the period
is free one period, and a margin, after the latest moment at which the call can have arrived. That moment is
known once the call is answered: the answer, less the shortest round trip seen. It is bounded before: the
time of sending, plus ``TRAVEL``. A call that was not sent yet, because its connection is still being opened, keeps
its place. The call that opened one counts from its answer, or from ``OPENING`` after it was sent, for the server
may take a while to accept a connection. The margin widens when the server says 429 all the same, and narrows
slowly.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from math import inf
from typing import Final

from asyncsdk.limits.tally import MOST_ARRIVALS

__all__ = ["InFlightCall", "SlidingWindow"]

TRAVEL: Final = 0.2
"""Seconds from sending to arrival at most, as is assumed."""

OPENING: Final = 0.6
"""The same for the call that opened its connection, whose other end may still be setting it up."""

SAMPLES: Final = 50
"""Round trips to see before the shortest one is relied on: of ten, even the shortest is often a long one, and of
thirty often enough that one account of a hundred was refused a call in its first minute."""

MARGIN: Final = 0.05
NARROWEST: Final = 0.02
WIDEST: Final = 1.0
WIDENING: Final = 0.04
NARROWING: Final = 0.9995


class InFlightCall:
    """Base of a call in flight, which holds a place in the period; its subclass sets what the window reads."""

    __slots__ = ("opened", "sent_at")

    sent_at: float | None
    """When it was sent; None: not yet, or that cannot be known."""
    opened: bool
    """Whether it opened its connection."""

    def longest_travel(self) -> float:
        """Seconds from sending to arrival at most, as is assumed."""
        return OPENING if self.opened else TRAVEL


class SlidingWindow:
    """Places for so many calls in any period. All times are the event loop's, in seconds.

    Args:
        places: calls in any period.
        period: its length.
    """

    def __init__(self, places: int, period: float = 1.0) -> None:
        self._places = places
        self._period = period
        self._in_flight: dict[InFlightCall, None] = {}
        self._release_times: deque[float] = deque()  # in order
        self._margin = MARGIN
        self._shortest_trip = inf
        self._samples = 0
        self._arrivals: deque[float] = deque(maxlen=MOST_ARRIVALS)
        self.paused_until: float = 0.0
        """The time until which no call may be sent."""

    def take(self, call: InFlightCall) -> None:
        """Give a place to a call; ask ``has_place`` first."""
        self._in_flight[call] = None

    def has_place(self, now: float) -> bool:
        """Whether a call may be sent now."""
        if now < self.paused_until:
            return False
        release_times = self._release_times
        while release_times and release_times[0] <= now:
            release_times.popleft()
        if len(self._in_flight) + len(release_times) < self._places:
            return True
        for call in [call for call in self._in_flight if self._release_time(call) <= now]:
            del self._in_flight[call]
        return self._taken() < self._places

    def next_place(self) -> float:
        """When the next place is free; infinite if that depends on an answer."""
        if self._taken() < self._places:
            return self.paused_until
        release_times = [self._release_time(call) for call in self._in_flight]
        if self._release_times:
            release_times.append(self._release_times[0])
        return max(min(release_times, default=inf), self.paused_until)

    def finish(self, call: InFlightCall, now: float, *, answered: bool) -> bool:
        """Note that a call is over, with an answer or without. False if its place was free already."""
        if self._in_flight.pop(call, self) is self:
            return False
        arrived = self._latest_arrival(call, now, answered)
        if self._margin > NARROWEST:
            self._margin = max(NARROWEST, self._margin * NARROWING)
        self._release_at(arrived + self._period + self._margin)
        self._arrivals.append(arrived)
        return True

    def release(self, call: InFlightCall) -> bool:
        """Free the place of a call that surely never reached the server. False if it was free already."""
        return self._in_flight.pop(call, self) is None

    def count_arrival(self, arrival: float, now: float) -> None:
        """Count a call that another process made."""
        free = arrival + self._period + self._margin
        if free > now:
            self._release_at(free)

    def arrivals(self) -> list[float]:
        """When the calls that are over arrived at the latest, since this was asked for the last time."""
        arrivals = list(self._arrivals)
        self._arrivals.clear()
        return arrivals

    def pause_for(self, seconds: float | None, now: float) -> None:
        """Send nothing for so many seconds, by default until the period that the server calls full is over."""
        self._margin = min(WIDEST, self._margin + WIDENING)
        self.pause_until(now + (self._period + self._margin if seconds is None else seconds))

    def pause_until(self, time: float) -> None:
        """Send nothing until then."""
        self.paused_until = max(self.paused_until, time)

    def restart(self, now: float) -> None:
        """Go on in an event loop with another clock: the calls of the last one are taken as just arrived."""
        self._release_times = deque([now + self._period + self._margin] * self._taken())
        self._arrivals = deque([now] * len(self._arrivals), maxlen=MOST_ARRIVALS)
        self._in_flight.clear()
        self.paused_until = 0.0

    def _taken(self) -> int:
        return len(self._in_flight) + len(self._release_times)

    def _release_at(self, time: float) -> None:
        """Free a place at that time, which is the last one as a rule."""
        if self._release_times and time < self._release_times[-1]:
            insort(self._release_times, time)
        else:
            self._release_times.append(time)

    def _release_time(self, call: InFlightCall) -> float:
        """When the place of an unanswered call is free."""
        return inf if call.sent_at is None else call.sent_at + call.longest_travel() + self._period + self._margin

    def _latest_arrival(self, call: InFlightCall, now: float, answered: bool) -> float:
        """The latest moment at which a call that is over can have arrived."""
        if not answered:
            return (now if call.sent_at is None else call.sent_at) + call.longest_travel()
        if call.sent_at is None:
            return now
        if call.opened:
            return min(now, call.sent_at + OPENING)
        self._samples += 1
        trip = now - call.sent_at
        if trip < self._shortest_trip:
            self._shortest_trip = trip
        arrived = now - self._shortest_trip if self._samples >= SAMPLES else now
        at_most = call.sent_at + TRAVEL
        return arrived if arrived < at_most else at_most
