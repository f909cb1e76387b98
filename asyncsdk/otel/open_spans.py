"""Open spans: those that have begun and not ended, by the numbers of their operations."""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.util.types import AttributeValue

from asyncsdk.otel.attributes import ERROR_TYPE, OUTCOME
from asyncsdk.telemetry.outcome import Outcome

__all__ = ["OpenSpans"]


class OpenSpans:
    """Spans that have begun and not ended.

    Args:
        tracer: makes them.
        attributes: those of every span.
    """

    def __init__(self, tracer: Tracer, attributes: Mapping[str, AttributeValue]) -> None:
        self._tracer = tracer
        self._attributes = attributes
        self._spans: dict[int, Span] = {}

    def __len__(self) -> int:
        return len(self._spans)

    def begin(
        self,
        number: int,
        name: str,
        attributes: Mapping[str, AttributeValue],
        *,
        parent: int | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> None:
        """Begin a span below its parent, as a root if that has ended; without one, where the program is."""
        above = None if parent is None else self._spans.get(parent)
        context = None if parent is None else Context() if above is None else set_span_in_context(above)
        self._spans[number] = self._tracer.start_span(name, context, kind, {**self._attributes, **attributes})

    def begin_root(
        self, number: int, name: str, attributes: Mapping[str, AttributeValue], *, cause: int | None = None
    ) -> None:
        """Begin a span of a trace of its own, with a link to what caused it, or else to the current span."""
        span = get_current_span() if cause is None else self._spans.get(cause, INVALID_SPAN)
        caused_by = span.get_span_context()
        links = [Link(caused_by)] if caused_by.is_valid else []
        everything = {**self._attributes, **attributes}
        self._spans[number] = self._tracer.start_span(name, Context(), SpanKind.INTERNAL, everything, links)

    def note(self, number: int, name: str, attributes: Mapping[str, AttributeValue]) -> None:
        """Add an event to a span."""
        span = self._spans.get(number)
        if span is not None:
            span.add_event(name, attributes)

    def end(
        self,
        number: int,
        outcome: Outcome,
        error: str | None,
        attributes: Mapping[str, AttributeValue] | None = None,
    ) -> None:
        """End a span; a cancelled one is no error."""
        span = self._spans.pop(number, None)
        if span is None:
            return
        span.set_attributes({OUTCOME: outcome, **(attributes or {})})
        if error is not None:
            span.set_attribute(ERROR_TYPE, error)
            span.set_status(Status(StatusCode.ERROR))
        span.end()
