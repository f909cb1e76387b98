"""Resuming program: waits for a job that another process has begun, and prints the spans that it ended.

It takes JSON: ``url``, ``token``, the ``job`` and the ``carrier``, which holds the other's trace context.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from opentelemetry.propagate import extract
from opentelemetry.trace import get_current_span, use_span

from asyncsdk import Session
from asyncsdk.otel import OpenTelemetry
from tests.otel.exporting import Spans


async def _resume(told: Mapping[str, Any]) -> Spans:
    spans = Spans()
    observer = OpenTelemetry(spans.provider)
    async with Session(base_url=told["url"], token=told["token"], observer=observer) as acton:
        with use_span(get_current_span(extract(told["carrier"]))):
            job = acton.lists.job(told["job"])
        await job
    return spans


if __name__ == "__main__":
    print(json.dumps([json.loads(span.to_json()) for span in asyncio.run(_resume(json.loads(sys.argv[1]))).all()]))
