"""Outage mode: what calls do while Redis, which decides for all processes, is away."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from asyncsdk.errors import InvalidArgument

__all__ = ["OutageMode", "checked_outage"]

OutageMode: TypeAlias = Literal["share", "wait", "refuse"]
"""``share``: each process goes on with the part of the second that it was given beforehand; ``wait``: calls wait;
``refuse``: they end at once in ``FleetUnavailable``."""

_MODES: Final[tuple[OutageMode, ...]] = ("share", "wait", "refuse")


def checked_outage(outage: OutageMode) -> OutageMode:
    """The mode, if it is one.

    Raises:
        InvalidArgument: it is none.
    """
    if outage not in _MODES:
        raise InvalidArgument("outage must be 'share', 'wait' or 'refuse'.")
    return outage
