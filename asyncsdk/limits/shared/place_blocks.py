"""Place blocks: places that are granted to a process before its callers come, if its account has many of them.

An account with five places grants each as it is wanted. One with hundreds, as another server or a test may have,
would pay more for the asking than for the calls: there a process that makes many calls gets a block of places for
the next moments. To the coordinator a block is one grant, which holds several places, and it ends as one: when all
of its calls are over. What was not used of it is given back.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import PlaceExpired
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.shared.place import EXPIRED, SharedPlace
from asyncsdk.limits.shared.rules import REPORT_AFTER, Rules
from asyncsdk.limits.shared.turns import Report, TurnRequest

__all__ = ["PlaceBlocks"]

LEAST: Final = 8
"""Places that are worth a block."""

PART: Final = 8
"""One in so many of the account's places is in a block at most."""


class PlaceBlocks:
    """Blocks of one process.

    Args:
        rules: the constants.
        limits: what the account is allowed, as this process was told.
        counted: counts the calls.
        on_due: called when something is to be reported.
        ask_now: asks the coordinator before it returns.
    """

    def __init__(
        self,
        rules: Rules,
        limits: Limits,
        counted: QuotaUsage,
        on_due: Callable[[], None],
        ask_now: Callable[[], None] | None,
    ) -> None:
        self.rules = rules
        self.counted = counted
        self.on_due = on_due
        self.ask_now = ask_now or on_due
        self.period = limits.period
        self._most = limits.places // PART if rules.grants_blocks else 0
        self._current: _Block | None = None
        self._blocks: dict[int, _Block] = {}
        self._given = 0
        self._given_since = -inf

    def take(self) -> SharedPlace | None:
        """A place for a call, if there is one without asking."""
        block = self._current
        if block is None or not block.left or clock.monotonic() >= block.until:
            return None
        self._given += 1
        block.left -= 1
        block.used += 1
        block.unsent += 1
        return SharedPlace(block, block.number, block.deadline, self.counted.take_call(clock.wall()), None)

    def wanted(self, now: float) -> int:
        """How many places a process will need in the next moments, going by the last ones; 0: they are no block."""
        if self._most < LEAST or (self._current is not None and self._current.left):
            return 0
        given, since = self._given, self._given_since
        self._given, self._given_since = 0, now
        soon = int(given * self.rules.promise / max(now - since, 0.0001))
        size = min(soon, LEAST * given, self._most)
        return size if size >= LEAST else 0

    def granted(self, number: int, count: int, until: float) -> None:
        """Give the next callers these places."""
        self.stop()
        self._current = self._blocks[number] = _Block(self, number, count, until)

    def note_given(self) -> None:
        """Note that a call got a place of its own."""
        self._given += 1

    def stop(self) -> None:
        """Give no place any more of what was granted."""
        if self._current is not None:
            self._current.left, self._current = 0, None

    def forget(self) -> None:
        """Renew no promise of a coordinator that has forgotten its grants."""
        self._current = None
        self._blocks.clear()

    def report_at(self) -> float:
        """When the coordinator is to be told at the latest; infinite if that has time."""
        return min([block.report_at() for block in self._blocks.values()]) if self._blocks else inf

    def reports(self, now: float, promise: float) -> list[Report]:
        """All that the coordinator is to be told."""
        if self._current is not None and now >= self._current.until:
            self.stop()
        return [block.report(now, promise) for block in self._blocks.values() if block.used or block.left]

    def released(self) -> list[int]:
        """Numbers of blocks of which nothing was used."""
        return [block.number for block in self._blocks.values() if not block.used and not block.left]

    def reported(self, request: TurnRequest, asked_at: float) -> None:
        """Note that a request was carried out."""
        for number in request.released:
            self._blocks.pop(number, None)
        for report in request.reports:
            block = self._blocks.get(report.number)
            if block is None:
                continue
            if report.landed:
                del self._blocks[report.number]
            else:
                block.note_told(asked_at, request.promise)


class _Block:
    """Block of places, all of which are held until its last call is over."""

    def __init__(self, blocks: PlaceBlocks, number: int, left: int, until: float) -> None:
        self._blocks = blocks
        self.number = number
        self.left = left
        self.until = until
        """Until when places are given of it."""
        self.deadline = until
        """Until when calls may be sent."""
        self.used = 0
        self.unsent = 0
        self._under_way = 0
        self._sent_at = -inf
        self._arrived = -inf
        self._opens = False
        self._told_at = -inf
        self._opening_told = False

    def report_at(self) -> float:
        """When the coordinator is to be told at the latest; infinite if that has time."""
        if self.left:
            return self.until
        if self.unsent:
            return self.deadline - self._blocks.rules.promise / 3
        if self._under_way:
            return inf if self._sent_at <= self._told_at else self._sent_at + REPORT_AFTER
        return self._arrived + REPORT_AFTER if self.used else -inf

    def report(self, now: float, promise: float) -> Report:
        """What is known now; a part that was not used is free once no more of it is given."""
        used = None if self.left else self.used
        if self.left or self.unsent:
            return Report(self.number, -(promise + self._travel()), False, used)
        if self._under_way:
            arrived = max(self._arrived, self._sent_at + self._travel())
            return Report(self.number, now - arrived, False, used)
        return Report(self.number, now - self._arrived, True, used)

    def note_told(self, asked_at: float, promise: float) -> None:
        """Note that the coordinator knows it all; calls may be sent for longer, if the places were surely kept."""
        self._told_at = asked_at
        if clock.monotonic() < self.deadline + self._blocks.rules.travel + self._blocks.period:
            self.deadline = max(self.deadline, asked_at + promise)
            self._opening_told = self._opens

    def place_left(self, place: SharedPlace, *, now: bool) -> None:
        """Note that a call is sent now, or, if not ``now``, at a moment that nobody knows.

        Raises:
            PlaceExpired: it may not be sent any more.
        """
        if place.opened:
            self._opens = True
        time = clock.monotonic()
        if time > self.deadline or (self._opens and not self._opening_told):
            self._blocks.ask_now()
            time = clock.monotonic()
        if time > self.deadline or (self._opens and not self._opening_told):
            raise PlaceExpired(EXPIRED)
        if now and place.sent_at is None:
            place.sent_at = self._sent_at = time
            self.unsent -= 1
            self._under_way += 1

    def place_over(self, place: SharedPlace, *, answered: bool) -> None:
        """Note that a call is over."""
        if place.over:
            return
        place.over = True
        now = clock.monotonic()
        latest = (now if place.sent_at is None else place.sent_at) + self._travel()
        self._arrived = max(self._arrived, min(now, latest) if answered else latest)
        self._end(place)

    def place_unused(self, place: SharedPlace) -> None:
        """Note that a call surely never reached the server."""
        if place.over:
            return
        place.over = True
        self.used -= 1
        self._blocks.counted.uncount_call(place.minute)
        self._end(place)

    def _end(self, place: SharedPlace) -> None:
        if place.sent_at is None:
            self.unsent -= 1
        else:
            self._under_way -= 1
        if not self.left and not self.unsent and not self._under_way:
            self._blocks.on_due()

    def _travel(self) -> float:
        rules = self._blocks.rules
        return rules.opening if self._opens else rules.unreported_travel
