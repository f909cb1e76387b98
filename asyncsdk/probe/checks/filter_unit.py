"""Unit of a date filter: milliseconds, seconds, or both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

__all__ = ["CALLS", "FAR_AHEAD", "unit_of_filter"]

CALLS: Final = 4
"""Calls that finding it out takes at most."""

_LONG_AGO: Final = 946_684_800
"""The year 2000 in epoch seconds; as milliseconds it is in 1970."""

FAR_AHEAD: Final = 4_102_444_800
"""The year 2100 in epoch seconds; as milliseconds it is in 1970."""


async def unit_of_filter(shows: Callable[[str], Awaitable[bool]]) -> str:
    """The unit of a filter "after this time", told by what is left of something that holds entries.

    Args:
        shows: asks with a value of the filter, and tells whether any entry is left.

    Returns:
        The unit in words.
    """
    by_milliseconds = await shows(str(_LONG_AGO * 1000)) and not await shows(str(FAR_AHEAD * 1000))
    by_seconds = await shows(str(_LONG_AGO)) and not await shows(str(FAR_AHEAD))
    if by_milliseconds and by_seconds:
        return "milliseconds and seconds"
    if by_milliseconds or by_seconds:
        return "milliseconds" if by_milliseconds else "seconds"
    return "neither milliseconds nor seconds"
