"""OpenTelemetry: an observer that makes spans and metrics of a session's events; ``docs/telemetry.md``.

It needs ``opentelemetry-api``: ``pip install "asyncsdk[otel]"``.
"""

from __future__ import annotations

from asyncsdk.otel.open_telemetry import OpenTelemetry

__all__ = ["OpenTelemetry"]
