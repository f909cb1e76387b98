"""Event: any of those that an observer is given."""

from __future__ import annotations

from typing import TypeAlias

from asyncsdk.telemetry.calls import AttemptEnded, AttemptStarted, CallEnded, CallStarted, RetryScheduled
from asyncsdk.telemetry.limits import PlaceWaited, Throttled
from asyncsdk.telemetry.sessions import SessionEnded, SessionStarted
from asyncsdk.telemetry.tokens import RenewalEnded, RenewalStarted, TokenWaited

__all__ = ["Event"]

Event: TypeAlias = (
    SessionStarted
    | SessionEnded
    | CallStarted
    | CallEnded
    | AttemptStarted
    | AttemptEnded
    | RetryScheduled
    | PlaceWaited
    | Throttled
    | TokenWaited
    | RenewalStarted
    | RenewalEnded
)
