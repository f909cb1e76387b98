"""Messages that cannot come to an end: they become dead letters, with their story, and harm no other task."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncsdk.fleet.taskiq.broker import DurableBroker
from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from tests.support.task_workers import TaskWorkers, task_workers

pytestmark = pytest.mark.slow


async def letters_of(workers: TaskWorkers, number: int) -> list[DeadLetter]:
    """The dead letters of a queue, when there are so many; nothing else is left of their messages."""
    assert isinstance(workers.broker, DurableBroker)
    store = workers.broker.dead_letters

    async def are_there() -> bool:
        return len(await store.letters(10)) == number

    await workers.until(are_there)
    await workers.until(workers.is_empty)
    return list(await store.letters(10))


async def test_a_task_that_ends_its_worker_is_given_up(redis_url: str, tmp_path: Path) -> None:
    """It has ended three workers: it is a dead letter then, and the tasks that ran beside it have their results."""
    async with task_workers(redis_url, tmp_path, idle_timeout=2.0) as workers:
        others = [await workers.put("work", f"beside {n}", 0.5) for n in range(5)]
        await workers.put("die", "poison")
        workers.start(4)
        assert [await workers.result(each) for each in others] == [f"beside {n}" for n in range(5)]
        (letter,) = await letters_of(workers, 1)
        assert (letter.task, letter.kind, letter.deliveries) == ("die", "Unfinished", 3)
        assert "Given to a worker 3 times. No worker that had it came to its end: its process died" in letter.story
        assert "poison" not in repr(letter), "arguments are not shown"
        assert len(workers.events("began", "poison")) == 3
        assert sum(workers.lives(pid) for pid in workers.pids) == 1


async def test_a_message_that_cannot_be_run_is_given_up(redis_url: str, tmp_path: Path) -> None:
    """No message, and a task that no worker knows: workers may try three times, then it is a dead letter."""
    async with task_workers(redis_url, tmp_path, idle_timeout=0.5) as workers:
        workers.start(2)
        await workers.redis.xadd(workers.key, {"data": b"\xff ada@example.com"})
        await workers.redis.xadd(workers.key, {"other": b"field"})

        async def unknown() -> None: ...

        task = workers.broker.register_task(unknown, "new")
        del workers.broker.local_task_registry["new"]
        await task.kiq()
        letters = await letters_of(workers, 3)
        assert {(letter.task, letter.kind) for letter in letters} == {
            (None, "Unreadable"),
            ("new", "UnknownTask"),
        }
        assert {letter.deliveries for letter in letters} == {3}
        assert not any("example.com" in repr(letter) for letter in letters)
        assert await workers.result(await workers.put("work", "good")) == "good"


async def test_a_task_whose_worker_fails_beside_it_is_tried_again(redis_url: str, tmp_path: Path) -> None:
    """What fails around a task, here a wrong label, does not hold its message for ever."""
    async with task_workers(redis_url, tmp_path, idle_timeout=0.5) as workers:
        workers.start(1)
        kicker = workers.broker.local_task_registry["work"].kicker().with_labels(ack_type="never heard of")
        await kicker.kiq("around")
        (letter,) = await letters_of(workers, 1)
        assert (letter.task, letter.kind) == ("work", "Unfinished")
        assert "or something around the task failed" in letter.story
