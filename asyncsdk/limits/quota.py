"""Daily quota: the calls of the last day and the logins of the last hour, by the time of day.

So a store can keep them. Calls are counted by the minute, which makes a day 1,440 numbers at most. A minute counts
in full until all of it is a day old: the count errs on the safe side.
"""

from __future__ import annotations

from math import inf, nextafter

from attrs import evolve

from asyncsdk.limits.tally import DAY, HOUR, MINUTE, SKEW, Tally

__all__ = ["QuotaUsage"]


class QuotaUsage:
    """Calls and logins that were made, as far as this process knows."""

    def __init__(self, calls_per_day: int, logins_per_hour: int) -> None:
        self._calls_per_day = calls_per_day
        self._logins_per_hour = logins_per_hour
        self._known = Tally()
        self._made = 0
        self._new = 0
        """Calls of this minute that ``_made`` knows and the tallies do not: most calls are not looked at singly."""
        self._unsynced = Tally()
        self._minute = 0
        self._from = self._until = 0.0

    def calls_made(self, now: float) -> int:
        """Calls of the last 24 hours."""
        self._enter_minute(now)
        return self._made

    def calls_left(self, now: float) -> int:
        """The number of calls that the day still lets through."""
        return max(0, self._calls_per_day - self.calls_made(now))

    def calls_reset_in(self, now: float) -> float:
        """Seconds until the oldest counted calls are a day old; 0 if there are none."""
        self._enter_minute(now)
        self._enter_new()
        counted = [minute for minute, number in self._known.calls.items() if number > 0]
        return _ends(min(counted)) + DAY - now if counted else 0.0

    def take_call(self, now: float) -> int:
        """Count a call; gives its minute, for ``uncount_call``."""
        self._enter_minute(now)
        self._made += 1
        self._new += 1
        return self._minute

    def take_call_if_left(self, now: float) -> int | None:
        """Do what ``take_call`` does, if the day lets a call through; None: it does not."""
        if not self._from <= now < self._until:  # here most calls come by, so no function is called for it
            self._begin_minute(now)
        if self._made >= self._calls_per_day:
            return None
        self._made += 1
        self._new += 1
        return self._minute

    def uncount_call(self, minute: int) -> None:
        """Uncount a call that surely never reached the server, if it still counts."""
        self._enter_new()
        if self._known.calls.get(minute, 0) > 0:
            self._made -= 1
            self._count(minute, -1)

    def logins_left(self, now: float) -> int:
        """The number of logins that the hour still lets through."""
        return max(0, self._logins_per_hour - len(self._recent_logins(now)))

    def logins_reset_in(self, now: float) -> float:
        """Seconds until the oldest counted login is an hour old; 0 if there is none."""
        recent = self._recent_logins(now)
        return min(HOUR, max(0.0, min(recent) + HOUR - now)) if recent else 0.0

    def take_login(self, now: float) -> float:
        """Count a login; gives its time, for ``uncount_login``."""
        login = now
        while login in (*self._known.logins, *self._known.withdrawn):  # a coarse clock: two logins are two
            login = nextafter(login, inf)
        self._known.logins.append(login)
        self._unsynced.logins.append(login)
        return login

    def uncount_login(self, login: float) -> None:
        """Uncount a login that surely never reached the server."""
        withdrawal = Tally(withdrawn=[login])
        self._known.add(withdrawal)
        self._unsynced.add(withdrawal)

    def take_unsynced(self) -> Tally:
        """Give what was counted since the last time, for a store to add."""
        self._enter_new()
        taken, self._unsynced = self._unsynced, Tally()
        return taken

    def known(self) -> Tally:
        """All that is counted."""
        self._enter_new()
        return evolve(self._known, calls=dict(self._known.calls), logins=list(self._known.logins))

    def unsynced(self) -> Tally:
        """The tally since ``take_unsynced``."""
        self._enter_new()
        return evolve(self._unsynced, calls=dict(self._unsynced.calls), logins=list(self._unsynced.logins))

    def put_back(self, tally: Tally) -> None:
        """Take back what a store could not add."""
        self._unsynced.add(tally)

    def merge_shared(self, kept: Tally) -> None:
        """Count the calls and logins that a store knows of, such as those of other processes."""
        self._enter_new()
        for minute, number in kept.calls.items():
            missing = number + self._unsynced.calls.get(minute, 0) - self._known.calls.get(minute, 0)
            if missing > 0:
                self._known.calls[minute] = self._known.calls.get(minute, 0) + missing
                self._made += missing
        self._known.add(Tally(logins=kept.logins, withdrawn=kept.withdrawn))
        self._from = self._until = 0.0  # what a store kept too long is forgotten before anything is counted

    def _enter_new(self) -> None:
        if self._new:
            self._count(self._minute, self._new)
            self._new = 0

    def _count(self, minute: int, number: int) -> None:
        for calls in (self._known.calls, self._unsynced.calls):
            calls[minute] = calls.get(minute, 0) + number

    def _recent_logins(self, now: float) -> list[float]:
        return [login for login in self._known.logins if now - HOUR < login <= now + SKEW]

    def _enter_minute(self, now: float) -> None:
        """Begin the minute that it is now, unless it has begun."""
        if not self._from <= now < self._until:
            self._begin_minute(now)

    def _begin_minute(self, now: float) -> None:
        self._enter_new()
        self._minute = int(now // MINUTE)
        self._from = float(self._minute * MINUTE)
        self._until = self._from + MINUTE
        self._known.forget_before(now)
        self._made = sum(self._known.calls.values())


def _ends(minute: int) -> float:
    return (minute + 1.0) * MINUTE
