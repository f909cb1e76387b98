"""Spans of calls and their attempts, as an exporter would send them away."""

from __future__ import annotations

import asyncio

from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from asyncsdk import Request
from asyncsdk.emulator import Reply, Slow
from asyncsdk.otel import OpenTelemetry
from tests.otel.exporting import Numbers, Spans, children
from tests.support.stage import emulator, issued, outcome, password_grant, session
from tests.support.virtual_time import virtual_time

TEMPLATE = "/api/1/list/{list_id}/record"
ADA = "ada.secret@example.com"
HEADINGS = ["Email", "First Name"]


@virtual_time
async def test_a_call_is_a_span_by_its_route_with_a_child_for_each_attempt() -> None:
    """A 503 and its repetition are two HTTP spans by the conventions, below one span of the route."""
    spans = Spans()
    async with emulator() as server:
        list_id = server.add_list("Customers", HEADINGS)
        server.faults.add(Reply.unavailable(), on="contacts.upsert")
        async with session(server, token=issued(server), observer=OpenTelemetry(spans.provider)) as acton:
            await acton.contacts.upsert(list_id, email=ADA, data={"First Name": "Ada"})
        port = int(server.url.rpartition(":")[2])
    call = spans.one("contacts.upsert")
    assert (call.kind, call.status.status_code) == (SpanKind.INTERNAL, StatusCode.UNSET)
    first, second = children(call, spans.all())
    assert {first.name, second.name} == {f"PUT {TEMPLATE}"}
    assert first.kind is second.kind is SpanKind.CLIENT
    assert spans.attributes(second) == {
        "http.request.method": "PUT",
        "http.request.resend_count": 1,
        "http.response.status_code": 200,
        "url.template": TEMPLATE,
        "url.scheme": "http",
        "server.address": "127.0.0.1",
        "server.port": port,
        "acton.outcome": "ok",
    }
    assert spans.attributes(first)["error.type"] == "503"
    assert "http.request.resend_count" not in spans.attributes(first)
    assert first.status.status_code is StatusCode.ERROR
    assert [event.name for event in call.events] == ["acton.limits.wait", "acton.retry", "acton.limits.wait"]


@virtual_time
async def test_nothing_of_a_person_is_in_any_span() -> None:
    """Neither the address, nor the token, nor a value, nor a filled-in path shows, in failures as well."""
    spans = Spans()
    async with emulator() as server:
        list_id = server.add_list("Customers", HEADINGS)
        token = issued(server)
        async with session(server, token=token, observer=OpenTelemetry(spans.provider)) as acton:
            await acton.contacts.upsert(list_id, email=ADA, data={"First Name": "Grace"})
            await outcome(acton.contacts.get(list_id, "L-0001:nobody"))
            server.faults.add(Reply(400, {"message": ADA}), on="contacts.upsert")
            await outcome(acton.contacts.upsert(list_id, email=ADA, data={"First Name": "Grace"}))
    shown = " ".join(span.to_json() for span in spans.all())
    assert len(spans.all()) == 6
    for secret in (ADA, "secret", "Grace", token.access_token, f"/{list_id}", "nobody"):
        assert secret not in shown


@virtual_time
async def test_a_call_belongs_to_the_trace_of_its_caller() -> None:
    """The span that is current where the call is made is its parent, also in a task that was started there."""
    spans = Spans()
    tracer = spans.provider.get_tracer("program")
    observer = OpenTelemetry(spans.provider)
    async with emulator() as server, session(server, token=issued(server), observer=observer) as acton:
        with tracer.start_as_current_span("import") as above:
            await asyncio.gather(acton.account.get(), acton.account.get())
            assert trace.get_current_span() is above
    assert len(children(spans.one("import"), spans.all())) == 2


@virtual_time
async def test_a_renewal_belongs_to_nobodys_trace() -> None:
    """Two calls wait for one login, and one is cancelled: the login is a trace of its own, both tell their wait."""
    spans = Spans()
    tracer = spans.provider.get_tracer("program")
    async with emulator() as server:
        server.faults.add(Slow(5), on="token")
        observer = OpenTelemetry(spans.provider)
        async with session(server, grant=password_grant(server), observer=observer) as acton:
            with tracer.start_as_current_span("first"):
                first = asyncio.create_task(acton.account.get())
            with tracer.start_as_current_span("second"):
                second = asyncio.create_task(acton.account.get())
            await asyncio.sleep(1)
            first.cancel()
            assert await second
    renewal = spans.one("acton.token.renewal")
    assert renewal.parent is None
    assert spans.attributes(renewal) == {"acton.outcome": "ok", "acton.token.source": "login"}
    (attempt,) = children(renewal, spans.all())
    assert attempt.name == "POST /token"
    one, other = spans.named("account.get")
    assert spans.attributes(one)["acton.outcome"] == "cancelled"
    assert spans.attributes(other)["acton.outcome"] == "ok"
    assert {call.events[0].name for call in (one, other)} == {"acton.token.wait"}
    assert repr(observer) == "<OpenTelemetry 0 open spans>"


@virtual_time
async def test_a_method_that_http_lacks_is_told_as_another() -> None:
    """A program's own method cannot make metrics without number, nor show what it holds."""
    spans, numbers = Spans(), Numbers()
    async with emulator() as server:
        observer = OpenTelemetry(spans.provider, numbers.provider)
        async with session(server, token=issued(server), observer=observer) as acton:
            await outcome(acton.send(Request("GRACE", "/api/1/account")))
    (attempt,) = children(spans.one("send"), spans.all())
    assert attempt.name == "HTTP"
    assert spans.attributes(attempt)["http.request.method"] == "_OTHER"
    assert numbers.of("http.client.request.duration", "http.request.method") == {("_OTHER",): 1}
