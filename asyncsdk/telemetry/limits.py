"""Events of the limits: waits for a place, and a server that says that calls come too fast."""

from __future__ import annotations

from attrs import frozen

from asyncsdk.telemetry.outcome import Outcome

__all__ = ["PlaceWaited", "Throttled"]


@frozen
class PlaceWaited:
    """The wait for a place in the limits is over: raised for each attempt, also where nothing was waited for."""

    operation: int
    """The number of the call or of the token renewal."""

    lane: str
    """The priority lane: ``token``, ``interactive``, ``bulk`` or ``poll``."""

    outcome: Outcome
    """``ok``: a place was given; ``error``: a budget is spent, or the wait would be too long."""

    seconds: float
    """How long the wait took."""


@frozen
class Throttled:
    """The server said 429, or the same in a body: all calls wait."""

    operation: int
    """The number of the call or of the token renewal."""

    retry_after: float | None
    """Seconds that the server asks to wait; None: it does not say."""
