"""Ids are told apart, whatever they look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.downloads.id_set import IdSet

numbers = st.integers(0, 40) | st.integers(250, 520) | st.integers(2**24 - 3, 2**24 + 3) | st.integers(0, 2**70)
odd = st.sampled_from(
    ["", "l-0001:", "l-0001:0a", "l-0001:A", "l-0001:1_0", "l-0001: 1", "l-0001:-1", "l-0001:a\n"]
)
names = numbers.map(lambda number: f"l-0001:{number:x}") | odd | st.text("0a\n:%x", max_size=4)
others = numbers.map(lambda number: f"l-0002:{number:x}") | names
runs = st.builds(
    lambda start, size: [f"l-0001:{n:x}" for n in range(start, start + size)],
    numbers,
    st.integers(1, 9) | st.just(600),
)


@pytest.mark.slow
@given(st.lists(st.lists(names, min_size=1) | st.lists(others, min_size=1) | runs))
def test_it_is_a_set(pages: list[list[str]]) -> None:
    """Page by page, just those are said to be new that a set does not hold."""
    ids, kept = IdSet(), set[str]()
    for page in pages:
        new = []
        for place, name in enumerate(page):
            if name not in kept:
                new.append(place)
                kept.add(name)
        assert list(ids.add(page)) == new
        assert len(ids) == len(kept)


def test_a_million_are_a_megabyte() -> None:
    """Ids as Act-On makes them need a byte each."""
    ids = IdSet()
    for start in range(0, 100_000, 1000):
        ids.add([f"l-0001:{number:x}" for number in range(start, start + 1000)])
    assert len(ids) == 100_000
    assert sum(map(len, (ids._table, ids._others))) <= 101_000
