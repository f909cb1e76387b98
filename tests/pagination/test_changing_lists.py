"""A walk by offset over a list that changes at random, between any two pages and while they are read ahead."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from attrs import frozen
from hypothesis import event, given, settings
from hypothesis import strategies as st

from asyncsdk import ListChanged, Page, Pages


@frozen
class Change:
    """Some items deleted, or new ones put in, somewhere."""

    place: float
    added: int
    deleted: int


PLACE = st.sampled_from([0.0, 1.0]) | st.floats(0, 1)
FEW = st.sampled_from([0, 1, 1, 2, 5, 15])
CHANGES = st.lists(st.lists(st.builds(Change, PLACE, FEW, FEW), max_size=3), max_size=12)


class Moving:
    """A list on a server: before each page but the first comes a change, until there is none left."""

    def __init__(
        self, length: int, most: int | None, changes: Sequence[Sequence[Change]], delays: Sequence[int]
    ) -> None:
        self.items = list(range(length))
        self.most = most
        self.changes = iter(changes)
        self.delays = iter(delays)
        self.calls = 0
        self.made = length
        self.gone: set[int] = set()

    async def fetch(self, ask: Mapping[str, Any], ahead: bool) -> Page[int]:
        """A page as it is after some turns of the loop, so that pages come in any order."""
        self.calls += 1
        assert self.calls < 1000, "the walk does not end"
        for _ in range(next(self.delays, 0)):
            await asyncio.sleep(0)
        if self.calls > 1:
            for change in next(self.changes, ()):
                self.apply(change)
        start = ask["offset"] or 0
        # A total tells a client that the server gives less than it was asked for.
        part = tuple(self.items[start : start + min(ask["count"], self.most or ask["count"])])
        return Page(part, start, len(part), -1 if self.most is None else len(self.items))

    def apply(self, change: Change) -> None:
        """Change the list; no number is ever used again."""
        place = round(change.place * len(self.items))
        self.gone.update(self.items[place : place + change.deleted])
        self.items[place : place + change.deleted] = range(self.made, self.made + change.added)
        self.made += change.added


@pytest.mark.slow
@settings(max_examples=600)
@given(
    length=st.integers(0, 60),
    count=st.integers(1, 12),
    offset=st.none() | st.integers(0, 20),
    most=st.none() | st.sampled_from([2, 3, 7, 1000]),
    changes=CHANGES,
    delays=st.lists(st.integers(0, 5), max_size=30),
)
def test_what_stays_is_given_once_or_the_change_is_told(
    length: int,
    count: int,
    offset: int | None,
    most: int | None,
    changes: list[list[Change]],
    delays: list[int],
) -> None:
    """Every item that was there all the time is given, in order; nothing is given twice; nothing is left running.

    Or it ends in ``ListChanged``, after items of which the same is true as far as they go.
    """
    moving = Moving(length, most, changes, delays)
    there = moving.items[offset or 0 :]
    read: list[int] = []

    async def walk() -> bool:
        pages = Pages(moving.fetch, {"count": count, "offset": offset})
        try:
            async for item in pages:
                read.append(item)  # noqa: PERF401 - what was read before the error counts
        except ListChanged:
            return False
        finally:
            assert asyncio.all_tasks() == {asyncio.current_task()}
        return True

    whole = asyncio.run(walk())
    event("whole" if whole else "told")
    assert [item for item, times in Counter(read).items() if times > 1] == []
    stayed = [item for item in there if item not in moving.gone]
    found = [item for item in read if item in set(stayed)]
    assert found == (stayed if whole else stayed[: len(found)])


@pytest.mark.slow
@settings(max_examples=150)
@given(
    length=st.integers(0, 60),
    count=st.integers(1, 12),
    offset=st.none() | st.integers(0, 70),
    most=st.none() | st.sampled_from([2, 3, 7, 1000]),
    delays=st.lists(st.integers(0, 5), max_size=30),
)
def test_a_list_that_stays_is_read_whole_with_no_call_too_many(
    length: int, count: int, offset: int | None, most: int | None, delays: list[int]
) -> None:
    """Without any change there is nothing to tell, and every call brings something new but one at the end."""
    moving = Moving(length, most, (), delays)

    async def walk() -> list[int]:
        return [item async for item in Pages(moving.fetch, {"count": count, "offset": offset})]

    read = asyncio.run(walk())
    assert read == list(range(length))[offset or 0 :]
    step = min(count, (most or 1000) - 1)
    assert moving.calls <= 2 + len(read) // step
