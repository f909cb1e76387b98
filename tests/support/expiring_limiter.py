"""Rate limiter whose places expire as a test says, as those of a process do that was held up."""

from __future__ import annotations

from collections.abc import Callable

from asyncsdk import Lane, Limiter, Place, PlaceExpired


class _ReportedPlace:
    """A place that writes down what it is told; if it is over, ``left`` says so."""

    def __init__(self, place: Place, expired: bool) -> None:
        self._place = place
        self._expired = expired
        self.reports: list[str] = []

    def left(self, *, opened: bool = False) -> None:
        self.leaves()
        self._place.left(opened=opened)

    def leaves(self) -> None:
        if self._expired:
            self.reports.append("expired")
            raise PlaceExpired("The process was held up.")
        self.reports.append("left")

    def answered(self) -> None:
        self.reports.append("answered")
        self._place.answered()

    def lost(self) -> None:
        self.reports.append("lost")
        self._place.lost()

    def unused(self) -> None:
        self.reports.append("unused")
        self._place.unused()


class ExpiringLimiter(Limiter):
    """Limiter that counts as usual.

    Args:
        expires: whether a place expires, by its number, from 0.
    """

    def __init__(self, expires: Callable[[int], bool]) -> None:
        super().__init__()
        self._expires = expires
        self._places: list[_ReportedPlace] = []

    @property
    def reports(self) -> list[str]:
        """What was reported of each place, in the order in which they were given."""
        return [" ".join(place.reports) for place in self._places]

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place, which may be one that expires."""
        place = await super().acquire(lane, login=login)
        self._places.append(_ReportedPlace(place, self._expires(len(self._places))))
        return self._places[-1]
