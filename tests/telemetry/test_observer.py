"""Observer: what a function is given of a session's calls, and that it harms none of them."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk import InvalidArgument, Limits, Request, RetryPolicy, Session
from asyncsdk.emulator import Emulator, Hang, Reply, Slow
from asyncsdk.telemetry import (
    AttemptEnded,
    AttemptStarted,
    CallEnded,
    CallStarted,
    Event,
    PlaceWaited,
    RenewalEnded,
    RetryScheduled,
    Throttled,
    TokenWaited,
)
from tests.support.cancelling import Scene, Steps, run
from tests.support.raw_server import RawServer, answer, reset
from tests.support.stage import READ_PATH, emulator, issued, outcome, password_grant, session
from tests.support.virtual_time import virtual_time
from tests.telemetry.watching import Kept


@virtual_time
async def test_the_events_of_a_call_tell_its_story() -> None:
    """A call is throttled once: its beginning, both attempts, the retry and its end are joined by its number."""
    kept = Kept()
    async with emulator() as server, session(server, token=issued(server), observer=kept) as acton:
        server.faults.add(Reply.throttled(retry_after=2), on="account.get")
        await acton.account.get()
    kept.check_pairs()
    call = kept.one(CallStarted)
    assert (call.route, call.method, call.template, call.lane) == ("account.get", "GET", READ_PATH, "interactive")
    assert [event.status for event in kept.of(AttemptEnded)] == [429, 200]
    assert [event.resend for event in kept.of(AttemptStarted)] == [0, 1]
    assert {event.operation for event in kept.of(AttemptStarted)} == {call.call}
    assert kept.one(Throttled).retry_after == 2
    assert kept.one(RetryScheduled).reason == "throttled"
    ended = kept.one(CallEnded)
    assert (ended.call, ended.outcome, ended.attempts) == (call.call, "ok", 2)
    first, second = kept.of(PlaceWaited)
    assert first.seconds == 0
    assert second.seconds == pytest.approx(2, abs=0.1)
    assert ended.seconds == pytest.approx(2, abs=0.2)


@virtual_time
async def test_the_reason_of_a_retry_is_told() -> None:
    """A lost answer and a failing server are told apart, and the wait before the next attempt is told."""
    kept = Kept()
    script = [reset, answer(503, b""), answer(200, {})]
    async with RawServer(script) as server, Session(token="t", base_url=server.url, observer=kept) as acton:
        await acton.send(Request("GET", READ_PATH))
    assert [event.reason for event in kept.of(RetryScheduled)] == ["reply lost", "server error"]
    assert all(event.seconds > 0 for event in kept.of(RetryScheduled))
    assert (kept.one(CallEnded).route, kept.one(CallStarted).template) == ("send", None)
    kept.check_pairs()


@virtual_time
async def test_a_call_that_the_limits_refuse_makes_no_attempt() -> None:
    """A spent day is the end of a wait and of the call, by the error's name."""
    kept = Kept()
    async with emulator() as server:
        options = {"token": issued(server), "limits": Limits(calls_per_day=0)}
        async with session(server, observer=kept, **options) as acton:
            await outcome(acton.account.get())
    assert kept.one(PlaceWaited).outcome == "error"
    assert (kept.one(CallEnded).error, kept.one(CallEnded).attempts) == ("QuotaExhausted", 0)
    assert kept.of(AttemptStarted) == []


@virtual_time
async def test_a_renewal_is_told_once_for_all_who_wait() -> None:
    """Two calls wait for a login, and one is cancelled: one renewal ends well, and each wait has its outcome."""
    kept = Kept()
    async with emulator() as server:
        server.faults.add(Slow(5), on="token")
        async with session(server, grant=password_grant(server), observer=kept) as acton:
            first, second = (asyncio.create_task(acton.account.get()) for _ in range(2))
            await asyncio.sleep(1)
            first.cancel()
            await second
    renewal = kept.one(RenewalEnded)
    assert (renewal.outcome, renewal.source) == ("ok", "login")
    assert renewal.seconds == pytest.approx(5, abs=0.2)
    assert sorted(event.outcome for event in kept.of(TokenWaited)) == ["cancelled", "ok"]
    kept.check_pairs()


@virtual_time
async def test_an_observer_that_fails_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it raises, calls succeed, another observer gets all events, and one line of the log tells it."""
    kept = Kept()

    def fails(event: Event) -> None:
        raise asyncio.CancelledError if isinstance(event, AttemptStarted) else ValueError("ada@example.com")

    async with emulator() as server, session(server, token=issued(server), observer=[fails, kept]) as acton:
        for _ in range(3):
            assert (await acton.account.get()).account_id == 12345
    assert len(kept.of(CallEnded)) == 3
    (line,) = [record for record in caplog.records if "observer" in record.getMessage()]
    assert "ada" not in line.getMessage()
    assert vars(line)["acton_error"] == "ValueError"


@pytest.mark.parametrize("odd", [7, "print", [print, None]])
def test_an_observer_is_a_function(odd: object) -> None:
    """Anything else is refused when the session is made."""
    with pytest.raises(InvalidArgument, match="observer must be a function"):
        Session(token="t", observer=odd)  # type: ignore[arg-type]


def test_an_async_observer_is_refused() -> None:
    """It could not be awaited between the steps of a call; an object that is called so neither."""

    async def watch(_: Event) -> None: ...

    class Watch:
        async def __call__(self, _: Event) -> None: ...

    for observer in (watch, Watch()):
        with pytest.raises(InvalidArgument, match="no async function"):
            Session(token="t", observer=observer)


async def program(server: Emulator, acton: Session) -> None:
    """Calls of all kinds: one that is repeated, one whose token is refused, a stream that is left early."""
    server.faults.add(Reply.unavailable(), on="account.get")
    server.faults.add(Reply(401, {"httpCode": "401", "httpMessage": "Unauthorized"}), on="account.get")
    await acton.account.get()
    async for _ in acton.lists.records("l-0001"):
        break


async def long_work(server: Emulator, acton: Session) -> None:
    """A job, a bulk run and a queue."""
    await (await acton.contacts.submit_upsert("l-0001", email="a@b.de", data={"Email": "a@b.de"}))
    await acton.bulk.upsert("l-0001", [{"Email": f"p{number}@b.de"} for number in range(3)], via="upload")
    async with acton.contacts.queue("l-0001", max_age=0.5) as queue:
        await queue.put("b@b.de", wait=True)


@pytest.mark.slow
@pytest.mark.parametrize("scene", [program, long_work])
@pytest.mark.parametrize("waiting", [True, False])
@virtual_time
async def test_every_beginning_has_one_end_wherever_it_is_cancelled(waiting: bool, scene: Scene) -> None:
    """The program is cancelled at its first step, at its second, and so on: all pairs are whole each time."""
    async with emulator() as server:
        server.add_list("Customers", ["Email"], [["ada@example.com"]], list_id="l-0001")
        for step in range(1, 200):
            server.faults.clear()
            kept = Kept()
            options = {"token": issued(server), "grant": password_grant(server)}
            async with session(server, observer=kept, retry=RetryPolicy(base=0.1), **options) as acton:
                steps = Steps(scene(server, acton), step, waiting=waiting)
                task = asyncio.ensure_future(run(steps))
                await asyncio.wait([task])
            await asyncio.sleep(5)
            kept.check_pairs()
            if not steps.cancelled:
                task.result()
                break
        assert 5 < step < 199


@virtual_time
async def test_a_session_that_closes_ends_all_that_has_begun() -> None:
    """Calls on the wire and calls that wait: each has its end, by the error that its caller gets."""
    kept = Kept()
    async with emulator() as server:
        server.faults.add(Hang(), on="account.get", times=100)
        async with session(server, token=issued(server), observer=kept) as acton:
            calls = [asyncio.ensure_future(outcome(acton.account.get())) for _ in range(8)]
            await asyncio.sleep(0.5)
        await asyncio.wait(calls)
    kept.check_pairs()
    assert {event.error for event in kept.of(CallEnded)} == {"ReplyLost", "SessionClosed"}
