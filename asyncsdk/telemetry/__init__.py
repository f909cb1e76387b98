"""Telemetry: the events of a session, and the observer that is given them. ``docs/telemetry.md`` lists them.

No event holds an e-mail address, a token, a URL, or anything of a row: routes are told by their names and
templates, and everything else by numbers, sizes, seconds and the names of errors.
"""

from __future__ import annotations

from asyncsdk.telemetry.bulk import BulkEnded, BulkStageEntered, BulkStarted
from asyncsdk.telemetry.calls import (
    AttemptEnded,
    AttemptStarted,
    CallEnded,
    CallStarted,
    RetryReason,
    RetryScheduled,
)
from asyncsdk.telemetry.event import Event
from asyncsdk.telemetry.jobs import JobEnded, JobOutcome, JobStarted
from asyncsdk.telemetry.limits import PlaceWaited, Throttled
from asyncsdk.telemetry.observer import Observer
from asyncsdk.telemetry.outcome import Outcome
from asyncsdk.telemetry.queue import FlushEnded, FlushStarted, QueueEnded, QueueLoad, QueueStarted, RowsCompleted
from asyncsdk.telemetry.sessions import SessionEnded, SessionStarted, UsageLeft
from asyncsdk.telemetry.tokens import RenewalEnded, RenewalStarted, TokenSourceName, TokenWaited

__all__ = [
    "AttemptEnded",
    "AttemptStarted",
    "BulkEnded",
    "BulkStageEntered",
    "BulkStarted",
    "CallEnded",
    "CallStarted",
    "Event",
    "FlushEnded",
    "FlushStarted",
    "JobEnded",
    "JobOutcome",
    "JobStarted",
    "Observer",
    "Outcome",
    "PlaceWaited",
    "QueueEnded",
    "QueueLoad",
    "QueueStarted",
    "RenewalEnded",
    "RenewalStarted",
    "RetryReason",
    "RetryScheduled",
    "RowsCompleted",
    "SessionEnded",
    "SessionStarted",
    "Throttled",
    "TokenSourceName",
    "TokenWaited",
    "UsageLeft",
]
