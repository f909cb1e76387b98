"""HTTP dates in the headers of a response."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ["time_of"]

LONGEST: Final = 100
"""Characters: a date has 29."""


def time_of(text: str | None) -> float | None:
    """Seconds since 1970 of a date such as ``Sun, 06 Nov 1994 08:49:37 GMT``; None if it is none or older."""
    if text is None or len(text) > LONGEST:
        return None
    try:
        told = parsedate_to_datetime(text)
        # A date without a zone is in UTC, as all dates of HTTP are, and not in this machine's zone.
        seconds = (told if told.tzinfo is not None else told.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return seconds if seconds >= 0 else None
