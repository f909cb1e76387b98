"""Rate limits: counts calls as they arrive, independently of what the client counts."""

from __future__ import annotations

from collections import deque

from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.validators import InvalidArgument, whole_number

__all__ = ["RateLimits"]

DAY = 86400
HOUR = 3600.0


class _Window:
    """Calls of the last ``length`` seconds."""

    def __init__(self, length: float) -> None:
        self._length = length
        self._times: deque[float] = deque()

    def full(self, now: float, limit: int | None) -> bool:
        """Whether one more would be one too many."""
        while self._times and self._times[0] <= now - self._length:
            self._times.popleft()
        return limit is not None and len(self._times) >= limit

    def note(self, now: float) -> None:
        self._times.append(now)

    def count(self, now: float) -> int:
        """Calls that are within it."""
        self.full(now, None)
        return len(self._times)

    def fill(self, now: float, count: int) -> None:
        """Let it hold so many calls, all of this moment."""
        self._times.clear()
        self._times.extend([now] * count)


class RateLimits:
    """Decides at arrival whether a call is within the limits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._second = _Window(1.0)
        self._logins = _Window(HOUR)
        self._day: int = 0
        self._today: int = 0

    def admits(self, now: float) -> bool:
        """Count a call that arrives now, and tell whether it may go on."""
        settings = self._settings
        day = int(now // DAY)
        if day != self._day:
            self._day, self._today = day, 0
        fast = self._second.full(now, settings.calls_per_second)
        spent = settings.calls_per_day is not None and self._today >= settings.calls_per_day
        admitted = not (fast or spent)
        if admitted or settings.strict:
            self._second.note(now)
            self._today += 1
        return admitted

    def admits_login(self, now: float) -> bool:
        """Count a password or code grant, and tell whether it may go on. Refreshes are not counted."""
        if self._logins.full(now, self._settings.logins_per_hour):
            return False
        self._logins.note(now)
        return True

    def today(self, now: float) -> int:
        """Calls that count against the day's limit, so far."""
        return self._today if int(now // DAY) == self._day else 0

    def logins_this_hour(self, now: float) -> int:
        """Password and code grants that count against the hour's limit."""
        return self._logins.count(now)

    def spend_day(self, now: float, left: int) -> None:
        """Spend the calls of the day, but so many.

        Raises:
            InvalidArgument: there is no limit a day, or ``left`` is more than it.
        """
        limit = _limit_of("calls_per_day", self._settings.calls_per_day, left)
        self._day, self._today = int(now // DAY), limit - left

    def spend_logins(self, now: float, left: int) -> None:
        """Spend the logins of the hour, but so many.

        Raises:
            InvalidArgument: there is no limit an hour, or ``left`` is more than it.
        """
        self._logins.fill(now, _limit_of("logins_per_hour", self._settings.logins_per_hour, left) - left)


def _limit_of(name: str, limit: int | None, left: int) -> int:
    if limit is None:
        raise InvalidArgument(f"Nothing can be spent: the account has no limit {name}.")
    whole_number("left", left, 0, limit)
    return limit
