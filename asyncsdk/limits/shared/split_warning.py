"""Split warning: several processes that each say a part of the account's calls, and share that part by mistake."""

from __future__ import annotations

import logging

from asyncsdk.limits.policy import Limits
from asyncsdk.limits.shared.turns import TurnReply

__all__ = ["SplitWarning"]

_log = logging.getLogger("asyncsdk")

WHOLE = Limits().calls_per_second
"""Calls in a second that Act-On allows an account."""


class SplitWarning:
    """Warning, given once, where processes that share the limits were each told less than the account has.

    Args:
        shared: what they share the limits by, in words.
    """

    def __init__(self, shared: str) -> None:
        self._shared = shared
        self._given = False

    def check(self, limits: Limits, reply: TurnReply) -> None:
        """Warn if so, and if it was not done before."""
        if self._given or limits.calls_per_second >= WHOLE or reply.processes < 2:
            return
        if reply.places / reply.period < WHOLE:
            self._given = True
            _log.warning(
                "%d processes share the limits %s, and each was told calls_per_second=%g at most: that is the"
                " number of all of them together, not of each. Leave it out, and they share the account's %g.",
                reply.processes,
                self._shared,
                reply.places / reply.period,
                WHOLE,
                extra={"acton_event": "limits_split", "acton_processes": reply.processes},
            )
