"""Rate limiter protocol: what a session needs of a limiter, and the place of one call in it."""

from __future__ import annotations

from typing import Protocol

from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Usage
from asyncsdk.limits.tally import Tally

__all__ = ["Place", "RateLimiter"]


class Place(Protocol):
    """One call's place in the budgets; its holder says what becomes of the call."""

    def left(self, *, opened: bool = False) -> None:
        """The call leaves now; ``opened``: over a connection that was opened for it."""
        ...

    def answered(self) -> None:
        """The call was answered, so that it has arrived."""
        ...

    def lost(self) -> None:
        """Nobody will know whether and when the call arrived."""
        ...

    def unused(self) -> None:
        """The call surely never reached the server: its place goes to the next, and nothing is counted."""
        ...


class RateLimiter(Protocol):
    """What a session needs of a limiter; ``Limiter`` is the one for a single process."""

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: a budget is spent that nobody waits for, or the wait would be too long.
            ActOnError: it is in use in another event loop.
        """
        ...

    def throttled(self, retry_after: float | None) -> None:
        """The server said 429: hold everybody back for so many seconds, or for the second that is full."""
        ...

    def usage(self) -> Usage:
        """What is spent and what is left."""
        ...

    def drain(self) -> Tally:
        """What was counted since the last time, for a store to add."""
        ...

    def undrain(self, tally: Tally) -> None:
        """Take back what a store could not add."""
        ...

    def adopt(self, kept: Tally) -> None:
        """Learn what a store knows."""
        ...
