"""Spans of jobs, bulk runs and the flushes of queues."""

from __future__ import annotations

from typing import Final

from opentelemetry.util.types import AttributeValue

from asyncsdk.otel.attributes import CALLS, JOB_ID, LIST, OUTCOME, ROUTE, ROWS
from asyncsdk.otel.open_spans import OpenSpans
from asyncsdk.telemetry.bulk import BulkEnded, BulkStageEntered, BulkStarted
from asyncsdk.telemetry.event import Event
from asyncsdk.telemetry.jobs import JobEnded, JobStarted
from asyncsdk.telemetry.queue import FlushEnded, FlushStarted

__all__ = ["record_work"]

_FATES: Final = ("created", "updated", "merged", "rejected", "failed", "unknown")


def record_work(spans: OpenSpans, event: Event) -> None:
    """Begin a span, or end one, as the event says."""
    match event:
        case JobStarted():
            # A trace of its own: it outlives the call, and another process may watch it further.
            attributes = {ROUTE: event.route, JOB_ID: event.job_id[:100]}
            spans.begin_root(event.job, "acton.job", attributes, cause=event.call)
        case JobEnded():
            error = None if event.outcome == "detached" else event.error
            spans.end(event.job, "ok" if event.error is None else "error", error, {OUTCOME: event.outcome})
        case BulkStarted():
            spans.begin(event.run, "acton.bulk", {LIST: event.list_id})
        case BulkStageEntered():
            spans.end(_stage_of(event.run), "ok", None)
            spans.begin(_stage_of(event.run), f"acton.bulk.{event.stage}", {}, parent=event.run)
        case BulkEnded():
            spans.end(_stage_of(event.run), event.outcome, event.error)
            spans.end(event.run, event.outcome, event.error, _counts(event))
        case FlushStarted():
            spans.begin(event.flush, "acton.queue.flush", {LIST: event.list_id, ROWS: event.rows})
        case FlushEnded():
            spans.end(event.flush, event.outcome, event.error)
        case _:
            pass


def _stage_of(run: int) -> int:
    """The number of a run's present stage: operations have positive ones."""
    return -run


def _counts(event: BulkEnded) -> dict[str, AttributeValue]:
    fates: dict[str, AttributeValue] = {f"{ROWS}.{fate}": getattr(event, fate) for fate in _FATES}
    return {ROWS: event.rows, CALLS: event.calls, **fates}
