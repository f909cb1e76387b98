"""Usage of an account, as the coordinator's last reply reported it."""

from __future__ import annotations

from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.shared.turns import TurnReply

__all__ = ["usage_from"]


def usage_from(reply: TurnReply, limits: Limits, *, source: str, unreachable_for: float | None = None) -> Usage:
    """What is spent and what is left.

    Args:
        reply: the last reply.
        limits: what the account is allowed.
        source: where the numbers come from, in words.
        unreachable_for: seconds for which the coordinator has not been reached.
    """
    return Usage(
        calls_made=reply.calls_made,
        calls_left=max(0, limits.calls_per_day - reply.calls_made),
        calls_reset_in=max(0.0, reply.calls_reset_in),
        logins_left=max(0, limits.grants_per_hour - reply.logins_made),
        logins_reset_in=reply.logins_reset_in,
        source=source,
        processes=reply.processes,
        unreachable_for=unreachable_for,
    )
