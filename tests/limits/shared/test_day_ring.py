"""Ring of the day's minutes: it counts what a plain count in memory does, also through a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.limits.shared.account_state import MinuteCounts
from asyncsdk.limits.shared.day_ring import RING_BYTES, SLOTS, DayRing

NOW = 29_333_333
DAY = 1_440

minutes = st.integers(NOW - DAY, NOW + 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), minutes, st.integers(-3, 9)),
        st.tuples(st.just("raise"), minutes, st.integers(0, 50)),
        st.tuples(st.just("pass"), st.integers(0, 3_000), st.just(0)),
        st.tuples(st.just("jump"), st.integers(-3_000, 0), st.just(0)),
        st.tuples(st.just("reload"), st.just(0), st.just(0)),
    ),
    max_size=30,
)


def reloaded(ring: DayRing, file: bytearray) -> DayRing:
    """Write the changes of a ring into a file, and read it as another process does."""
    for offset, data in ring.take_changes():
        file[offset : offset + len(data)] = data
    other = DayRing(bytes(file))
    assert other.checksum == ring.checksum
    other.first, other.none_before, other.made = ring.first, ring.none_before, ring.made
    other.newest = ring.newest
    return other


@pytest.mark.slow
@given(steps)
def test_a_ring_counts_what_a_plain_count_does(made: list[tuple[str, int, int]]) -> None:
    """Whatever is counted, uncounted, forgotten, written and read: sum, oldest minute and every minute agree."""
    ring, plain, file, offset = DayRing(), MinuteCounts(), bytearray(RING_BYTES), 0
    ring.forget_before(NOW - DAY)
    for what, number, count in made:
        minute = number + offset
        match what:
            case "add":
                ring.add(minute, count)
                plain.add(minute, count)
            case "raise":
                ring.raise_to({minute: count})
                plain.raise_to({minute: count})
            case "reload":
                ring = reloaded(ring, file)
            case _:
                offset += number
                for each in (ring, plain):
                    each.forget_before(NOW + offset - DAY)
                    each.forget_after(NOW + offset + 1)
        assert ring.made == plain.made
        assert ring.oldest() == plain.oldest()
        assert ring.between(0, 2 * NOW) == plain.between(0, 2 * NOW)


def test_a_call_of_the_newest_minute_changes_nothing_in_the_ring() -> None:
    """Counting costs no write of its own, until the next minute begins: then one number is written."""
    ring = DayRing()
    ring.forget_before(NOW - DAY)
    ring.add(NOW, 1)
    ring.take_changes()
    ring.add(NOW, 1)
    assert ring.take_changes() == []
    ring.add(NOW + 1, 1)
    assert [len(data) for _, data in ring.take_changes()] == [RING_BYTES // SLOTS]
