"""Exporters in memory: what OpenTelemetry would send away."""

from __future__ import annotations

from collections.abc import Iterable

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import DataPointT, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

__all__ = ["Numbers", "Spans", "children"]


class Spans:
    """Spans that have ended, and the provider that makes them."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def all(self) -> list[ReadableSpan]:
        """All of them, in the order of their ends."""
        return list(self._exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        """Those of this name."""
        return [span for span in self.all() if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        """The only one of this name."""
        (span,) = self.named(name)
        return span

    @staticmethod
    def attributes(span: ReadableSpan) -> dict[str, object]:
        """What a span tells."""
        return dict(span.attributes or {})


def children(of: ReadableSpan, among: Iterable[ReadableSpan]) -> list[ReadableSpan]:
    """The spans directly below a span."""
    return [span for span in among if span.parent is not None and span.parent.span_id == of.context.span_id]


class Numbers:
    """Metrics, read when they are asked for, and the provider that makes them."""

    def __init__(self) -> None:
        self._reader = InMemoryMetricReader()
        self.provider = MeterProvider([self._reader], shutdown_on_exit=False)

    def all(self) -> dict[str, list[DataPointT]]:
        """The data points of each metric, by its name."""
        data = self._reader.get_metrics_data()
        if data is None:
            return {}
        found = (scope.metrics for resource in data.resource_metrics for scope in resource.scope_metrics)
        return {metric.name: list(metric.data.data_points) for metrics in found for metric in metrics}

    def of(self, name: str, *keys: str) -> dict[tuple[object, ...], object]:
        """The values of a metric, or the counts of a histogram, by the attributes named."""
        return {
            tuple((point.attributes or {}).get(key) for key in keys): getattr(point, "value", None)
            if hasattr(point, "value")
            else getattr(point, "count", None)
            for point in self.all().get(name, [])
        }
