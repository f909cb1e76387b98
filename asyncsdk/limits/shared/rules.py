"""Rules of a shared limiter: its constants, which all homes of the law take from here."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from asyncsdk.limits import sliding_window

__all__ = ["LEASE", "REPORT_AFTER", "Rules"]

LEASE: Final = 30.0
"""Seconds that a process counts as living after it was seen for the last time."""

REPORT_AFTER: Final = 0.5
"""Seconds after which it is reported at the latest that a call was sent: most are answered by then, and no place is
free before a period has passed."""


@frozen
class Rules:
    """Constants of the law, in seconds where no other unit is named."""

    promise: float = 0.25
    """From a grant to the departure of its call at most: a process that is held up longer may not send it."""

    longest_promise: float = 1.0
    """What a process may promise at the most, which takes long to reach the coordinator."""

    travel: float = sliding_window.TRAVEL
    """From the departure of a call to its arrival at most, as is assumed."""

    opening: float = sliding_window.OPENING
    """The same for a call that opened its connection, and as long as it is not known whether it did."""

    opening_is_reported: bool = False
    """Whether a call that opens its connection is sent only after that was reported, as a file makes possible."""

    has_one_clock: bool = False
    """Whether a new state goes on with the clock of the one before, as all states of a file do in one boot."""

    grants_blocks: bool = False
    """Whether a process of an account with many places may be granted some of them before its callers come."""

    margin: float = sliding_window.MARGIN
    """Added to each period, at first."""

    narrowest: float = sliding_window.NARROWEST
    widest: float = sliding_window.WIDEST
    widening: float = sliding_window.WIDENING
    """Added to the margin by a 429."""

    narrowing: float = sliding_window.NARROWING
    """The margin is multiplied by this with each answer."""

    samples: int = sliding_window.SAMPLES
    """Round trips that all processes together have seen before the shortest is relied on."""

    grace: float = 0.25
    """How late a waiting process may ask for its turn before others go first."""

    reserve: int = 5
    """A lane that waits gets every fifth place at least."""

    lease: float = LEASE
    """Seconds after which a process that was not seen counts no more."""

    settling: float = 5.0
    """Seconds after which all living processes have asked a new state: they do each 4 s at the latest."""

    @property
    def unreported_travel(self) -> float:
        """From departure to arrival at most, of a call of which nothing was reported."""
        return self.travel if self.opening_is_reported else self.opening
