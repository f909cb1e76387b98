"""Delayed tasks and dead letters in a real Redis: one step each, on every kind of server."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.dead_letter_store import RedisDeadLetters
from asyncsdk.fleet.taskiq.delays import DelayedTasks
from asyncsdk.fleet.taskiq.delivery import Delivery
from asyncsdk.fleet.taskiq.put_tokens import put_once
from asyncsdk.fleet.taskiq.task_keys import GROUP, task_key

pytestmark = pytest.mark.slow


@asynccontextmanager
async def a_queue(url: str) -> AsyncIterator[tuple[Redis, str]]:
    """A queue of its own, which nobody works on."""
    queue = f"test-{uuid4().hex[:12]}"
    async with Redis.from_url(url) as redis:
        await redis.xgroup_create(task_key(queue, "waiting"), GROUP, id="0", mkstream=True)
        yield redis, queue


async def delivered(redis: Redis, queue: str, data: bytes, consumer: str = "one") -> Delivery:
    """A message in the hands of a worker."""
    key = task_key(queue, "waiting")
    message_id = await redis.xadd(key, {"data": data})
    await redis.xreadgroup(GROUP, consumer, {key: ">"})
    return Delivery(key, GROUP, consumer, message_id.decode())


async def waiting(redis: Redis, queue: str) -> list[bytes]:
    """The messages in the stream."""
    return [fields[b"data"] for _, fields in await redis.xrange(task_key(queue, "waiting"))]


async def pending(redis: Redis, queue: str) -> int:
    """How many messages workers hold."""
    return int((await redis.xpending(task_key(queue, "waiting"), GROUP))["pending"])


def letter(number: int, data: bytes = b"data") -> DeadLetter:
    """A letter of this number."""
    return DeadLetter(
        id=f"{number}-0", task="work", kind="KeyError", story="why", deliveries=1, put_at=1.5, data=data
    )


async def test_a_delay_takes_the_message_out_of_the_queue_in_one_step(each_redis_url: str) -> None:
    """The message is delayed, acknowledged and removed; when it is due it is put at the end, and not before."""
    async with a_queue(each_redis_url) as (redis, queue):
        delays = DelayedTasks(redis, queue)
        began = time.monotonic()
        await delays.put(b"later", 0.3, await delivered(redis, queue, b"now"))
        assert (await waiting(redis, queue), await pending(redis, queue)) == ([], 0)
        await redis.xadd(task_key(queue, "waiting"), {"data": b"other"})
        while not (await waiting(redis, queue))[1:]:
            await delays.move_due()
        assert time.monotonic() - began >= 0.3
        assert await waiting(redis, queue) == [b"other", b"later"]
        assert await redis.zcard(task_key(queue, "delayed")) == 0


async def test_equal_messages_are_two_tasks(each_redis_url: str) -> None:
    """Two tasks with the same arguments and the same name are both delayed, and both come back."""
    async with a_queue(each_redis_url) as (redis, queue):
        delays = DelayedTasks(redis, queue)
        for _ in range(2):
            await delays.put(b"\x00\xff same", 0.0)
        while await redis.zcard(task_key(queue, "delayed")):
            await delays.move_due()
        assert await waiting(redis, queue) == [b"\x00\xff same"] * 2


async def test_a_message_that_is_put_once_more_is_one_task(each_redis_url: str) -> None:
    """Who had no answer puts it again with the same token: it is delayed once, also if it was due meanwhile."""
    async with a_queue(each_redis_url) as (redis, queue):
        delays = DelayedTasks(redis, queue)
        for _ in range(2):
            await delays.put(b"data", 0.0, token="0123456789abcdef")
            while await redis.zcard(task_key(queue, "delayed")):
                await delays.move_due()
            await put_once(redis, queue, b"other", "fedcba9876543210")
        assert await waiting(redis, queue) == [b"data", b"other"]


async def test_who_lost_the_message_has_no_say_in_its_fate(each_redis_url: str) -> None:
    """A worker that stood still, and whose message another has by now, changes nothing; nor does a repeat."""
    async with a_queue(each_redis_url) as (redis, queue):
        lost = await delivered(redis, queue, b"data")
        await redis.xclaim(lost.stream, GROUP, "two", 0, [lost.id])
        delays, letters = DelayedTasks(redis, queue), RedisDeadLetters(redis, queue)
        await delays.put(b"data", 0.0, lost)
        await letters.add(letter(1), lost)
        assert (await waiting(redis, queue), await pending(redis, queue)) == ([b"data"], 1)
        assert await redis.zcard(task_key(queue, "delayed")) == 0
        assert not await letters.letters(10)
        held = Delivery(lost.stream, GROUP, "two", lost.id)
        await delays.put(b"data", 60.0, held)
        await delays.put(b"data", 60.0, held)
        assert await redis.zcard(task_key(queue, "delayed")) == 1


async def test_a_dead_letter_takes_the_message_out_of_the_queue_in_one_step(each_redis_url: str) -> None:
    """The letter is there and the message gone; the same letter again changes nothing."""
    async with a_queue(each_redis_url) as (redis, queue):
        letters = RedisDeadLetters(redis, queue)
        delivery = await delivered(redis, queue, b"\x00\xff data")
        await letters.add(letter(1, b"\x00\xff data"), delivery)
        await letters.add(letter(1, b"other"))
        assert (await waiting(redis, queue), await pending(redis, queue)) == ([], 0)
        (kept,) = await letters.letters(10)
        assert (kept.id, kept.task, kept.deliveries, kept.put_at, kept.data) == ("1-0", "work", 1, 1.5, b"")
        assert kept.died_at == pytest.approx(time.time(), abs=600)
        assert await letters.retry("1-0")
        assert await waiting(redis, queue) == [b"\x00\xff data"]
        assert not await letters.retry("1-0")
        assert not await letters.drop("1-0")


async def test_the_oldest_letters_make_room(each_redis_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """So many are kept and no more, with all that belongs to them, and it is told that some left."""
    async with a_queue(each_redis_url) as (redis, queue):
        letters = RedisDeadLetters(redis, queue, most=3)
        for number in range(1, 6):
            await letters.add(letter(number))
        assert [each.id for each in await letters.letters(10)] == ["5-0", "4-0", "3-0"]
        assert [await redis.hlen(task_key(queue, part)) for part in ("dead-stories", "dead-data")] == [3, 3]
        assert "more than 3 dead letters: the oldest 1 left" in caplog.text


async def test_damaged_letters_can_be_looked_at_and_dropped(redis_url: str) -> None:
    """What others wrote into Redis hides no other letter, and raises nothing."""
    async with a_queue(redis_url) as (redis, queue):
        letters = RedisDeadLetters(redis, queue)
        long_ago = b'{"put_at": %s}' % (b"9" * 400)
        never = b'{"put_at": Infinity}'
        wrong = b'{"task": 7, "deliveries": "x", "put_at": []}'
        for number, story in enumerate((b"", b"{", b"[1]", wrong, b"9" * 99_999, long_ago, never)):
            await letters.add(letter(number))
            await redis.hset(task_key(queue, "dead-stories"), f"{number}-0", story)
        found = await letters.letters(10)
        assert len(found) == 7
        assert all((each.task, each.deliveries, each.put_at) == (None, 0, 0.0) for each in found)
        assert await letters.drop("0-0")
