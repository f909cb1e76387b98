"""What a queue may be told when it is made."""

from __future__ import annotations

from typing import Final

from asyncsdk.errors import InvalidArgument

__all__ = ["check_sizes", "drain_time"]

DRAIN_WITH_JOURNAL: Final = 5.0
"""With the seconds that a session takes to close, it fits the ten that a container is given to stop."""

DRAIN_WITHOUT_JOURNAL: Final = 20.0
"""What is not sent by then is lost: a file's job is given the time to tell its end."""


def check_sizes(max_size: int, max_age: float, capacity: int, quota_share: float) -> None:
    """Refuse what no queue can keep to.

    Raises:
        InvalidArgument: something is out of range.
    """
    _check(max_size >= 1 and capacity >= 1, "max_size and capacity must be at least 1.")
    _check(max_age >= 0, "max_age must not be negative.")
    _check(0 < quota_share <= 1, "quota_share must be more than 0, and at most 1.")


def drain_time(asked: float | None, *, has_journal: bool) -> float:
    """Seconds that a queue takes to close at the most.

    Raises:
        InvalidArgument: they are negative.
    """
    if asked is None:
        return DRAIN_WITH_JOURNAL if has_journal else DRAIN_WITHOUT_JOURNAL
    _check(asked >= 0, "drain_within must not be negative.")
    return asked


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise InvalidArgument(message)
