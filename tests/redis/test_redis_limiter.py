"""Limits of an account in Redis, as callers of several processes see them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Coroutine, Generator
from contextvars import ContextVar
from typing import Any

import pytest

from asyncsdk import ActOnError, InvalidArgument, Lane, Limits, PlaceExpired, QuotaExhausted, SessionClosed
from asyncsdk.redis.connect import limiter_client
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_limiter import RedisLimiter
from asyncsdk.redis.script import RedisClient
from tests.support.arrivals import fullest_second
from tests.support.limiter_crowd import limiter_crowd
from tests.support.script_home import age_account

pytestmark = pytest.mark.slow


@pytest.fixture
def account(redis_url: str, account: str) -> str:
    """An account that was in use before: a new one is closed at first, as Redis may have forgotten calls."""
    age_account(redis_url, account)
    return account


async def test_processes_take_turns(redis_url: str, account: str) -> None:
    """Busy processes make as many calls each, and never more than five in a second together."""
    async with limiter_crowd([redis_url] * 4, account) as crowd:
        crowd.busy(8)
        await crowd.called(25, since=0.0)
        await crowd.rest()
        later = crowd.arrivals[5:]  # the first to come has all places of the first second
        made = [sum(each.who == str(who) for each in later) for who in range(4)]
    assert fullest_second(crowd.arrivals) <= 5
    assert min(made) >= max(made) - 2
    assert not crowd.failures


async def test_an_interactive_call_passes_the_bulk_work_of_others(redis_url: str, account: str) -> None:
    """One person's call is not kept waiting by hundreds of rows that other processes send."""
    async with limiter_crowd([redis_url] * 4, account) as crowd:
        rows = [asyncio.create_task(crowd.call(number % 3, Lane.BULK)) for number in range(120)]
        await asyncio.sleep(1.0)
        begin = time.monotonic()
        await crowd.call(3, Lane.INTERACTIVE)
        assert time.monotonic() - begin < 12  # behind all of them it would wait for 24
        for row in rows:
            row.cancel()
        await asyncio.gather(*rows, return_exceptions=True)


async def test_a_429_closes_the_account_for_all(redis_url: str, account: str) -> None:
    """A pause that one process was told is kept by the others, and longer ones than anybody waits are refused."""
    async with limiter_crowd([redis_url] * 2, account) as crowd:
        await crowd.call(0)
        begin = time.monotonic()
        crowd.limiters[0].throttled(1.0)
        await asyncio.sleep(0.3)
        await crowd.call(1)
        assert time.monotonic() - begin >= 1.0
        crowd.limiters[0].throttled(1_000.0)
        await asyncio.sleep(0.3)
        with pytest.raises(QuotaExhausted) as caught:
            await crowd.call(1)
        assert caught.value.budget == "pause"
        assert 900 < caught.value.resets_in <= 1_000


async def test_a_request_that_is_cancelled_before_it_begins_is_made_again(redis_url: str, account: str) -> None:
    """Calls get their turns though a program cancels the task that asks Redis before its first step."""
    cancelled: list[asyncio.Task[Any]] = []

    def cancel_one(
        loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any] | Generator[Any, None, Any], **how: Any
    ) -> asyncio.Task[Any]:
        assert isinstance(work, Coroutine)
        task = asyncio.Task(work, loop=loop, **how)
        if not cancelled and "TurnExchange._ask_redis" in repr(work):
            cancelled.append(task)
            task.cancel()
        return task

    async with limiter_crowd([redis_url], account) as crowd:
        asyncio.get_running_loop().set_task_factory(cancel_one)
        async with asyncio.timeout(60):
            await crowd.call(0)
        asyncio.get_running_loop().set_task_factory(None)
    assert cancelled[0].cancelled()


async def test_the_day_is_counted_for_all(redis_url: str, account: str) -> None:
    """The calls of all processes count in one day, and one call more is refused at once."""
    async with limiter_crowd([redis_url] * 3, account, limits=Limits(calls_per_day=4)) as crowd:
        done = await asyncio.gather(*(crowd.call(number % 3) for number in range(9)), return_exceptions=True)
    refusals = [each for each in done if isinstance(each, QuotaExhausted)]
    assert [each.budget for each in refusals] == ["day"] * 5
    assert len(crowd.arrivals) == 4


async def test_the_logins_of_the_hour_are_counted_for_all(redis_url: str, account: str) -> None:
    """However many processes want to log in, no login more is made than the account allows."""
    async with limiter_crowd([redis_url] * 3, account, limits=Limits(grants_per_hour=2)) as crowd:
        logins = [crowd.call(number % 3, login=True) for number in range(6)]
        done = await asyncio.gather(*logins, return_exceptions=True)
        assert [each.budget for each in done if isinstance(each, QuotaExhausted)] == ["logins"] * 4
        await crowd.call(0)  # other calls are made


async def test_a_place_that_is_given_back_is_another_ones(redis_url: str, account: str) -> None:
    """A call that was never sent counts in no budget, and its place is free at once for another process."""
    async with limiter_crowd([redis_url] * 2, account, limits=Limits(calls_per_second=1)) as crowd:
        async with asyncio.timeout(15):  # places that are not free take 20 seconds
            for _ in range(20):
                (await crowd.limiters[0].acquire()).unused()
            await crowd.call(1)
        assert crowd.limiters[1].usage().calls_made == 1


async def test_one_of_two_that_wait_is_cancelled(redis_url: str, account: str) -> None:
    """The other one has its place, whatever moment the first is cancelled at."""
    dice = random.Random(3)
    async with limiter_crowd([redis_url] * 2, account, limits=Limits(calls_per_second=20)) as crowd:
        for _ in range(10):
            both = [asyncio.create_task(crowd.call(0)) for _ in range(2)]
            await asyncio.sleep(dice.uniform(0, 0.01))
            both[dice.randrange(2)].cancel()
            done = await asyncio.gather(*both, return_exceptions=True)
            assert [type(each) for each in done if each is not None] in ([], [asyncio.CancelledError])
        assert fullest_second(crowd.arrivals) <= 20


async def test_a_caller_waits_no_longer_than_it_may(redis_url: str, account: str) -> None:
    """A call that gets no place in ``max_wait`` is refused, and leaves the queue."""
    async with limiter_crowd([redis_url], account, limits=Limits(max_wait=0.8)) as crowd:
        done = await asyncio.gather(*(crowd.call(0) for _ in range(7)), return_exceptions=True)
        assert [type(each) for each in done if each is not None] == [QuotaExhausted] * 2


async def test_a_process_that_was_held_up_sends_nothing(redis_url: str, account: str) -> None:
    """A place that was not used in its time is over: whoever has it is told so before a byte is sent."""
    async with limiter_crowd([redis_url], account) as crowd:
        place = await crowd.limiters[0].acquire()
        time.sleep(0.7)  # noqa: ASYNC251
        with pytest.raises(PlaceExpired):
            place.left()
        place.unused()
        await crowd.call(0)


async def test_a_process_that_leaves_is_forgotten(redis_url: str, account: str) -> None:
    """Its callers are told, and the others do not count it any more."""
    async with limiter_crowd([redis_url] * 2, account) as crowd:
        await crowd.call(0)
        await crowd.call(1)
        assert crowd.limiters[1].usage().processes == 2
        places = [await crowd.limiters[0].acquire() for _ in range(2)]
        waiting = [asyncio.create_task(crowd.call(0)) for _ in range(50)]
        await asyncio.sleep(0.05)
        await crowd.limiters[0].close()
        done = await asyncio.gather(*waiting, return_exceptions=True)
        assert SessionClosed in {type(each) for each in done}
        with pytest.raises(SessionClosed):
            await crowd.call(0)
        await crowd.call(1)
        assert crowd.limiters[1].usage().processes == 1
        assert len(places) == 2


async def test_usage_tells_where_its_numbers_come_from(redis_url: str, account: str) -> None:
    """Before the first call there are none, and then those of all processes."""
    async with limiter_crowd([redis_url] * 2, account) as crowd:
        before = crowd.limiters[0].usage()
        assert (before.calls_made, before.unreachable_for) == (0, None)
        await crowd.call(1)
        await crowd.call(0)
        usage = crowd.limiters[0].usage()
        assert (usage.calls_made, usage.calls_left, usage.processes) == (2, 29_998, 2)
        assert before.source == usage.source
        assert "Redis" in usage.source


async def test_keys_do_not_outlive_an_account_for_long(redis_url: str, account: str) -> None:
    """Both keys of an account end by themselves, a day and an hour after its last call."""
    async with limiter_client(RedisAddress(redis_url)) as redis, limiter_crowd([redis_url], account) as crowd:
        await crowd.call(0)
        keys = await redis.keys(f"*{account}*")
        assert len(keys) == 2
        for key in keys:
            assert 86_400 < await redis.ttl(key) <= 90_000


async def test_wrong_settings_are_refused(redis_url: str) -> None:
    """A name that cannot stand in a key and a mode that is none are told before anything is sent."""
    async with limiter_client(RedisAddress(redis_url)) as redis:
        with pytest.raises(InvalidArgument, match="name of an account"):
            RedisLimiter(redis, account="someone@example.com")
        with pytest.raises(InvalidArgument, match="outage"):
            RedisLimiter(redis, account="acme", outage="never")  # type: ignore[arg-type]


def test_a_limiter_belongs_to_one_loop(redis_url: str, account: str) -> None:
    """In another event loop it says what to do, rather than fail somewhere in a connection."""
    client = limiter_client(RedisAddress(redis_url))
    limiter = RedisLimiter(client, account=account)

    async def call() -> None:
        async with client:
            (await limiter.acquire()).unused()
            await limiter.close()

    asyncio.run(call())
    with pytest.raises(ActOnError, match="another event loop"):
        asyncio.run(limiter.acquire())


TRACE: ContextVar[str] = ContextVar("trace of a caller", default="")


async def test_what_redis_is_asked_for_all_is_in_no_callers_context(redis_url: str, account: str) -> None:
    """A request carries the calls of all: a tracer of Redis must not find it in the trace of one of them."""
    seen: list[str] = []
    client = limiter_client(RedisAddress(redis_url))
    plain: RedisClient = client

    class Watched:
        def execute_command(self, *command: str | bytes | int | float) -> Awaitable[object]:
            seen.append(TRACE.get())
            return plain.execute_command(*command)

    limiter = RedisLimiter(Watched(), account=account)
    token = TRACE.set("a caller's")
    try:
        (await limiter.acquire()).unused()
    finally:
        TRACE.reset(token)
    assert seen
    assert set(seen) == {""}
    await limiter.close()
    await client.aclose()
