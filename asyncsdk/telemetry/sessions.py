"""Events of sessions: one that opens, with a way to read its usage, and one that closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attrs import field, frozen

__all__ = ["SessionEnded", "SessionStarted", "UsageLeft"]


class UsageLeft(Protocol):
    """Usage: what is left of the limits; ``asyncsdk.Usage`` is one."""

    @property
    def calls_made(self) -> int:
        """Calls in the last 24 hours."""
        ...

    @property
    def calls_left(self) -> int:
        """Calls that the day still lets through."""
        ...

    @property
    def logins_left(self) -> int:
        """Logins that the hour still lets through."""
        ...


@frozen
class SessionStarted:
    """A session is open."""

    session: int
    """The session's number, unique in this process."""

    usage: Callable[[], UsageLeft] = field(repr=False)
    """Gives what is left now, without a request; good until ``SessionEnded``, from any thread."""


@frozen
class SessionEnded:
    """A session is closed: its calls are over."""

    session: int
    """The number of ``SessionStarted``."""
