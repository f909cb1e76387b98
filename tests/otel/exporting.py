"""Exporters in memory: what OpenTelemetry would send away."""

from __future__ import annotations

from collections.abc import Iterable

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

__all__ = ["Spans", "children"]


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
