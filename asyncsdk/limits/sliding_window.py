"""A sliding window: the second, or a longer period, as the server sees it.

The server counts calls as they arrive, and calls take 20 to 200 ms to get there. So a call's place in the period
is free one period, and a margin, after the latest moment at which the call can have arrived. That moment is
known once the call is answered: the answer, less the shortest round trip seen. It is bounded before: the
departure, plus ``TRAVEL``. A call that has not left, because its connection is still being opened, keeps its
place. The call that opened one counts from its answer, or from ``OPENING`` after its departure, for the server may
take a while to take a connection. The margin widens when the server says 429 all the same, and narrows slowly.
"""

from __future__ import annotations

import heapq
from collections import deque
from math import inf
from typing import Final

from asyncsdk.limits.tally import MOST_ARRIVALS

__all__ = ["InFlightCall", "SlidingWindow"]

TRAVEL: Final = 0.2
"""Seconds that a call is believed to be on the road at most, beyond the shortest."""

OPENING: Final = 0.6
"""The same for the call that opened its connection, whose other end may still be setting up."""

SAMPLES: Final = 10
"""Round trips to see before the shortest is believed."""

MARGIN: Final = 0.05
NARROWEST: Final = 0.02
WIDEST: Final = 1.0
WIDENING: Final = 0.04
NARROWING: Final = 0.9995


class InFlightCall:
    """One call on its way: whoever holds it has a place in the second."""

    __slots__ = ("departed", "opened")

    def __init__(self) -> None:
        self.departed: float | None = None
        """When it left; None: not yet, or nobody can tell."""
        self.opened: bool = False
        """Whether it opened its connection."""

    def travel(self) -> float:
        """Seconds that it is believed to be on the road at most."""
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
        self._flights: dict[InFlightCall, None] = {}
        self._frees: list[float] = []
        self._margin = MARGIN
        self._shortest = inf
        self._samples = 0
        self._arrivals: deque[float] = deque(maxlen=MOST_ARRIVALS)
        self.closed_until = 0.0
        """Until when nobody may leave."""

    def take(self, flight: InFlightCall) -> None:
        """Give a place to a call; ask ``has_place`` first."""
        self._flights[flight] = None

    def has_place(self, now: float) -> bool:
        """Whether a call may leave now."""
        if now < self.closed_until:
            return False
        while self._frees and self._frees[0] <= now:
            heapq.heappop(self._frees)
        if len(self._flights) + len(self._frees) < self._places:
            return True
        for flight in [flight for flight in self._flights if self._free_again(flight) <= now]:
            del self._flights[flight]
        return self._taken() < self._places

    def next_place(self) -> float:
        """When the next place is free; infinite if that hangs on an answer."""
        if self._taken() < self._places:
            return self.closed_until
        frees = [self._free_again(flight) for flight in self._flights]
        return max(min([*self._frees[:1], *frees], default=inf), self.closed_until)

    def landed(self, flight: InFlightCall, now: float, *, answered: bool) -> bool:
        """A call is over, by its answer or without one. False if its place was free already."""
        if self._flights.pop(flight, self) is self:
            return False
        arrived = self._arrived_by(flight, now, answered)
        if self._margin > NARROWEST:
            self._margin = max(NARROWEST, self._margin * NARROWING)
        heapq.heappush(self._frees, arrived + self._period + self._margin)
        self._arrivals.append(arrived)
        return True

    def give_back(self, flight: InFlightCall) -> bool:
        """A call surely never reached the server. False if its place was free already."""
        return self._flights.pop(flight, self) is None

    def take_arrived(self, arrival: float, now: float) -> None:
        """Count a call that another process made."""
        free = arrival + self._period + self._margin
        if free > now:
            heapq.heappush(self._frees, free)

    def arrivals(self) -> list[float]:
        """When the calls that are over arrived at the latest, since this was asked for the last time."""
        arrivals = list(self._arrivals)
        self._arrivals.clear()
        return arrivals

    def close_for(self, seconds: float | None, now: float) -> None:
        """Let nobody leave for so many seconds, by default until the period that the server calls full is over."""
        self._margin = min(WIDEST, self._margin + WIDENING)
        self.close_until(now + (self._period + self._margin if seconds is None else seconds))

    def close_until(self, time: float) -> None:
        """Let nobody leave until then."""
        self.closed_until = max(self.closed_until, time)

    def move_to(self, now: float) -> None:
        """Go on in an event loop with another clock: the calls of the last one are taken as just arrived."""
        self._frees = [now + self._period + self._margin] * self._taken()
        self._arrivals = deque([now] * len(self._arrivals), maxlen=MOST_ARRIVALS)
        self._flights.clear()
        self.closed_until = 0.0

    def _taken(self) -> int:
        return len(self._flights) + len(self._frees)

    def _free_again(self, flight: InFlightCall) -> float:
        """When the place of an unanswered call is free."""
        return inf if flight.departed is None else flight.departed + flight.travel() + self._period + self._margin

    def _arrived_by(self, flight: InFlightCall, now: float, answered: bool) -> float:
        """The latest moment at which a call that is over can have arrived."""
        if not answered:
            return (now if flight.departed is None else flight.departed) + flight.travel()
        if flight.departed is None:
            return now
        if flight.opened:
            return min(now, flight.departed + OPENING)
        self._samples += 1
        if now - flight.departed < self._shortest:
            self._shortest = now - flight.departed
        shortest = self._shortest if self._samples >= SAMPLES else 0.0
        return min(now - shortest, flight.departed + TRAVEL)
