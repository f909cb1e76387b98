"""Attempts: what counts as a success, and how many a call makes."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from asyncsdk import (
    TABLE,
    AuthenticationFailed,
    Effect,
    InvalidArgument,
    MemoryStore,
    NotSent,
    Request,
    Response,
    RetryPolicy,
    ServerError,
    Session,
    Tally,
    Token,
)
from asyncsdk.emulator import Reply
from asyncsdk.http.call_count import CallCount
from asyncsdk.transport.call_options import CallOptions
from tests.support.closed_port import closed_port
from tests.support.raw_server import RawServer, answer, reset
from tests.support.stage import READ_PATH, emulator, issued, outcome, password_grant, session, stage
from tests.support.virtual_time import virtual_time, wall

GET = Request("GET", READ_PATH)


@pytest.mark.parametrize("status", [200, 201, 202, 206, 299])
@virtual_time
async def test_every_2xx_is_a_success(status: int) -> None:
    """Whatever success the server calls it, its body is the answer, and nothing is sent again."""
    async with RawServer([answer(status, b"fine")]) as server, Session(token="t", base_url=server.url) as acton:
        response = await acton.send(GET)
        assert isinstance(response, Response)
        assert (response.status, response.body, len(server.seen)) == (status, b"fine", 1)


@pytest.mark.parametrize("attempts", [1, 2, 5])
@virtual_time
async def test_a_policy_of_so_many_attempts_makes_so_many(attempts: int) -> None:
    """The first attempt is one of them, after a 503 and after a 429."""
    for status in (503, 429):
        async with RawServer([answer(status, b"")]) as server:
            policy = RetryPolicy(attempts=attempts)
            async with Session(token="t", base_url=server.url, retry=policy) as acton:
                assert isinstance(await outcome(acton.send(GET)), Exception)
                assert (len(server.seen), acton.usage().calls_made) == (attempts, attempts)


@virtual_time
async def test_a_token_may_be_refused_twice_beside_the_attempts() -> None:
    """Two renewals take no attempt from a call that is tried once: the third answer is its own."""
    unauthorized = Reply(401, {"httpCode": "401", "httpMessage": "Unauthorized"})
    async with emulator() as server:
        options = {"token": issued(server), "grant": password_grant(server), "retry": RetryPolicy(attempts=1)}
        async with session(server, **options) as acton:
            server.faults.add(unauthorized, on="account.get", times=2)
            assert (await acton.account.get()).account_id == 12345
            server.faults.add(unauthorized, on="account.get", times=3)
            assert isinstance(await outcome(acton.account.get()), AuthenticationFailed)
        assert len(server.calls.of("account.get")) == 6
        assert len(server.calls.of("token")) == 4


@virtual_time
async def test_a_success_pays_for_the_retries_of_others() -> None:
    """When the session's retries are spent, each call is tried once, until calls succeed again."""
    failing = Request("GET", "/failing")
    async with emulator(calls_per_second=None, calls_per_day=None) as server, session(server, token="t") as acton:
        server.faults.add(Reply.unavailable(), on="/failing", times=1000)
        server.faults.add(Reply(200, b"fine"), on="/fine", times=1000)

        async def tries() -> int:
            before = len(server.calls)
            assert isinstance(await outcome(acton.send(failing)), ServerError)
            return len(server.calls) - before

        made = [await tries() for _ in range(9)]
        assert made == [4] * 6 + [3, 1, 1]
        for _ in range(10):
            await acton.send(Request("GET", "/fine"))
        assert [await tries(), await tries()] == [2, 1]


@virtual_time
async def test_what_the_server_asks_for_is_waited_for_once() -> None:
    """After a 429 with a time all calls wait for it, and the call itself does not wait a second time."""
    throttled = answer(429, b"", Retry_After="20")
    async with RawServer([throttled, answer(200, b"")]) as server:
        async with Session(token=Token("t"), base_url=server.url) as acton:
            began = wall()
            await acton.send(Request("POST", "/x", json={}, effect=Effect.UNSAFE))
            assert 20.0 <= wall() - began < 20.5
        assert len(server.seen) == 2


@virtual_time
async def test_calls_without_an_answer_are_entered_in_the_store_as_well() -> None:
    """A program that is killed during an outage leaves its calls in the store, although none was answered."""
    store = MemoryStore()
    options = {"store": store, "retry": RetryPolicy(attempts=2)}
    async with RawServer([reset]) as server, Session(token="t", base_url=server.url, **options) as acton:
        assert isinstance(await outcome(acton.send(GET)), Exception)
        await asyncio.sleep(1.5)
        assert sum((await store.count(Tally())).calls.values()) == len(server.seen) == 2


@pytest.mark.parametrize("value", [5, None, True, [1]])
@virtual_time
async def test_a_query_holds_texts(value: object) -> None:
    """A number in the query of a hand-made request is refused in words, and counts as no call."""
    async with stage() as (server, acton):
        with pytest.raises(InvalidArgument, match="texts"):
            await acton.send(Request("GET", READ_PATH, query={"n": value}))  # type: ignore[dict-item]
        assert (len(server.calls), acton.usage().calls_made) == (0, 0)


@virtual_time
async def test_a_call_that_was_refused_here_is_not_counted_for_a_run() -> None:
    """What a run counts of its calls are those that left: neither one that cannot be sent nor one to nobody."""
    count, odd = CallCount(), Request("GET", READ_PATH, query={"n": 5})  # type: ignore[dict-item]
    async with stage() as (server, acton):
        with pytest.raises(InvalidArgument, match="texts"):
            await acton._transport.send(odd, CallOptions(counter=count))
        assert (len(server.calls), count.made) == (0, 0)
    async with Session(token="t", base_url=f"http://127.0.0.1:{closed_port()}") as acton:
        assert isinstance(await outcome(acton.call(TABLE["account.get"], {}, CallOptions(counter=count))), NotSent)
        assert count.made == 0


@virtual_time
async def test_a_task_that_made_calls_leaves_the_memory_without_the_garbage_collector() -> None:
    """Nothing that a call leaves behind holds its task, and with it the task's result, in memory."""

    async def work(acton: Session) -> None:
        await acton.send(GET)

    async with stage() as (_, acton):
        await acton.send(GET)
        gc.disable()
        try:
            task = asyncio.create_task(work(acton))
            await task
            gone = weakref.ref(task)
            del task
            await asyncio.sleep(0)
            assert gone() is None
        finally:
            gc.enable()
