"""Call rates: how many calls arrived in each second of the last hour."""

from __future__ import annotations

from typing import Final

from attrs import define, frozen

__all__ = ["CallRates", "SecondCount"]

KEPT_SECONDS: Final = 3600


@frozen
class SecondCount:
    """The calls that arrived in one second."""

    time: int
    """The second's begin, in whole seconds since 1970 by the emulator's clock."""

    accepted: int
    refused: int
    """Those over the limits."""


@define
class _Counter:
    accepted: int = 0
    refused: int = 0


class CallRates:
    """Counts calls by the second that they arrive in; a second is kept for an hour of the emulator's clock."""

    def __init__(self) -> None:
        self._seconds: dict[int, _Counter] = {}

    def note(self, time: float, *, refused: bool) -> None:
        """Count a call."""
        second = int(time)
        if second not in self._seconds and len(self._seconds) >= 2 * KEPT_SECONDS:
            self._seconds = {each: count for each, count in self._seconds.items() if _is_within(each, second)}
        counter = self._seconds.setdefault(second, _Counter())
        if refused:
            counter.refused += 1
        else:
            counter.accepted += 1

    def clear(self) -> None:
        """Forget all."""
        self._seconds.clear()

    def per_second(self, now: float, seconds: int) -> list[SecondCount]:
        """One entry for each of the last seconds, the present one last, those without a call included."""
        last = int(now)
        found = ((each, self._seconds.get(each, _Counter())) for each in range(last - seconds + 1, last + 1))
        return [SecondCount(each, count.accepted, count.refused) for each, count in found]

    def last_hour(self, now: float) -> int:
        """The calls of the last hour, accepted or not."""
        last = int(now)
        kept = (count for second, count in self._seconds.items() if _is_within(second, last))
        return sum(count.accepted + count.refused for count in kept)


def _is_within(second: int, last: int) -> bool:
    return last - KEPT_SECONDS < second <= last
