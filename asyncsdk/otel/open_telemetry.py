"""OpenTelemetry observer: makes spans and metrics of a session's events."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from opentelemetry.metrics import MeterProvider, get_meter
from opentelemetry.trace import TracerProvider, get_tracer
from opentelemetry.util.types import AttributeValue

from asyncsdk.otel.metrics import Metrics
from asyncsdk.otel.open_spans import OpenSpans
from asyncsdk.otel.spans import record_span
from asyncsdk.telemetry.event import Event

__all__ = ["OpenTelemetry"]


class OpenTelemetry:
    """Observer that makes spans and metrics: ``Session(..., observer=OpenTelemetry())``.

    One serves any number of sessions of an account. Each account has one of its own, with an attribute that names
    it: what is left of the day is told for all sessions of an observer together.

    Args:
        tracer_provider: makes the spans; by default the program's global one.
        meter_provider: makes the metrics; by default the program's global one.
        attributes: attributes of every span and metric, such as ``{"acton.account": "acme"}``.
    """

    def __init__(
        self,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        *,
        attributes: Mapping[str, AttributeValue] | None = None,
    ) -> None:
        release, shared = version("asyncsdk"), dict(attributes or {})
        self._spans = OpenSpans(get_tracer("asyncsdk", release, tracer_provider), shared)
        self._metrics = Metrics(get_meter("asyncsdk", release, meter_provider), shared)

    def __call__(self, event: Event) -> None:
        """Take one event."""
        record_span(self._spans, event)
        self._metrics.record(event)

    def __repr__(self) -> str:
        return f"<OpenTelemetry {len(self._spans)} open spans>"
