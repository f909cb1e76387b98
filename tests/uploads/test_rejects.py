"""The rejected rows of a run: a sequence by number, however they came."""

from __future__ import annotations

import pytest

from asyncsdk import CLEAR
from asyncsdk.bulk.storage.journal import REASONS, Counts, Journal
from asyncsdk.uploads.rejects import Rejects


def rejected(*numbers: int) -> Rejects:
    """Rejects with these numbers, in this order."""
    rejects = Rejects()
    rejects.add([(number, {"email": f"user{number}"}, f"reason {number}") for number in numbers])
    return rejects


def test_they_stand_by_their_number() -> None:
    """In whatever order rows were rejected, they come by their place in the input, each once."""
    rejects = rejected(7, 2, 9)
    rejects.add([(4, {"email": "user4"}, "reason 4"), (2, {"email": "user2"}, "another reason")])
    assert [reject.number for reject in rejects] == [2, 4, 7, 9]
    assert rejects[0].reason == "another reason"
    assert len(rejects) == 4
    assert 9 in rejects.numbers()
    assert 3 not in rejects.numbers()


def test_they_are_a_sequence() -> None:
    """An index counts from either end, a slice gives a list, and what is not there is an IndexError."""
    rejects = rejected(1, 2, 3, 4)
    assert [rejects[index].number for index in (0, 1, 3, -1, -4)] == [1, 2, 4, 4, 1]
    assert [reject.number for reject in rejects[1:3]] == [2, 3]
    assert [reject.number for reject in rejects[::-1]] == [4, 3, 2, 1]
    for index in (4, -5, 100):
        with pytest.raises(IndexError):
            rejects[index]
    with pytest.raises(IndexError):
        Rejects()[0]
    assert rejects[0] in rejects


def test_they_keep_what_a_row_said() -> None:
    """Texts, numbers, nothing and ``CLEAR`` come back as they were."""
    row = {"email": "ada", "n": 7, "x": 1.5, "none": None, "gone": CLEAR, "half": "\ud800", "big": 10**300}
    rejects = Rejects()
    rejects.add([(1, row, "no")])
    assert rejects[0].row == row
    assert rejects[0].row["gone"] is CLEAR


def test_others_are_added_whole() -> None:
    """Two lots of rejects become one, by number."""
    rejects = rejected(1, 5)
    rejects.add_all_of(rejected(3, 4))
    assert [reject.number for reject in rejects] == [1, 3, 4, 5]


def test_counts_add_up() -> None:
    """Outcomes are added one by one, and all of them are the rows."""
    total = Counts(1, 2, 3, 4, 5) + Counts(10, 20, 30, 40, 50)
    assert total == Counts(11, 22, 33, 44, 55)
    assert total.rows == 165


def test_reasons_are_bounded_and_told_once() -> None:
    """A run that fails in a thousand ways tells some of them, each once; rows that were saved have none."""
    journal = Journal(None)
    for number in range(50):
        journal.record(number, "failed", f"reason {number % 30}")
    assert len(journal.reasons) == len(set(journal.reasons)) == REASONS == 20
    few = Journal(None)
    few.record(1, "updated", "no reason")
    few.record(2, "rejected", "told with the row")
    few.record(3, "unknown", "lost")
    few.record(4, "failed", "broken")
    few.record(5, "failed", "broken")
    assert sorted(few.reasons) == ["broken", "lost"]
    assert few.records() == Counts(updated=1, rejected=1, failed=2, unknown=1)
    few.forget_unknown()
    assert not few.settled(3)
    assert few.settled(4)
    assert few.records().unknown == 0
