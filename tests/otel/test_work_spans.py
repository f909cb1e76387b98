"""Spans of jobs, bulk runs and queues, and how they hang together."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from opentelemetry import trace

from asyncsdk.emulator import SlowJob
from asyncsdk.otel import OpenTelemetry
from tests.otel.exporting import Spans, children
from tests.queue.stage import HEADINGS
from tests.support.stage import emulator, issued, password_grant, session
from tests.support.virtual_time import virtual_time

ROWS = [{"Email": f"person{number}@example.com", "First Name": "Grace"} for number in range(60)]


@virtual_time
async def test_a_job_is_a_trace_of_its_own_with_a_link_to_the_call_that_began_it() -> None:
    """Its polls are below it; where it is watched again by its id, the link is to the span that asked for it."""
    spans = Spans()
    tracer = spans.provider.get_tracer("program")
    observer = OpenTelemetry(spans.provider)
    async with emulator() as server, session(server, token=issued(server), observer=observer) as acton:
        server.faults.add(SlowJob(pending=3.0))
        leads = server.add_list("Leads", ["Email"])
        job = await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"})
        await job
        with tracer.start_as_current_span("again"):
            again = acton.lists.job(job.id)
        await again
    first, second = spans.named("acton.job")
    assert first.parent is None
    (link,) = first.links
    assert link.context == spans.one("contacts.submit_upsert").context
    assert [link.context for link in second.links] == [spans.one("again").context]
    assert children(first, spans.all())
    assert spans.attributes(first)["acton.job.id"] == spans.attributes(second)["acton.job.id"] == job.id
    assert spans.attributes(first)["acton.outcome"] == "done"


@pytest.mark.slow
@virtual_time
async def test_a_bulk_run_is_a_span_with_its_stages() -> None:
    """It is below the span that is current where it begins; its stages and its calls are below it."""
    spans = Spans()
    tracer = spans.provider.get_tracer("program")
    observer = OpenTelemetry(spans.provider)
    async with emulator() as server, session(server, token=issued(server), observer=observer) as acton:
        leads = server.add_list("Leads", HEADINGS)
        with tracer.start_as_current_span("nightly"):
            await acton.bulk.upsert(leads, ROWS, via="upload")
    run = spans.one("acton.bulk")
    assert children(spans.one("nightly"), spans.all()) == [run]
    below = {span.name for span in children(run, spans.all())}
    assert below >= {"acton.bulk.reading", "acton.bulk.sending", "acton.bulk.waiting", "lists.merge"}
    assert spans.attributes(run)["acton.rows.created"] == 60
    shown = " ".join(span.to_json() for span in spans.all())
    assert "example.com" not in shown
    assert "Grace" not in shown
    assert repr(observer) == "<OpenTelemetry 0 open spans>"


@virtual_time
async def test_a_flush_belongs_to_nobodys_trace() -> None:
    """The queue is opened and filled within a span; what it sends is a trace of its own all the same."""
    spans = Spans()
    tracer = spans.provider.get_tracer("program")
    observer = OpenTelemetry(spans.provider)
    async with emulator() as server, session(server, token=issued(server), observer=observer) as acton:
        leads = server.add_list("Leads", HEADINGS)
        with tracer.start_as_current_span("sign-up"):
            async with acton.contacts.queue(leads, max_age=1.0) as queue:
                await queue.put("ada@example.com", {"First Name": "Grace"})
                await asyncio.sleep(5)
    flush = spans.one("acton.queue.flush")
    assert flush.parent is None
    assert [span.name for span in children(flush, spans.all())] == ["contacts.upsert"]


@virtual_time
async def test_no_shared_work_is_in_the_context_of_a_call() -> None:
    """A watcher of the program's aiohttp sees the caller's span in its own calls, and in nothing that is shared."""
    spans = Spans()
    tracer = spans.provider.get_tracer("program")
    seen: set[tuple[str, bool]] = set()

    async def request_started(_: object, __: object, sent: aiohttp.TraceRequestStartParams) -> None:
        seen.add((f"{sent.method} {sent.url.path}", trace.get_current_span().get_span_context().is_valid))

    watching = aiohttp.TraceConfig()
    watching.on_request_start.append(request_started)
    async with emulator() as server, aiohttp.ClientSession(trace_configs=[watching]) as http:
        own = session(server, grant=password_grant(server), http=http)
        leads = server.add_list("Leads", ["Email"])
        async with own as acton:
            with tracer.start_as_current_span("request"):
                await (await acton.contacts.submit_upsert(leads, email="a@b.de", data={"Email": "a@b.de"}))
                await acton.schema.get()
                async with acton.contacts.queue(leads, max_age=1.0) as queue:
                    await queue.put("c@d.de", wait=True)
    assert len(seen) == 7
    own_calls = {"GET /ucl/v2/12345/schema/", f"PUT /api/1/list/{leads}/record"}
    assert {path for path, is_in_a_span in seen if is_in_a_span} == own_calls
