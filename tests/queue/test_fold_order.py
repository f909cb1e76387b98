"""Rows of one address, put by several processes: in whatever order they come together, the last puts count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.queue.entry import Entry

pytestmark = pytest.mark.slow

PUT = st.tuples(st.dictionaries(st.sampled_from("ABC"), st.integers(0, 99).map(str)), st.booleans())


def entry(time: int, cells: dict[str, str], upper: bool) -> Entry:
    """What was put at a time, in one of two spellings."""
    return Entry("A@EXAMPLE.COM" if upper else "a@example.com", dict(cells), 0.0, float(time), numbers=[time])


@given(
    st.lists(PUT, min_size=1, max_size=8).flatmap(
        lambda puts: st.tuples(st.just(puts), st.permutations(range(len(puts))))
    )
)
def test_the_order_of_folding_changes_nothing(given: tuple[list[tuple[dict[str, str], bool]], list[int]]) -> None:
    """Of each column, and of the address's spelling, the last put counts."""
    puts, order = given
    first, *others = (entry(number, *puts[number]) for number in order)
    for other in others:
        first.merge(other)
    cells: dict[str, str] = {}
    for put, _ in puts:
        cells.update(put)
    assert first.cells == cells
    assert first.email.isupper() is puts[-1][1]
    assert sorted(first.numbers) == list(range(len(puts)))
    assert {heading: first.time_of(heading) for heading in cells} == {
        heading: max(number for number, (put, _) in enumerate(puts) if heading in put) for heading in cells
    }
