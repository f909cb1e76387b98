"""Call budget: how many calls a probe may make, retries and the removal of what it made included."""

from __future__ import annotations

from asyncsdk.errors import ActOnError

__all__ = ["BudgetSpent", "CallBudget"]


class BudgetSpent(ActOnError):
    """The budget has no call left for this; nothing was sent."""

    def __init__(self) -> None:
        super().__init__("The budget of calls is spent.")


class CallBudget:
    """Counts attempts on the wire, and refuses the one that would be too many.

    Args:
        most: attempts that may be made.
    """

    def __init__(self, most: int) -> None:
        if most < 0:
            raise ValueError("A budget is no negative number.")
        self.most: int = most
        self.made: int = 0
        self._reserved = 0

    @property
    def left(self) -> int:
        """Attempts that may be made, without those that are reserved."""
        return self.most - self.made - self._reserved

    def take(self, *, reserved: bool = False) -> None:
        """Count an attempt that is about to be sent.

        Args:
            reserved: whether it is one of those that were reserved.

        Raises:
            BudgetSpent: there is none left.
        """
        if reserved and self._reserved > 0:
            self._reserved -= 1
        elif self.left <= 0:
            raise BudgetSpent
        self.made += 1

    def reserve(self, attempts: int) -> None:
        """Keep attempts back for the removal of what a check is about to make.

        Raises:
            BudgetSpent: so many are not left.
        """
        if attempts > self.left:
            raise BudgetSpent
        self._reserved += attempts

    def release(self) -> None:
        """Give back what is reserved and was not used."""
        self._reserved = 0
