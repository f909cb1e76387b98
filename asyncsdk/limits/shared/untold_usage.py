"""Untold usage: calls and logins of one process that its coordinator does not know of, until it was told them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from asyncsdk import clock
from asyncsdk.limits.shared.turns import TurnRequest
from asyncsdk.limits.tally import MINUTE, Tally

__all__ = ["UntoldUsage"]


class UntoldUsage:
    """Usage that is told with each request until one of them is answered, and is counted once all the same."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._since = 0
        """The number of the request that told it first; 0: none has."""

    def add(self, calls: Mapping[int, int]) -> None:
        """Note calls, by minute, that were made without the coordinator."""
        self._tally.add(Tally(dict(calls)))

    def told_in(self, request: TurnRequest) -> TurnRequest:
        """The request, with what is to be told."""
        if not self._tally:
            return request
        self._since, wall = self._since or request.serial, clock.wall()
        calls = {int(wall // MINUTE) - minute: number for minute, number in self._tally.calls.items() if number > 0}
        logins = [wall - login for login in self._tally.logins]
        return evolve(request, calls=calls, logins=logins, told_since=self._since)

    def answered(self, request: TurnRequest, known: Tally | None) -> None:
        """Note that a request was carried out.

        Args:
            request: the request.
            known: all that the process has counted, if the coordinator had forgotten what was told before.
        """
        told = self._tally if request.told_since else Tally()
        if known is not None:
            calls = {minute: number - told.calls.get(minute, 0) for minute, number in known.calls.items()}
            logins = [login for login in known.logins if login not in told.logins]
            self._tally, self._since = Tally(calls, logins), 0
        elif request.told_since:
            self._tally, self._since = Tally(), 0
