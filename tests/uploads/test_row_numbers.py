"""Sets of row numbers: they hold what a set of Python would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.uploads.row_numbers import RowNumbers

RUNS = st.lists(st.tuples(st.integers(1, 99), st.integers(0, 40)).map(lambda run: range(run[0], sum(run))))


def numbers_of(runs: list[range], *, one_by_one: bool = False) -> RowNumbers:
    """A set of all numbers of some runs."""
    numbers = RowNumbers()
    for run in runs:
        if one_by_one:
            for number in run:
                numbers.add(number)
        else:
            numbers.add_run(run)
    return numbers


@given(RUNS, RUNS)
def test_a_set_holds_what_was_added(runs: list[range], others: list[range]) -> None:
    """Runs at once are their numbers one by one; a set without others, or packed, is what it should be."""
    whole = {number for run in runs for number in run}
    rest = whole - {number for run in others for number in run}
    for found, expected in (
        (numbers_of(runs), whole),
        (numbers_of(runs, one_by_one=True), whole),
        (numbers_of(runs).without(numbers_of(others)), rest),
        (RowNumbers(numbers_of(runs).packed()), whole),
    ):
        assert len(found) == len(expected)
        assert found.within(range(200)) == sorted(expected)
        assert [number for number in range(200) if number in found] == sorted(expected)
