"""State of an account's limits, which its processes share: places in the period, queue, budgets, processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import define, field

from asyncsdk.limits.shared.turns import NOBODY, Counts
from asyncsdk.limits.tally import DAY, MINUTE, SKEW

__all__ = ["AccountState", "DayCount", "Hold", "LoginRecord", "Member", "MinuteCounts", "WaitingProcess"]


@define
class Hold:
    """Hold of one or more calls on places of the period."""

    process: str
    number: int
    free_at: float
    """When the place is free at the latest."""

    earliest: float
    """When it can be free at the earliest, while the call is under way."""

    landed: bool = False
    count: int = 1
    """More than one: calls that are over, and whose places are free at nearly the same time."""

    minute: int = 0
    login: float | None = None


@define
class WaitingProcess:
    """Process that waits in one lane."""

    process: str
    lane: int
    order: int
    count: int
    """How many of its calls wait."""

    due: float
    """When it asks again."""


@define
class Member:
    """Process that uses the account's limits."""

    seen: float
    places: int
    period: float
    spare: int = 0
    """Places that it may use if the coordinator cannot be reached, as far as it knows."""

    number: int = 0
    """The number of its last call."""

    serial: int = 0
    """The number of its last request."""

    due: float = 0.0
    """When it asks again, if it has calls that wait."""

    waiting: Counts = NOBODY
    """How many of its calls wait in each lane, whatever its own share allows; for those who look."""


@define
class LoginRecord:
    """Login of the last hour."""

    time: float
    """Time of day."""

    process: str = ""
    number: int = 0


class DayCount(Protocol):
    """Count of the day's calls by minute of the epoch."""

    first: int
    """The first minute that may count."""

    none_before: int
    """A minute before which nothing is counted."""

    made: int
    """All calls that count."""

    def add(self, minute: int, number: int) -> None:
        """Count calls; a negative number uncounts them, as far as they are there."""
        ...

    def raise_to(self, calls: Mapping[int, int]) -> None:
        """Count as many calls in each minute at least."""
        ...

    def forget_before(self, minute: int) -> None:
        """Drop the minutes before this one."""
        ...

    def forget_after(self, minute: int) -> None:
        """Drop the minutes after this one, which a clock counted that was ahead."""
        ...

    def oldest(self) -> int | None:
        """The first minute in which calls are counted."""
        ...

    def between(self, first: int, last: int) -> Mapping[int, int]:
        """The calls of each minute, of these two and those between them; minutes without a call are left out."""
        ...


class MinuteCounts:
    """Count of the day's calls in memory."""

    def __init__(self) -> None:
        self._calls: dict[int, int] = {}
        self.first: int = 0
        self.none_before: int = 0
        self.made: int = 0

    def add(self, minute: int, number: int) -> None:
        """Count calls; a negative number uncounts them, as far as they are there."""
        counted = self._calls.get(minute, 0)
        self._calls[minute] = max(0, counted + number)
        self.made += self._calls[minute] - counted

    def raise_to(self, calls: Mapping[int, int]) -> None:
        """Count as many calls in each minute at least."""
        for minute, number in calls.items():
            if number > self._calls.get(minute, 0):
                self.add(minute, number - self._calls.get(minute, 0))

    def forget_before(self, minute: int) -> None:
        """Drop the minutes before this one."""
        self._keep({m: n for m, n in self._calls.items() if m >= minute})

    def forget_after(self, minute: int) -> None:
        """Drop the minutes after this one."""
        self._keep({m: n for m, n in self._calls.items() if m <= minute})

    def oldest(self) -> int | None:
        """The first minute in which calls are counted."""
        return min((m for m, n in self._calls.items() if n), default=None) if self.made else None

    def between(self, first: int, last: int) -> Mapping[int, int]:
        """The calls of each minute, of these two and those between them; minutes without a call are left out."""
        return {m: n for m, n in self._calls.items() if n and first <= m <= last}

    def _keep(self, calls: dict[int, int]) -> None:
        self._calls = calls
        self.made = sum(calls.values())


@define
class AccountState:
    """State of one account's limits."""

    epoch: str
    """Name of this state: another one means that what was before is forgotten."""

    created: float
    clock: float
    """When it was changed last."""

    margin: float
    closed_until: float = 0.0
    """The time until which no call is let through."""

    shortest: float = 60.0
    samples: int = 0
    order: int = 0
    minute: int = 0
    """The last minute whose old ones were dropped."""

    skipped: list[int] = field(factory=lambda: [0, 0, 0])
    """How often the lanes that may be passed over were, since their last turn."""

    holds: list[Hold] = field(factory=lambda: list[Hold]())
    waiting: list[WaitingProcess] = field(factory=lambda: list[WaitingProcess]())
    members: dict[str, Member] = field(factory=lambda: dict[str, Member]())
    logins: list[LoginRecord] = field(factory=lambda: list[LoginRecord]())
    day: DayCount = field(factory=MinuteCounts)

    def begin_minute(self, minute: int) -> None:
        """Drop the minutes that count no more in this one, once; and those that a clock counted that was ahead."""
        if minute != self.minute:
            self.minute = minute
            self.day.forget_before(minute - round(DAY / MINUTE))
            self.day.forget_after(minute + round(SKEW / MINUTE))
