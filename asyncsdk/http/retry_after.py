"""``Retry-After`` header: how long a server asks to wait. Act-On has never been seen to send it."""

from __future__ import annotations

import re
from typing import Final

from asyncsdk import clock
from asyncsdk.http.dates import time_of
from asyncsdk.http.messages import Response

__all__ = ["LONGEST", "retry_after"]

LONGEST: Final = 366 * 86_400.0
"""Seconds; a longer wait is as good as this one, and no clock overflows by it."""

_SECONDS: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?")


def retry_after(response: Response) -> float | None:
    """Seconds, at most ``LONGEST``; None without the header, or if it says nothing that can be understood.

    A date is taken relative to the answer's own ``Date``: the server's clock is not this machine's.
    """
    told = response.headers.get("Retry-After")
    if told is None:
        return None
    text = told.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST)
    until = time_of(text)
    if until is None:
        return None
    now = time_of(response.headers.get("Date"))
    return min(max(0.0, until - (clock.wall() if now is None else now)), LONGEST)
