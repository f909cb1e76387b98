"""Own calls: those of one process that hold a place, and what the coordinator is to be told of them and of 429s."""

from __future__ import annotations

from math import inf

from asyncsdk.limits.shared.place import SharedPlace
from asyncsdk.limits.shared.rules import REPORT_AFTER, Rules
from asyncsdk.limits.shared.turns import Report, TurnRequest

__all__ = ["OwnCalls"]


class OwnCalls:
    """Calls of one process from the grant of a place to the last report.

    Args:
        rules: the constants.
        period: seconds for which a place is held after its call has arrived.
    """

    def __init__(self, rules: Rules, period: float) -> None:
        self._rules = rules
        self._period = period
        self._unsent: dict[int, SharedPlace] = {}
        self._sent: dict[int, SharedPlace] = {}
        self._arrived: dict[int, float] = {}
        """When calls that are over can have arrived at the latest."""
        self._released: list[int] = []
        self._throttled: float | None = None
        self._throttled_told: float | None = None
        """The 429 that a request on its way tells."""
        self.samples = 0
        """Round trips seen that were not told yet."""
        self.shortest = 60.0
        """The shortest of all."""

    def granted(self, place: SharedPlace) -> None:
        """Note that a call may be sent."""
        self._unsent[place.number] = place

    def sent(self, place: SharedPlace, now: float) -> None:
        """Note that a call is sent at this moment."""
        place.sent_at = now
        if self._unsent.pop(place.number, None) is not None:
            self._sent[place.number] = place

    def over(self, place: SharedPlace, now: float, *, answered: bool, shortest: float) -> None:
        """Note that a call is over.

        Args:
            place: its place.
            now: the time.
            answered: whether an answer came.
            shortest: the shortest round trip of all processes; 0 if it is not known yet.
        """
        self._drop(place)
        rules, sent_at = self._rules, place.sent_at
        latest = (now if sent_at is None else sent_at) + (rules.opening if place.opened else rules.travel)
        if answered and sent_at is not None and not place.opened:
            self.samples += 1
            self.shortest = min(self.shortest, now - sent_at)
            latest = min(latest, now - min(shortest, self.shortest))  # it was not there before it was sent
        elif answered:
            latest = min(latest, now)
        self._arrived[place.number] = latest

    def unused(self, place: SharedPlace) -> None:
        """Note that a call surely never reached the server."""
        self._drop(place)
        self._released.append(place.number)

    def throttled(self, seconds: float) -> None:
        """Note a 429, and for how many seconds it asked; 0 if for none."""
        self._throttled = max(self._throttled or 0.0, seconds)

    def take_throttled(self) -> float | None:
        """Give the seconds of the 429s that were not told yet, for a request; None if there is none."""
        if self._throttled is not None:
            self._throttled_told = max(self._throttled_told or 0.0, self._throttled)
            self._throttled = None
        return self._throttled_told

    def forget_unsent(self) -> None:
        """Renew no promise of a coordinator that has forgotten its grants."""
        self._unsent.clear()

    def report_at(self) -> float:
        """When the coordinator is to be told at the latest; infinite if that has time."""
        if self._released:
            return -inf
        at = inf
        for place in self._unsent.values():
            at = min(at, place.deadline - self._rules.promise / 3)
        for place in self._sent.values():
            if not place.told and place.sent_at is not None:
                at = min(at, place.sent_at + REPORT_AFTER)
        for arrived in self._arrived.values():
            at = min(at, arrived + REPORT_AFTER)
        return at

    def reports(self, now: float, promise: float) -> list[Report]:
        """All that the coordinator was not told yet; it is told again until ``reported``."""
        rules = self._rules
        reports = [Report(number, now - arrived, True) for number, arrived in self._arrived.items()]
        for place in self._sent.values():
            if not place.told and place.sent_at is not None:
                arrived = place.sent_at + (rules.opening if place.opened else rules.travel)
                reports.append(Report(place.number, now - arrived, False))
        for number, place in self._unsent.items():
            travel = rules.opening if place.opened else rules.unreported_travel
            reports.append(Report(number, -(promise + travel), False))
        return reports

    def released(self) -> list[int]:
        """Numbers of calls that surely never reached the server, and were not told yet."""
        return list(self._released)

    def reported(self, request: TurnRequest, asked_at: float, now: float) -> None:
        """Note that a request was carried out: what it told, and that it renewed the promises of unsent calls.

        Args:
            request: the request.
            asked_at: when it was made.
            now: the time.
        """
        for report in request.reports:
            number = report.number
            if report.landed:
                self._arrived.pop(number, None)
            elif (place := self._sent.get(number)) is not None:
                place.told = place.sent_at is not None and place.sent_at <= asked_at
            elif (place := self._unsent.get(number)) is not None and self._was_kept(place, now):
                place.deadline = max(place.deadline, asked_at + request.promise)
                place.opening_told = place.opened
        if request.released:
            told = set(request.released)
            self._released = [number for number in self._released if number not in told]
        self.samples = max(0, self.samples - request.samples)
        self._throttled_told = None

    def _was_kept(self, place: SharedPlace, now: float) -> bool:
        """Whether a place of a call that was not sent was surely its own until now."""
        return now < place.deadline + self._rules.travel + self._period

    def _drop(self, place: SharedPlace) -> None:
        self._unsent.pop(place.number, None)
        self._sent.pop(place.number, None)
