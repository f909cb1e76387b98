"""Priority lanes: whose turn it is when calls wait for the limits."""

from __future__ import annotations

from enum import Enum

__all__ = ["Lane"]


class Lane(Enum):
    """Priority lane of a call that waits for the limits."""

    TOKEN = "token"  # noqa: S105
    """Logins and refreshes: all calls wait for these."""

    INTERACTIVE = "interactive"
    """Calls that a caller awaits."""

    BULK = "bulk"
    """Calls of a bulk run."""

    POLL = "poll"
    """Polls of jobs."""
