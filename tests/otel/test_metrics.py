"""Metrics: what is counted, timed and read."""

from __future__ import annotations

import asyncio

from asyncsdk import PollPolicy, RetryPolicy
from asyncsdk.emulator import Reply, SlowJob
from asyncsdk.otel import OpenTelemetry
from tests.otel.exporting import Numbers
from tests.queue.stage import HEADINGS
from tests.support.stage import emulator, issued, outcome, session
from tests.support.virtual_time import virtual_time


@virtual_time
async def test_calls_are_counted_by_route_and_outcome() -> None:
    """A call that was repeated, and one that failed: calls, requests, retries and waits are told apart."""
    numbers = Numbers()
    observer = OpenTelemetry(meter_provider=numbers.provider, attributes={"acton.account": "acme"})
    async with emulator() as server:
        options = {"token": issued(server), "retry": RetryPolicy(attempts=2)}
        async with session(server, observer=observer, **options) as acton:
            server.faults.add(Reply.unavailable(), on="account.get")
            await acton.account.get()
            await outcome(acton.contacts.get("l-9999", "l-9999:nobody"))
            assert numbers.of("acton.calls.made", "acton.account") == {("acme",): 3}
            assert numbers.of("acton.calls.left") == {(): acton.usage().calls_left}
            assert numbers.of("acton.logins.left") == {(): 5}
    calls = numbers.of("acton.call.duration", "acton.route", "acton.outcome", "error.type")
    assert calls[("account.get", "ok", None)] == 1
    assert [key[1] for key in calls if key[0] != "account.get"] == ["error"]
    requests = numbers.of("http.client.request.duration", "http.request.method", "http.response.status_code")
    assert requests[("GET", 503)] == requests[("GET", 200)] == 1
    assert numbers.of("acton.retries", "acton.route", "acton.reason") == {("account.get", "server error"): 1}
    assert numbers.of("acton.limits.wait.duration", "acton.lane", "acton.outcome") == {("interactive", "ok"): 3}
    assert numbers.of("acton.calls.left") == {}


@virtual_time
async def test_jobs_are_counted_while_they_are_pending() -> None:
    """One of two is given up: none is pending in the end, and both durations are there by their outcome."""
    numbers = Numbers()
    observer = OpenTelemetry(meter_provider=numbers.provider)
    async with emulator() as server:
        polling = PollPolicy(deadline=20.0)
        async with session(server, token=issued(server), observer=observer, polling=polling) as acton:
            server.faults.add(SlowJob(pending=5.0), SlowJob(pending=5.0))
            leads = server.add_list("Leads", ["Email"])
            jobs = [
                await acton.contacts.submit_upsert(leads, email=f"a{at}@b.de", data={"Email": f"a{at}@b.de"})
                for at in range(2)
            ]
            assert numbers.of("acton.jobs.pending") == {(): 2}
            jobs[0].abandon()
            await jobs[1]
    assert numbers.of("acton.jobs.pending") == {(): 0}
    assert numbers.of("acton.job.duration", "acton.outcome") == {("detached",): 1, ("done",): 1}


@virtual_time
async def test_a_queue_tells_its_length_and_its_age() -> None:
    """Both are read when they are asked for, in another thread as well; when it is closed its rows are counted."""
    numbers = Numbers()
    observer = OpenTelemetry(meter_provider=numbers.provider)
    async with emulator() as server, session(server, token=issued(server), observer=observer) as acton:
        leads = server.add_list("Leads", HEADINGS)
        async with acton.contacts.queue(leads, max_age=100.0) as queue:
            await queue.put("ada@example.com")
            await asyncio.sleep(3)
            ages = await asyncio.to_thread(numbers.of, "acton.queue.oldest", "acton.list")
            assert 3 <= float(str(ages[(leads,)])) < 4
            assert numbers.of("acton.queue.rows", "acton.list") == {(leads,): 1}
        assert numbers.of("acton.queue.rows") == {}
    assert numbers.of("acton.rows", "acton.work", "acton.fate") == {("queue", "created"): 1}


@virtual_time
async def test_queues_of_one_list_are_told_together() -> None:
    """Their rows are added, and the oldest row of both is the oldest."""
    numbers = Numbers()
    observer = OpenTelemetry(meter_provider=numbers.provider)
    async with emulator() as server, session(server, token=issued(server), observer=observer) as acton:
        leads = server.add_list("Leads", HEADINGS)
        async with (
            acton.contacts.queue(leads, max_age=100.0) as first,
            acton.contacts.queue(leads, max_age=100.0) as second,
        ):
            await first.put("ada@example.com")
            await asyncio.sleep(3)
            await second.put("grace@example.com")
            await second.put("alan@example.com")
            assert numbers.of("acton.queue.rows", "acton.list") == {(leads,): 3}
            (age,) = numbers.of("acton.queue.oldest").values()
            assert float(str(age)) >= 3
