"""Retry reason: why a call is attempted again, in the words of its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asyncsdk.errors import ActOnError, AuthenticationFailed, NotSent, PlaceExpired, RateLimited, ReplyLost

if TYPE_CHECKING:
    from asyncsdk.telemetry.calls import RetryReason

__all__ = ["retry_reason"]

_REASONS: Final[tuple[tuple[type[ActOnError], RetryReason], ...]] = (
    (PlaceExpired, "place expired"),
    (NotSent, "not sent"),
    (ReplyLost, "reply lost"),
    (RateLimited, "throttled"),
    (AuthenticationFailed, "token refused"),
)
"""The first that fits; all other errors that are followed by an attempt are a server's."""


def retry_reason(error: ActOnError) -> RetryReason:
    """Why an attempt follows after one that failed with this error."""
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return "server error"
