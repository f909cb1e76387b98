"""Timeline of the example company: the account's state as it is written at times that are past."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.faults import Faults
from asyncsdk.emulator.state.account_state import AccountState

__all__ = ["Timeline"]

DAY = 86400


class Timeline:
    """The state of an account, in the same database, with a clock of its own that stands still.

    Args:
        account: the account; its clock tells what the present is.
    """

    def __init__(self, account: EmulatedAccount) -> None:
        self.now: float = account.clock.now()
        self._clock = Clock(lambda: self.now)
        # Programs see the account's own clock, which is never moved.
        self.state: AccountState = AccountState(account.platform.store, account.settings, self._clock, Faults())

    def go_to(self, days_ago: float) -> int:
        """Go to a time so many days ago; gives it in milliseconds since 1970."""
        self._clock.reset()
        self._clock.advance(-days_ago * DAY)
        return self._clock.milliseconds()
