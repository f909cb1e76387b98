"""A call in flight for tests of the sliding window, which need no limiter around it."""

from __future__ import annotations

from asyncsdk.limits.sliding_window import InFlightCall

__all__ = ["UnsentCall"]


class UnsentCall(InFlightCall):
    """A call that is not sent yet, over a connection that was open before."""

    def __init__(self) -> None:
        self.sent_at = None
        self.opened = False
