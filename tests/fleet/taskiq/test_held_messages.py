"""Held messages: which asyncio task of a worker works on which message."""

from __future__ import annotations

import asyncio

from asyncsdk.fleet.taskiq.held_messages import HeldMessages


async def working(held: HeldMessages, task_id: str, go_on: asyncio.Event) -> tuple[str | None, bool]:
    """Work on a message, as taskiq's callback does; which one it was, and whether it was stopped."""
    held.begin(task_id)
    try:
        await go_on.wait()
    except asyncio.CancelledError:
        assert held.interrupt()
    else:
        assert not held.interrupt()
    return held.current(), held.is_interrupted()


async def test_a_message_is_held_until_its_work_has_ended() -> None:
    """Also where the work ends without a word, so that another worker can try it."""
    held, go_on = HeldMessages(), asyncio.Event()
    held.add("1-0", "task", last_chance=False)
    work = asyncio.create_task(working(held, "task", go_on))
    await asyncio.sleep(0)
    assert held.ids() == ["1-0"]
    go_on.set()
    assert await work == ("1-0", False)
    await asyncio.sleep(0)
    assert held.ids() == []


async def test_a_task_that_is_here_twice_is_two_messages() -> None:
    """A task that is tried again may come to the same worker before its first message is removed."""
    held, go_on = HeldMessages(), asyncio.Event()
    for number in ("1-0", "2-0"):
        held.add(number, "task", last_chance=False)
    works = [asyncio.create_task(working(held, "task", go_on)) for _ in range(2)]
    await asyncio.sleep(0)
    assert held.stop(["1-0"]) == [works[0]]
    assert await works[0] == ("1-0", True)
    assert held.ids() == ["2-0"]
    go_on.set()
    assert await works[1] == ("2-0", False)


async def test_work_that_has_not_begun_is_stopped_when_it_begins() -> None:
    """A message that another worker took from the queue of this one is not run here."""
    held = HeldMessages()
    held.add("1-0", "task", last_chance=False)
    assert held.stop(["1-0"]) == []
    assert await working(held, "task", asyncio.Event()) == ("1-0", True)


async def test_work_goes_on_when_its_message_is_only_dropped() -> None:
    """Where Redis was emptied, nobody else has the task."""
    held, go_on = HeldMessages(), asyncio.Event()
    held.add("1-0", "task", last_chance=False)
    held.drop("1-0")
    go_on.set()
    assert await working(held, "task", go_on) == ("1-0", False)


async def test_last_chances_are_known() -> None:
    """While one is here that gets its last chance, no second such is taken."""
    held = HeldMessages()
    held.add("1-0", "one", last_chance=False)
    assert not held.has_last_chance()
    held.add("2-0", "two", last_chance=True)
    assert held.has_last_chance()
    held.drop("2-0")
    assert not held.has_last_chance()


async def test_work_without_a_message_is_let_alone() -> None:
    """Such as that of a task that this worker was not given."""
    held = HeldMessages()
    held.begin("unknown")
    assert held.current() is None
    assert not held.is_interrupted()
    held.add("1-0", "task", last_chance=False)
    held.clear()
    assert held.ids() == []
