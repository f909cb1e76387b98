"""Metrics: what is counted and timed, and what is read when an exporter asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from opentelemetry.metrics import CallbackOptions, Histogram, Meter, Observation
from opentelemetry.util.types import AttributeValue

from asyncsdk.otel.attributes import (
    ERROR_TYPE,
    FATE,
    LANE,
    LIST,
    OUTCOME,
    REASON,
    ROUTE,
    SOURCE,
    STATUS_CODE,
    WORK,
)
from asyncsdk.otel.spans import error_type, request_attributes
from asyncsdk.telemetry.bulk import BulkEnded
from asyncsdk.telemetry.calls import AttemptEnded, CallEnded, RetryScheduled
from asyncsdk.telemetry.event import Event
from asyncsdk.telemetry.jobs import JobEnded, JobStarted
from asyncsdk.telemetry.limits import PlaceWaited
from asyncsdk.telemetry.queue import QueueEnded, QueueLoad, QueueStarted, RowsCompleted
from asyncsdk.telemetry.sessions import SessionEnded, SessionStarted, UsageLeft
from asyncsdk.telemetry.tokens import RenewalEnded

__all__ = ["Metrics"]

_REQUEST: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""Bounds in seconds, as the semantic conventions want them."""

_CALL: Final = (*_REQUEST, 30, 60, 120)
_JOB: Final = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)

_FATES: Final = ("created", "updated", "merged", "rejected", "failed", "unknown")


class Metrics:
    """Instruments of one observer.

    Args:
        meter: makes them.
        attributes: those of every metric.
    """

    def __init__(self, meter: Meter, attributes: Mapping[str, AttributeValue]) -> None:
        self._attributes = attributes
        self._usages: dict[int, Callable[[], UsageLeft]] = {}
        self._loads: dict[int, tuple[str, Callable[[], QueueLoad]]] = {}

        def seconds(name: str, told: str, bounds: tuple[float, ...]) -> Histogram:
            return meter.create_histogram(name, "s", told, explicit_bucket_boundaries_advisory=bounds)

        self._requests = seconds("http.client.request.duration", "Duration of HTTP requests.", _REQUEST)
        self._calls = seconds("acton.call.duration", "Duration of calls, waits included.", _CALL)
        self._waits = seconds("acton.limits.wait.duration", "Waits for a place in the limits.", _CALL)
        self._jobs = seconds("acton.job.duration", "Time for which jobs were watched.", _JOB)
        self._pending = meter.create_up_down_counter("acton.jobs.pending", "{job}", "Jobs that are watched.")
        self._retries = meter.create_counter("acton.retries", "{retry}", "Attempts after a failed one.")
        self._renewals = meter.create_counter("acton.token.renewals", "{renewal}", "Token renewals.")
        self._rows = meter.create_counter("acton.rows", "{row}", "Rows with an outcome.")
        for name, read, unit, told in (
            ("acton.calls.left", self._calls_left, "{call}", "Calls that the day still lets through."),
            ("acton.calls.made", self._calls_made, "{call}", "Calls in the last 24 hours."),
            ("acton.logins.left", self._logins_left, "{login}", "Logins that the hour still lets through."),
            ("acton.queue.rows", self._queue_rows, "{row}", "Addresses that wait or are on their way."),
            ("acton.queue.oldest", self._queue_oldest, "s", "Age of the oldest row without an outcome."),
        ):
            meter.create_observable_gauge(name, [read], unit, told)

    def record(self, event: Event) -> None:
        """Count an event, if there is something to count."""
        match event:
            case AttemptEnded():
                self._requests.record(event.seconds, self._with(_of_attempt(event)))
            case CallEnded():
                error = {} if event.error is None else {ERROR_TYPE: event.error}
                call = {ROUTE: event.route, OUTCOME: event.outcome, **error}
                self._calls.record(event.seconds, self._with(call))
            case PlaceWaited():
                self._waits.record(event.seconds, self._with({LANE: event.lane, OUTCOME: event.outcome}))
            case RetryScheduled():
                self._retries.add(1, self._with({ROUTE: event.route, REASON: event.reason}))
            case RenewalEnded():
                self._renewals.add(1, self._with({SOURCE: event.source or "none", OUTCOME: event.outcome}))
            case JobStarted():
                self._pending.add(1, self._with({ROUTE: event.route}))
            case JobEnded():
                self._pending.add(-1, self._with({ROUTE: event.route}))
                self._jobs.record(event.seconds, self._with({ROUTE: event.route, OUTCOME: event.outcome}))
            case BulkEnded():
                for fate in _FATES:
                    if rows := getattr(event, fate):
                        self._rows.add(rows, self._with({WORK: "bulk", FATE: fate}))
            case RowsCompleted():
                self._rows.add(event.rows, self._with({WORK: "queue", FATE: event.fate}))
            case _:
                self._watch(event)

    def _watch(self, event: Event) -> None:
        """Keep what can be read while a session is open, or a queue."""
        match event:
            case SessionStarted():
                self._usages[event.session] = event.usage
            case SessionEnded():
                self._usages.pop(event.session, None)
            case QueueStarted():
                self._loads[event.queue] = event.list_id, event.load
            case QueueEnded():
                self._loads.pop(event.queue, None)
            case _:
                pass

    def _with(self, attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
        return {**self._attributes, **attributes}

    # Sessions of one account share its limits, or know a part of what was spent: the least that is left is true.

    def _calls_left(self, _: CallbackOptions) -> Iterable[Observation]:
        return self._least(lambda usage: usage.calls_left)

    def _calls_made(self, _: CallbackOptions) -> Iterable[Observation]:
        most = max((read().calls_made for read in list(self._usages.values())), default=None)
        return [] if most is None else [Observation(most, self._with({}))]

    def _logins_left(self, _: CallbackOptions) -> Iterable[Observation]:
        return self._least(lambda usage: usage.logins_left)

    def _least(self, value: Callable[[UsageLeft], int]) -> list[Observation]:
        least = min((value(read()) for read in list(self._usages.values())), default=None)
        return [] if least is None else [Observation(least, self._with({}))]

    def _queue_rows(self, _: CallbackOptions) -> Iterable[Observation]:
        return [Observation(sum(load.rows for load in loads), told) for told, loads in self._queues()]

    def _queue_oldest(self, _: CallbackOptions) -> Iterable[Observation]:
        return [Observation(max(load.oldest for load in loads), told) for told, loads in self._queues()]

    def _queues(self) -> list[tuple[dict[str, AttributeValue], list[QueueLoad]]]:
        """The loads of the queues, by list: of two values with the same attributes only one is kept."""
        by_list: dict[str, list[QueueLoad]] = {}
        for list_id, load in list(self._loads.values()):
            by_list.setdefault(list_id, []).append(load())
        return [(self._with({LIST: list_id}), loads) for list_id, loads in by_list.items()]


def _of_attempt(event: AttemptEnded) -> dict[str, AttributeValue]:
    attributes = request_attributes(event)
    if event.status is not None:
        attributes[STATUS_CODE] = event.status
    if (error := error_type(event)) is not None:
        attributes[ERROR_TYPE] = error
    return attributes
