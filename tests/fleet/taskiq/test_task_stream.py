"""The stream of tasks: who has which message, and that none is lost between workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from asyncsdk.errors import NotSent
from asyncsdk.fleet.taskiq.delays import DelayedTasks
from asyncsdk.fleet.taskiq.delivery import Delivery
from asyncsdk.fleet.taskiq.task_keys import GROUP, task_key
from asyncsdk.fleet.taskiq.task_stream import FORGOTTEN_MS, TaskMessage, TaskStream, is_missing
from asyncsdk.fleet.taskiq.unsafe_notes import UnsafeNotes

ALWAYS = 10**6
"""More deliveries than a message has in a test."""


@frozen
class Queue:
    """A queue of a test's own."""

    redis: Redis
    name: str

    @property
    def key(self) -> str:
        """The key of the stream."""
        return task_key(self.name, "waiting")

    def worker(self, name: str) -> TaskStream:
        """One worker of it."""
        return TaskStream(self.redis, self.key, name)

    async def put(self, *names: bytes) -> None:
        """Put messages."""
        for name in names:
            await self.redis.xadd(self.key, {"data": name})


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[Queue]:
    """A queue that no other test uses."""
    async with Redis.from_url(redis_url, protocol=2) as redis:
        queue = Queue(redis, uuid4().hex)
        await queue.worker("first").make()
        yield queue


async def next_of(worker: TaskStream) -> TaskMessage:
    """The next message that a worker can have of others, who are all taken for dead, or anew."""
    message = await worker.take_over(0, ALWAYS, last_chance=True) or await worker.read(1)
    assert message is not None
    return message


async def test_a_worker_takes_nothing_from_itself(queue: Queue) -> None:
    """A worker that was silent for too long does not take over what it works on; another does."""
    await queue.put(b"1")
    one, two = queue.worker("one"), queue.worker("two")
    message = await one.read(1)
    assert message is not None
    assert await one.take_over(0, ALWAYS, [message.id], last_chance=True) is None
    assert await two.take_over(0, ALWAYS, last_chance=True) is not None


async def test_a_call_that_must_not_be_made_twice_is_remembered(queue: Queue) -> None:
    """Whoever has the message next knows that one was begun, however it comes; with the message it is gone."""
    await queue.put(b"1")
    one, two, three = (queue.worker(name) for name in ("one", "two", "three"))
    message = await one.read(1)
    assert message is not None
    assert not message.unsafe
    notes = UnsafeNotes(queue.redis, "here")
    delivery = Delivery(queue.key, GROUP, "one", message.id, "first run")
    await notes.write(delivery)
    await notes.write(delivery)  # its answer was lost
    taken = await two.take_over(0, ALWAYS, last_chance=True)
    assert taken is not None
    assert taken.unsafe
    with pytest.raises(NotSent, match="Another run has this task"):
        await notes.write(delivery)
    await two.give_back()
    given = await three.read(1)
    assert given is not None
    assert given.unsafe
    await three.give_back()
    again = await next_of(one)
    assert again.unsafe
    await one.remove(again.id)
    assert await queue.redis.exists(queue.key + ":unsafe") == 0


async def test_of_two_runs_in_one_worker_one_makes_the_call(queue: Queue) -> None:
    """A worker was given a message that it had lost: the run that begins its call has the say."""
    await queue.put(b"1")
    message = await queue.worker("one").read(1)
    assert message is not None
    first, second = (Delivery(queue.key, GROUP, "one", message.id, run) for run in ("first", "second"))
    notes, delays = UnsafeNotes(queue.redis, "here"), DelayedTasks(queue.redis, queue.name)
    await notes.write(first)
    with pytest.raises(NotSent, match="Another run has this task"):
        await notes.write(second)
    await delays.put(b"1", 60.0, second)
    assert await queue.redis.xlen(queue.key) == 1
    await delays.put(b"1", 60.0, first)
    assert await queue.redis.xlen(queue.key) == 0


async def test_a_message_is_given_to_one_worker(queue: Queue) -> None:
    """Each message is read once, in the order in which they were put, and is no other's while its worker lives."""
    await queue.put(b"1", b"2")
    one, two = queue.worker("one"), queue.worker("two")
    assert [(await one.read(1)).data, (await two.read(1)).data] == [b"1", b"2"]  # type: ignore[union-attr]
    assert await one.read(1) is None
    assert await two.take_over(60_000, ALWAYS, last_chance=True) is None


async def test_deliveries_are_counted(queue: Queue) -> None:
    """A message that is taken over was given once more; saying that it is still there counts not."""
    await queue.put(b"1")
    one, two = queue.worker("one"), queue.worker("two")
    message = await one.read(1)
    assert message is not None
    assert message.deliveries == 1
    assert await one.keep([message.id]) == {}
    assert (await next_of(two)).deliveries == 2
    assert (await next_of(one)).deliveries == 3


async def test_a_last_chance_is_given_where_it_is_allowed(queue: Queue) -> None:
    """A message that would be given for the last time is passed over, and the next one is taken."""
    await queue.put(b"last", b"other")
    one, two = queue.worker("one"), queue.worker("two")
    await one.read(1)
    assert (await next_of(one)).deliveries == 2
    await one.read(1)
    taken = await two.take_over(0, 3, last_chance=False)
    assert taken is not None
    assert (taken.data, taken.deliveries) == (b"other", 2)
    assert await two.take_over(60_000, 3, last_chance=False) is None
    taken = await two.take_over(0, 3, last_chance=True)
    assert taken is not None
    assert (taken.data, taken.deliveries) == (b"last", 3)
    taken = await two.take_over(0, 3, last_chance=False)
    assert taken is not None
    assert taken.deliveries == 4, "one that had its last chance is taken, to be given up"


async def test_a_worker_is_told_what_it_has_no_more(queue: Queue) -> None:
    """Another has the one message, and nobody the other, which was done elsewhere."""
    await queue.put(b"taken", b"done")
    one, two = queue.worker("one"), queue.worker("two")
    taken, done = await next_of(one), await one.read(1)
    assert done is not None
    assert (await two.take_over(0, ALWAYS, last_chance=True)) is not None
    await two.remove(done.id)
    assert await one.keep([taken.id, done.id]) == {taken.id: True, done.id: False}
    assert await two.keep([taken.id]) == {}, "who was told takes nothing back"


async def test_what_is_given_back_is_read_anew(queue: Queue) -> None:
    """A worker that waits has it at once; a stop of a worker is no delivery, and earlier ones are not forgotten."""
    await queue.put(b"\xff\0")
    one, two = queue.worker("one"), queue.worker("two")
    await next_of(one)
    await next_of(two)
    waiting = asyncio.create_task(one.read(20_000))
    await two.give_back()
    message = await waiting
    assert message is not None
    assert (message.data, message.deliveries) == (b"\xff\0", 2)
    assert await queue.redis.xlen(queue.key) == 1
    assert [each["name"] for each in await queue.redis.xinfo_consumers(queue.key, "workers")] == [b"one"]
    taken = await two.take_over(0, ALWAYS, last_chance=True)
    assert taken is not None
    assert taken.deliveries == 3


async def test_much_is_given_back(queue: Queue) -> None:
    """Also more than one step of it takes."""
    await queue.put(*(b"%d" % n for n in range(120)))
    one, two = queue.worker("one"), queue.worker("two")
    for _ in range(120):
        await one.read(1)
    await one.give_back()
    assert (await next_of(two)).data == b"0"
    assert await queue.redis.xlen(queue.key) == 120


async def test_what_somebody_removed_is_passed_over(queue: Queue) -> None:
    """A delivery whose message is gone, such as after a trim by hand, does not come again and again."""
    await queue.put(b"gone", b"there")
    one, two = queue.worker("one"), queue.worker("two")
    gone = await one.read(1)
    await one.read(1)
    assert gone is not None
    await queue.redis.xdel(queue.key, gone.id)
    assert (await next_of(two)).data == b"there"
    assert (await queue.redis.xpending(queue.key, "workers"))["pending"] == 1


async def test_a_message_of_another_program_is_read(queue: Queue) -> None:
    """Whatever stands in the stream, the broker has it as a message, to say that it is none."""
    counts = (b"many", b"-7", b"1e9", b"nan", b"9" * 5_000)
    await queue.redis.xadd(queue.key, {"x": "y"})
    for count in counts:
        await queue.redis.xadd(queue.key, {"data": count[:9], "before": count})
    one, two = queue.worker("one"), queue.worker("two")
    read = [await one.read(1) for _ in range(6)]
    assert [(each and each.data, each and each.deliveries) for each in read] == [
        (data, 1) for data in (b"", *(count[:9] for count in counts))
    ]
    assert [(await next_of(two)).deliveries for _ in range(3)] == [2, 3, 4], "the first one, again and again"
    await two.give_back()
    await one.give_back()
    assert await queue.redis.xlen(queue.key) == 6


async def test_workers_that_ended_long_ago_are_forgotten(queue: Queue) -> None:
    """Those that have something are not, since it would be lost."""
    await queue.put(b"1")
    await next_of(queue.worker("has one"))
    await queue.worker("new").read(1)
    await queue.worker("any").forget_workers()
    names = {each["name"] for each in await queue.redis.xinfo_consumers(queue.key, "workers")}
    assert names == {b"has one", b"new"}
    assert FORGOTTEN_MS >= 60_000


async def test_a_redis_that_was_emptied_is_known(queue: Queue) -> None:
    """What fails without the stream says so, in the words of each version."""
    await queue.redis.delete(queue.key)
    one = queue.worker("one")
    for question in (one.read(1), one.take_over(0, 3, last_chance=True), one.keep(["1-1"]), one.give_back()):
        with pytest.raises(Exception, match="NOGROUP") as caught:
            await question
        assert is_missing(caught.value)
    await one.remove("1-1")
    await one.make()
    await one.make()
    assert await one.read(1) is None


STEPS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["take", "take", "remove", "back"])), max_size=25
)


@pytest.mark.slow
@settings(max_examples=30)
@given(steps=STEPS)
def test_no_message_is_lost(redis_url: str, steps: list[tuple[str, str]]) -> None:
    """Whatever workers do with each other's messages: each is removed by one that had it, or can be had."""
    asyncio.run(_no_message_is_lost(redis_url, steps))


async def _no_message_is_lost(redis_url: str, steps: list[tuple[str, str]]) -> None:
    async with Redis.from_url(redis_url, protocol=2) as redis:
        queue = Queue(redis, uuid4().hex)
        await queue.worker("A").make()
        left = {b"%d" % n for n in range(5)}
        await queue.put(*sorted(left))
        had: dict[str, list[TaskMessage]] = {"A": [], "B": [], "C": []}
        for name, step in steps:
            worker = queue.worker(name)
            if step == "take":
                message = await worker.take_over(0, ALWAYS, last_chance=True) or await worker.read(1)
                had[name] += [message] if message else []
            elif step == "remove" and had[name]:
                message = had[name].pop()
                if (await worker.keep([message.id])) == {}:
                    left.discard(message.data)
                    await worker.remove(message.id)
            elif step == "back":
                await worker.give_back()
                had[name] = []
        found = set()
        for _ in range(5):
            message = await queue.worker("A").read(1)
            found |= {message.data} if message else set()
        await queue.worker("A").give_back()
        for name in "BC":
            await queue.worker(name).give_back()
        while (message := await queue.worker("D").read(1)) is not None:
            found.add(message.data)
        assert found == left
