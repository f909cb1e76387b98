"""Place that the coordinator gave to one call: its holder reports what becomes of the call."""

from __future__ import annotations

from typing import Final, Protocol

__all__ = ["EXPIRED", "PlaceOwner", "SharedPlace"]

EXPIRED: Final = (
    "This process was held up between a call's turn and its sending, so that its place in the limits is over."
    " Nothing was sent."
)


class PlaceOwner(Protocol):
    """What a place needs of the limiter that gave it."""

    def place_left(self, place: SharedPlace, *, now: bool) -> None:
        """Note that the call is sent now, or as soon as there is a connection.

        Raises:
            PlaceExpired: it may not be sent any more.
        """
        ...

    def place_over(self, place: SharedPlace, *, answered: bool) -> None:
        """Note that the call is over."""
        ...

    def place_unused(self, place: SharedPlace) -> None:
        """Note that the call surely never reached the server."""
        ...


class SharedPlace:
    """Rate-limit permit of one call, in all budgets of the account."""

    __slots__ = (
        "_owner",
        "deadline",
        "login",
        "minute",
        "number",
        "opened",
        "opening_told",
        "over",
        "sent_at",
        "told",
    )

    def __init__(self, owner: PlaceOwner, number: int, deadline: float, minute: int, login: float | None) -> None:
        self._owner = owner
        self.number: int = number
        self.deadline: float = deadline
        """Until when the call must have been sent."""
        self.minute: int = minute
        """The minute in which this process counts it."""
        self.login: float | None = login
        """The time at which this process counts it as a login."""
        self.sent_at: float | None = None
        self.opened: bool = False
        self.opening_told: bool = False
        """Whether the coordinator knows that it opens its connection."""
        self.told: bool = False
        """Whether the coordinator knows that it was sent."""
        self.over: bool = False

    def left(self, *, opened: bool = False) -> None:
        """Report that the call is sent now.

        Raises:
            PlaceExpired: the process was held up for so long that the place is not its own any more.
        """
        self.opened = opened
        self._owner.place_left(self, now=True)

    def leaves(self) -> None:
        """Report that the call is sent as soon as there is a connection, at a moment that is not reported.

        Raises:
            PlaceExpired: as above.
        """
        self.opened = True  # or not: nobody knows
        self._owner.place_left(self, now=False)

    def answered(self) -> None:
        """Report that the call was answered."""
        self._owner.place_over(self, answered=True)

    def lost(self) -> None:
        """Report that it will never be known whether and when the call arrived."""
        self._owner.place_over(self, answered=False)

    def unused(self) -> None:
        """Report that the call never reached the server."""
        self._owner.place_unused(self)
