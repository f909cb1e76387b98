"""Options of a queue, checked when it is made."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import Final

from attrs import field, frozen

from asyncsdk.errors import InvalidArgument
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.queue.batch import HoldTimes
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.queue.send_decision import Triggers
from asyncsdk.queue.shared_journal import SharedJournal

__all__ = ["QueueOptions", "QueueTiming", "private_path"]

DRAIN_WITH_JOURNAL: Final = 5.0
"""With the seconds that a session takes to close, it fits the ten that a container is given to stop."""

DRAIN_WITHOUT_JOURNAL: Final = 20.0
"""Rows that are not sent by then are lost, so there is time for the job of a file to end."""


@frozen
class QueueTiming:
    """Waits that a program has no reason to change, and a test may shorten."""

    hold: HoldTimes = field(factory=HoldTimes)
    """For how long a copy whose answer was lost may still arrive."""

    adopt_every: float = 15.0
    """Seconds between two looks for journals that dead processes have left."""

    look_every: float = 0.2
    """Seconds between two looks into a journal that processes share."""

    lead_every: float = 1.0
    """Seconds between two tries to be the process that sends."""

    def shortened(self, pauses: PausePolicy) -> QueueTiming:
        """The same waits, where a test has made the session fast."""
        return QueueTiming(
            HoldTimes(
                pauses.seconds(self.hold.seconds(is_file=True)), pauses.seconds(self.hold.seconds(is_file=False))
            ),
            self.adopt_every,
            pauses.seconds(self.look_every),
            pauses.seconds(self.lead_every),
        )


@frozen
class QueueOptions:
    """Options of a queue; ``acton.contacts.queue`` says what each means.

    Raises:
        InvalidArgument: something is out of range.
    """

    list_id: str
    max_size: int
    max_age: float
    capacity: int
    quota_share: float
    drain_within: float | None
    journal: str | PathLike[str] | SharedJournal | None
    on_unsaved: Callable[[UnsavedRow], object] | None
    timing: QueueTiming

    def __attrs_post_init__(self) -> None:
        _check(self.max_size >= 1 and self.capacity >= 1, "max_size and capacity must be at least 1.")
        _check(self.max_age >= 0, "max_age must not be negative.")
        _check(0 < self.quota_share <= 1, "quota_share must be more than 0, and at most 1.")
        _check(self.drain_within is None or self.drain_within >= 0, "drain_within must not be negative.")

    @property
    def triggers(self) -> Triggers:
        """When rows are sent."""
        return Triggers(min(self.max_size, self.capacity), self.max_age)

    @property
    def drain_seconds(self) -> float:
        """Seconds that the queue takes to close at the most."""
        if self.drain_within is not None:
            return self.drain_within
        return DRAIN_WITHOUT_JOURNAL if self.journal is None else DRAIN_WITH_JOURNAL


def private_path(journal: str | PathLike[str] | SharedJournal | None) -> str | PathLike[str] | None:
    """The path of a journal that this process opens for itself, if it is one."""
    return None if isinstance(journal, SharedJournal) else journal


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise InvalidArgument(message)
