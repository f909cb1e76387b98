"""Spans of calls, of their attempts, and of token renewals; other work has those of ``work_spans``."""

from __future__ import annotations

from typing import Final

from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AttributeValue

from asyncsdk.otel.attributes import (
    LANE,
    METHOD,
    OUTCOME,
    REASON,
    RESEND_COUNT,
    RETRY_AFTER,
    ROUTE,
    SCHEME,
    SECONDS,
    SERVER_ADDRESS,
    SERVER_PORT,
    SOURCE,
    STATUS_CODE,
    TEMPLATE,
)
from asyncsdk.otel.open_spans import OpenSpans
from asyncsdk.otel.work_spans import record_work
from asyncsdk.telemetry.calls import AttemptEnded, AttemptStarted, CallEnded, CallStarted, RetryScheduled
from asyncsdk.telemetry.event import Event
from asyncsdk.telemetry.limits import PlaceWaited, Throttled
from asyncsdk.telemetry.tokens import RenewalEnded, RenewalStarted, TokenWaited

__all__ = ["error_type", "record_span", "request_attributes"]

_METHODS: Final = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


def record_span(spans: OpenSpans, event: Event) -> None:
    """Begin a span, end one, or note something in it, as the event says."""
    match event:
        case CallStarted():
            attributes = {ROUTE: event.route, LANE: event.lane}
            spans.begin(event.call, event.route, attributes, parent=event.parent)
        case CallEnded():
            spans.end(event.call, event.outcome, event.error)
        case AttemptStarted():
            _begin_attempt(spans, event)
        case AttemptEnded():
            answered = {} if event.status is None else {STATUS_CODE: event.status}
            spans.end(event.attempt, event.outcome, error_type(event), answered)
        case PlaceWaited():
            waited: dict[str, AttributeValue] = {LANE: event.lane, SECONDS: event.seconds, OUTCOME: event.outcome}
            spans.note(event.operation, "acton.limits.wait", waited)
        case TokenWaited():
            spans.note(event.call, "acton.token.wait", {SECONDS: event.seconds, OUTCOME: event.outcome})
        case Throttled():
            asked = {} if event.retry_after is None else {RETRY_AFTER: event.retry_after}
            spans.note(event.operation, "acton.throttled", asked)
        case RetryScheduled():
            spans.note(event.call, "acton.retry", {REASON: event.reason, SECONDS: event.seconds})
        case RenewalStarted():
            spans.begin_root(event.renewal, "acton.token.renewal", {})
        case RenewalEnded():
            source = {} if event.source is None else {SOURCE: event.source}
            spans.end(event.renewal, event.outcome, event.error, source)
        case _:
            record_work(spans, event)


def error_type(event: AttemptEnded) -> str | None:
    """What the conventions call the error of an attempt: its status, or the name of its error's class."""
    if event.status is not None:
        return str(event.status) if event.status >= 400 else None
    return event.error


def _known_method(method: str) -> str:
    """What the conventions call a method: ``_OTHER`` if it is none of HTTP's own, so that there are few."""
    return method if method in _METHODS else "_OTHER"


def request_attributes(event: AttemptStarted | AttemptEnded) -> dict[str, AttributeValue]:
    """What an attempt asks for, and whom, as its span and its metric have it."""
    attributes: dict[str, AttributeValue] = {
        METHOD: _known_method(event.method),
        SCHEME: event.scheme,
        SERVER_ADDRESS: event.server,
        SERVER_PORT: event.port,
    }
    if event.template is not None:
        attributes[TEMPLATE] = event.template
    return attributes


def _begin_attempt(spans: OpenSpans, event: AttemptStarted) -> None:
    attributes = request_attributes(event)
    if event.resend:
        attributes[RESEND_COUNT] = event.resend
    method = event.method if event.method in _METHODS else "HTTP"
    name = method if event.template is None else f"{method} {event.template}"
    spans.begin(event.attempt, name, attributes, parent=event.operation, kind=SpanKind.CLIENT)
