"""Jobs that one process begins and another waits for, and how their traces hang together."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from typing import Any

import pytest
from opentelemetry.propagate import inject

from asyncsdk import Session
from asyncsdk.emulator import Emulator, Settings
from asyncsdk.otel import OpenTelemetry
from tests.otel.exporting import Spans


async def _spans_of_another_process(**told: object) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.otel.resuming_program", json.dumps(told)]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    spans: list[dict[str, Any]] = json.loads(output)
    return spans


@pytest.mark.slow
async def test_a_job_that_another_process_waits_for_has_a_link_to_the_span_that_began_it() -> None:
    """The trace context travels beside the job's id: the other's span of the job names this process's span."""
    spans = Spans()
    tracer = spans.provider.get_tracer("program")
    async with Emulator(Settings(job_pending=0.0, job_running=0.0)) as server:
        leads, token = server.add_list("Leads", ["Email"]), str(server.issue_token()["access_token"])
        observer = OpenTelemetry(spans.provider)
        async with Session(base_url=server.url, token=token, observer=observer) as acton:
            carrier: dict[str, str] = {}
            with tracer.start_as_current_span("hand over"):
                job = await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"})
                inject(carrier)
            job.abandon()
            others = await _spans_of_another_process(url=server.url, token=token, job=job.id, carrier=carrier)
    (resumed,) = (span for span in others if span["name"] == "acton.job")
    (link,) = resumed["links"]
    handed_over = spans.one("hand over").context
    assert int(link["context"]["trace_id"], 16) == handed_over.trace_id
    assert int(link["context"]["span_id"], 16) == handed_over.span_id
    assert resumed["parent_id"] is None
    assert int(resumed["context"]["trace_id"], 16) != handed_over.trace_id
    assert resumed["attributes"]["acton.job.id"] == job.id
    assert resumed["attributes"]["acton.outcome"] == "done"
    assert any(span["parent_id"] == resumed["context"]["span_id"] for span in others)
