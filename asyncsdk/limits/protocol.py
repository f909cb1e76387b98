"""Rate limiter protocol: what a session needs of a limiter, and the place of one call in it."""

from __future__ import annotations

from typing import Protocol, TypeGuard

from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Usage
from asyncsdk.limits.tally import Tally

__all__ = ["AskingLimiter", "ExpiringPlace", "Place", "RateLimiter", "SessionLimiter", "has_to_ask", "may_expire"]


class Place(Protocol):
    """Rate-limit permit of one call: its holder reports whether the call was sent, answered, lost or never sent."""

    def left(self, *, opened: bool = False) -> None:
        """Report that the call is sent now; ``opened``: over a connection that was opened for it.

        Raises:
            PlaceExpired: the place is over, and nothing may be sent; ``unused`` follows.
        """
        ...

    def answered(self) -> None:
        """Report that the call was answered, so that it has arrived."""
        ...

    def lost(self) -> None:
        """Report that it will never be known whether and when the call arrived."""
        ...

    def unused(self) -> None:
        """Report that the call never reached the server: its place goes to the next one, and nothing is counted."""
        ...


class ExpiringPlace(Place, Protocol):
    """Place that is over if the call is not sent in time."""

    def leaves(self) -> None:
        """Report that the call is sent as soon as there is a connection, at a moment that is not reported.

        Raises:
            PlaceExpired: the place is over, and nothing may be sent; ``unused`` follows.
        """
        ...


def may_expire(place: Place) -> TypeGuard[ExpiringPlace]:
    """Whether a place may be over before its call is sent."""
    return callable(getattr(place, "leaves", None))


class RateLimiter(Protocol):
    """Rate limiter, as a session needs one; ``Limiter`` is the one for a single process."""

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: a budget is spent that nobody waits for, or the wait would be too long.
            ActOnError: it is in use in another event loop.
        """
        ...

    def throttled(self, retry_after: float | None) -> None:
        """Report a 429: all calls wait for so many seconds, or until the second that is full is over."""
        ...

    def usage(self) -> Usage:
        """What is spent and what is left."""
        ...

    def drain(self) -> Tally:
        """Give what was counted since the last time, for a store to add; logins always, to tell the failed ones."""
        ...

    def undrain(self, tally: Tally) -> None:
        """Take back what a store could not add."""
        ...

    def adopt(self, kept: Tally) -> None:
        """Count what a store knows."""
        ...


class SessionLimiter(RateLimiter, Protocol):
    """Rate limiter of one session, which closes it; its places are shared with others behind it."""

    async def close(self) -> None:
        """Leave the others: nothing waits for this session any more. Closing twice is harmless."""
        ...


class AskingLimiter(RateLimiter, Protocol):
    """Rate limiter that has to ask what is spent."""

    async def look(self) -> None:
        """Ask once, so that ``usage`` knows it before the first call; that it cannot be asked is no error."""
        ...


def has_to_ask(limiter: RateLimiter) -> TypeGuard[AskingLimiter]:
    """Whether a limiter has to ask what is spent."""
    return callable(getattr(limiter, "look", None))
