"""OpenTelemetry observer: makes spans of a session's events."""

from __future__ import annotations

from importlib.metadata import version

from opentelemetry.trace import TracerProvider, get_tracer

from asyncsdk.otel.open_spans import OpenSpans
from asyncsdk.otel.spans import record_span
from asyncsdk.telemetry.event import Event

__all__ = ["OpenTelemetry"]


class OpenTelemetry:
    """Observer that makes spans: ``Session(..., observer=OpenTelemetry())``. One serves any number of sessions.

    Args:
        tracer_provider: makes the spans; by default the program's global one.
    """

    def __init__(self, tracer_provider: TracerProvider | None = None) -> None:
        self._spans = OpenSpans(get_tracer("asyncsdk", version("asyncsdk"), tracer_provider))

    def __call__(self, event: Event) -> None:
        """Take one event."""
        record_span(self._spans, event)

    def __repr__(self) -> str:
        return f"<OpenTelemetry {len(self._spans)} open spans>"
