"""Event: any of those that an observer is given."""

from __future__ import annotations

from typing import TypeAlias

from asyncsdk.telemetry.bulk import BulkEnded, BulkStageEntered, BulkStarted
from asyncsdk.telemetry.calls import AttemptEnded, AttemptStarted, CallEnded, CallStarted, RetryScheduled
from asyncsdk.telemetry.jobs import JobEnded, JobStarted
from asyncsdk.telemetry.limits import PlaceWaited, Throttled
from asyncsdk.telemetry.queue import FlushEnded, FlushStarted, QueueEnded, QueueStarted, RowsCompleted
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
    | JobStarted
    | JobEnded
    | BulkStarted
    | BulkStageEntered
    | BulkEnded
    | QueueStarted
    | QueueEnded
    | FlushStarted
    | FlushEnded
    | RowsCompleted
)
