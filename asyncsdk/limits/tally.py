"""Usage counts as a store keeps them: calls of the last day, logins of the last hour, calls of the last second.

Times are times of day, so that they outlive a process. A clock may have been wrong when they were taken:
a time in the future was taken by a clock that was ahead, and counts no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, Final, TypeGuard, cast

from attrs import define, field

__all__ = ["DAY", "HOUR", "MINUTE", "MOST_ARRIVALS", "SKEW", "Tally", "json_of", "tally_from"]

MINUTE: Final = 60
HOUR: Final = 3_600.0
DAY: Final = 86_400.0

SKEW: Final = 60.0
"""Seconds that a time may be ahead of now: clocks are put right by less than that all the time."""

MOST_ARRIVALS: Final = 50
MOST_SPENT: Final = 100
"""The most times that are kept, the newest."""

_MOST_CALLS: Final = 10**9
_LAST_MINUTE: Final = 10**9


@define
class Tally:
    """Calls by minute of the epoch, the times of logins, and what else sessions of one account must share."""

    calls: dict[int, int] = field(factory=lambda: dict[int, int]())
    logins: list[float] = field(factory=lambda: list[float]())
    withdrawn: list[float] = field(factory=lambda: list[float]())
    """Logins that were counted before it was known that they never reached the server."""

    succeeded: float | None = field(default=None, eq=False)
    """The last login that is known to be settled, because ``/token`` gave a token after it; None: not known."""

    spent: list[str] = field(factory=lambda: list[str](), repr=False)
    """Fingerprints of refresh tokens that are used up."""

    arrivals: list[float] = field(factory=lambda: list[float]())
    """When the last calls reached the server at the latest."""

    pause: tuple[float, float] | None = None
    """When the server asked for a pause, and until when."""

    def __bool__(self) -> bool:
        counted = self.calls or self.logins or self.withdrawn or self.spent or self.arrivals
        return bool(counted) or self.succeeded is not None or self.pause is not None

    def add(self, other: Tally) -> None:
        """Count what ``other`` counted, too."""
        for minute, number in other.calls.items():
            self.calls[minute] = self.calls.get(minute, 0) + number
        self.withdrawn = sorted({*self.withdrawn, *other.withdrawn})
        self.logins = sorted({*self.logins, *other.logins}.difference(self.withdrawn))
        self.succeeded = max((each for each in (self.succeeded, other.succeeded) if each is not None), default=None)
        self.spent = list(dict.fromkeys([*self.spent, *other.spent]))[-MOST_SPENT:]
        self.arrivals = sorted({*self.arrivals, *other.arrivals})[-MOST_ARRIVALS:]
        pauses = [each for each in (self.pause, other.pause) if each is not None]
        self.pause = max(pauses, key=lambda pause: pause[1], default=None)

    def forget_before(self, now: float) -> None:
        """Drop what no budget counts any more, and what a clock counted that was ahead."""
        soon = now + SKEW
        self.calls = {
            minute: number
            for minute, number in self.calls.items()
            if now - DAY < (minute + 1.0) * MINUTE and minute * MINUTE <= soon
        }
        self.logins = _between(self.logins, now - HOUR, soon)
        self.withdrawn = _between(self.withdrawn, now - HOUR, soon)
        self.arrivals = _between(self.arrivals, now - HOUR, now + 1.0)
        if self.succeeded is not None and self.succeeded > soon:
            self.succeeded = now
        if self.pause is not None and not (self.pause[0] <= soon and now < self.pause[1]):
            self.pause = None


def _between(times: Iterable[float], after: float, until: float) -> list[float]:
    return [time for time in times if after < time <= until]


def json_of(tally: Tally) -> dict[str, Any]:
    """The tally as JSON for a file, with withdrawn logins, which others may have counted before."""
    return {
        "calls": tally.calls,
        "logins": tally.logins,
        "withdrawn": tally.withdrawn,
        "succeeded": tally.succeeded or 0.0,
        "spent": tally.spent,
        "arrivals": tally.arrivals,
        "pause": tally.pause,
    }


def tally_from(kept: Mapping[str, Any]) -> Tally:
    """Read a tally that was written as JSON, whose keys are text; what is damaged in it is left out."""
    counts: object = kept.get("calls")
    counted = cast("dict[object, object]", counts) if isinstance(counts, dict) else {}
    calls = {int(minute): number for minute, number in counted.items() if _is_minute(minute) and _is_count(number)}
    logins = sorted(set(_times(kept.get("logins"))))
    succeeded = _times([kept.get("succeeded")])
    spent = [each for each in _members(kept.get("spent")) if isinstance(each, str) and len(each) <= MOST_SPENT]
    pause = _times(kept.get("pause"))
    return Tally(
        calls,
        logins,
        withdrawn=sorted(set(_times(kept.get("withdrawn")))),
        # Files of older versions do not say it: their logins count as successful.
        succeeded=succeeded[0] if succeeded else max(logins, default=None),
        spent=spent[-MOST_SPENT:],
        arrivals=sorted(set(_times(kept.get("arrivals"))))[-MOST_ARRIVALS:],
        pause=(pause[0], pause[1]) if len(pause) == 2 else None,
    )


def _members(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _is_count(number: object) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _MOST_CALLS


def _is_minute(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and len(text) < 12 and text.isdecimal() and int(text) <= _LAST_MINUTE


def _times(value: object) -> list[float]:
    """The numbers of a list that can be times of day."""
    return [
        float(time)
        for time in _members(value)
        if isinstance(time, (int, float)) and not isinstance(time, bool) and 0 <= time < 1e12 and isfinite(time)
    ]
