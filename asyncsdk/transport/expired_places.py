"""Expired places: how often one call asks for another, because it was not sent in the time of the last one."""

from __future__ import annotations

from typing import Final

from asyncsdk.errors import PlaceExpired

__all__ = ["PLACES", "no_more_places"]

PLACES: Final = 20
"""Places that one call may have without being sent; each costs it the wait for the next, and nothing else."""


def no_more_places() -> PlaceExpired:
    """The error of a call that had ``PLACES`` places and could not be sent in the time of any."""
    return PlaceExpired(
        f"In the time of {PLACES} places in the limits the call could not be sent: this process does not get to"
        " run in time. Something in it blocks the event loop, or the machine is overloaded. Nothing was sent."
    )
