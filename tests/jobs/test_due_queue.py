"""The queue of due times, held against a plain list of them."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.jobs.due_queue import STEP, DueQueue

A_HAIR = 1e-8
"""Seconds by which a step may be off at the times of these tests: what floats can tell."""

near = st.floats(0.0, 0.02)
far = st.floats(0.0, 1e6)


@pytest.mark.slow
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), near | far),
            st.tuples(st.just("add at"), far),
            st.tuples(st.just("pass"), near | far),
            st.tuples(st.just("take"), st.integers(1, 5)),
        ),
        max_size=60,
    )
)
def test_items_are_taken_once_they_are_due_and_a_step_later_at_the_most(steps: list[tuple[str, float]]) -> None:
    """No item comes early, twice or never, however they are added, in the past too, and however time jumps."""
    queue: DueQueue[int] = DueQueue()
    waiting = dict[int, float]()
    now = 0.0
    for number, (step, value) in enumerate(steps):
        if step == "pass":
            now += value
        elif step != "take":
            waiting[number] = value + (now if step == "add" else 0.0)
            queue.add(number, waiting[number])
        for _ in range(int(value) if step == "take" else 0):
            taken = queue.take(now)
            if taken is None:
                assert all(due > now - STEP - A_HAIR for due in waiting.values())
                assert queue.first_due > now
                break
            assert waiting.pop(taken) <= now + A_HAIR
        assert (queue.first_due == inf) == (not waiting)
    while (taken := queue.take(1e9)) is not None:
        del waiting[taken]
    assert not waiting


def test_items_of_one_step_are_taken_as_they_were_added() -> None:
    """Of many that are due together the first added is the first, and those that are added meanwhile come after."""
    queue: DueQueue[int] = DueQueue()
    for number in range(1000):
        queue.add(number, 5.0)
    first = [queue.take(6.0) for _ in range(500)]
    queue.add(1000, 5.0)
    assert [*first, *(queue.take(6.0) for _ in range(502))] == [*range(1001), None]


def test_an_item_may_be_due_never() -> None:
    """A time beyond all that can be counted is one that does not come; the items before it do."""
    queue: DueQueue[str] = DueQueue()
    for due in (1e308, inf):
        queue.add("never", due)
    queue.add("soon", 1.0)
    assert queue.first_due == 1.0
    assert [queue.take(1e300), queue.take(1e300)] == ["soon", None]
    assert queue.first_due == inf
