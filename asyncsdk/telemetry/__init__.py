"""Telemetry: the events of a session, and the observer that is given them. ``docs/telemetry.md`` lists them.

No event holds an e-mail address, a token, a URL, or anything of a row: routes are told by their names and
templates, and everything else by numbers, sizes, seconds and the names of errors.
"""

from __future__ import annotations

from asyncsdk.telemetry.calls import (
    AttemptEnded,
    AttemptStarted,
    CallEnded,
    CallStarted,
    RetryReason,
    RetryScheduled,
)
from asyncsdk.telemetry.event import Event
from asyncsdk.telemetry.limits import PlaceWaited, Throttled
from asyncsdk.telemetry.observer import Observer
from asyncsdk.telemetry.outcome import Outcome
from asyncsdk.telemetry.sessions import SessionEnded, SessionStarted, UsageLeft
from asyncsdk.telemetry.tokens import RenewalEnded, RenewalStarted, TokenSourceName, TokenWaited

__all__ = [
    "AttemptEnded",
    "AttemptStarted",
    "CallEnded",
    "CallStarted",
    "Event",
    "Observer",
    "Outcome",
    "PlaceWaited",
    "RenewalEnded",
    "RenewalStarted",
    "RetryReason",
    "RetryScheduled",
    "SessionEnded",
    "SessionStarted",
    "Throttled",
    "TokenSourceName",
    "TokenWaited",
    "UsageLeft",
]
