"""OpenTelemetry: an observer that makes spans and metrics of a session's events; ``docs/telemetry.md``.

It needs ``opentelemetry-api``: ``pip install "asyncsdk[otel]"``.
"""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("opentelemetry") is None:
    raise ModuleNotFoundError(
        'asyncsdk.otel needs opentelemetry-api: pip install "asyncsdk[otel]".', name="opentelemetry"
    )

from asyncsdk.otel.open_telemetry import OpenTelemetry

__all__ = ["OpenTelemetry"]
