"""Quota: a rolling day of calls, a rolling hour of logins, and what a store keeps of them."""

from __future__ import annotations

import pytest

from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.tally import DAY, HOUR, Tally, tally_from

NOON = 1_760_011_200.0


def book(calls: int = 10, logins: int = 5) -> QuotaUsage:
    """An empty account book with small budgets."""
    return QuotaUsage(calls, logins)


def test_calls_count_for_a_day_and_a_minute_at_most() -> None:
    """A call counts for 24 hours, and is forgotten within a minute after."""
    quota = book()
    quota.take_call(NOON + 30)
    assert (quota.calls_made(NOON + 30), quota.calls_left(NOON + 30)) == (1, 9)
    assert quota.calls_made(NOON + 30 + DAY - 1) == 1
    assert quota.calls_made(NOON + 30 + DAY) == 1
    assert quota.calls_made(NOON + 60 + DAY) == 0


def test_the_day_rolls() -> None:
    """Calls come free in the order in which they were made, not all at midnight."""
    quota = book()
    for hour in range(10):
        quota.take_call(NOON + hour * HOUR)
    assert quota.calls_left(NOON + 10 * HOUR) == 0
    assert quota.calls_reset_in(NOON + 10 * HOUR) == pytest.approx(14 * HOUR + 60)
    assert quota.calls_left(NOON + DAY + 3.5 * HOUR) == 4
    assert quota.calls_left(NOON + 2 * DAY) == 10


def test_nothing_made_means_nothing_to_reset() -> None:
    """Without calls and logins nothing is due, also after a call was given back."""
    quota = book()
    assert (quota.calls_reset_in(NOON), quota.logins_reset_in(NOON)) == (0, 0)
    quota.uncount_call(quota.take_call(NOON))
    assert (quota.calls_made(NOON), quota.calls_reset_in(NOON)) == (0, 0)
    quota.uncount_login(quota.take_login(NOON))
    assert (quota.logins_left(NOON), quota.logins_reset_in(NOON)) == (5, 0)


def test_more_calls_than_the_budget_leave_none() -> None:
    """Calls that other processes made may exceed the budget; what is left is never negative."""
    quota = book(calls=3)
    quota.merge_shared(Tally({int(NOON // 60): 7}))
    assert (quota.calls_made(NOON), quota.calls_left(NOON)) == (7, 0)


def test_logins_count_for_an_hour() -> None:
    """Each login comes free an hour after it was made."""
    quota = book()
    for minute in range(5):
        quota.take_login(NOON + 60 * minute)
    assert quota.logins_left(NOON + 300) == 0
    assert quota.logins_reset_in(NOON + 300) == pytest.approx(HOUR - 300)
    assert quota.logins_left(NOON + HOUR) == 1
    assert quota.logins_left(NOON + HOUR + 240) == 5


def test_logins_of_one_moment_are_counted_one_by_one() -> None:
    """A coarse clock gives two logins the same time: they are two all the same, also after the store saw them."""
    quota, kept = book(), Tally()
    quota.take_login(NOON)
    quota.take_login(NOON)
    kept.add(quota.take_unsynced())
    quota.merge_shared(kept)
    assert quota.logins_left(NOON) == 3


def test_a_store_counts_each_call_once() -> None:
    """What was drained is counted in the store, and adopting the store's count does not count it again."""
    quota, kept = book(), Tally()
    for _ in range(3):
        quota.take_call(NOON)
    quota.take_login(NOON)
    for _ in range(3):
        kept.add(quota.take_unsynced())
        quota.merge_shared(kept)
    assert kept == Tally({int(NOON // 60): 3}, [NOON])
    assert (quota.calls_made(NOON), quota.logins_left(NOON)) == (3, 4)


def test_calls_made_while_the_store_writes_are_kept() -> None:
    """A call between draining and adopting is neither lost nor counted twice."""
    quota, kept = book(), Tally()
    quota.take_call(NOON)
    drained = quota.take_unsynced()
    quota.take_call(NOON)
    kept.add(drained)
    quota.merge_shared(kept)
    assert quota.calls_made(NOON) == 2
    kept.add(quota.take_unsynced())
    assert kept.calls == {int(NOON // 60): 2}


def test_two_processes_share_a_budget() -> None:
    """Each learns of the other's calls and logins through the store."""
    ours, theirs, kept = book(), book(), Tally()
    for _ in range(4):
        ours.take_call(NOON)
    theirs.take_call(NOON)
    theirs.take_login(NOON + 1)
    for quota in (ours, theirs, ours):
        kept.add(quota.take_unsynced())
        quota.merge_shared(kept)
    assert [each.calls_made(NOON) for each in (ours, theirs)] == [5, 5]
    assert [each.logins_left(NOON + 1) for each in (ours, theirs)] == [4, 4]


def test_a_store_that_fails_loses_nothing() -> None:
    """What could not be added is added the next time, together with what came since."""
    quota, kept = book(), Tally()
    quota.take_call(NOON)
    quota.take_login(NOON)
    drained = quota.take_unsynced()
    quota.take_call(NOON)
    quota.put_back(drained)
    kept.add(quota.take_unsynced())
    assert kept == Tally({int(NOON // 60): 2}, [NOON])


def test_a_call_given_back_is_given_back_in_the_store_too() -> None:
    """A call that never reached the server is uncounted everywhere, also if the store had it already."""
    quota, kept = book(), Tally()
    minute = quota.take_call(NOON)
    kept.add(quota.take_unsynced())
    quota.uncount_call(minute)
    kept.add(quota.take_unsynced())
    quota.merge_shared(kept)
    assert kept.calls == {minute: 0}
    assert quota.calls_made(NOON) == 0


def test_a_login_given_back_is_given_back_in_the_store_too() -> None:
    """Five logins that found no network do not lock the program out for an hour."""
    quota, kept = book(), Tally()
    for second in range(7):
        login = quota.take_login(NOON + second)
        kept.add(quota.take_unsynced())
        quota.uncount_login(login)
        quota.merge_shared(kept)
        kept.add(quota.take_unsynced())
        quota.merge_shared(kept)
    assert quota.logins_left(NOON + 7) == 5
    assert book().logins_left(NOON) == 5
    other = book()
    other.merge_shared(kept)
    assert other.logins_left(NOON + 7) == 5


def test_a_withdrawal_survives_a_store_that_fails() -> None:
    """A login given back while the store is out of order is given back when it works again."""
    quota, kept = book(), Tally()
    login = quota.take_login(NOON)
    kept.add(quota.take_unsynced())
    quota.uncount_login(login)
    quota.put_back(quota.take_unsynced())
    kept.add(quota.take_unsynced())
    assert kept.logins == []


def test_a_tally_forgets_what_no_budget_counts() -> None:
    """A store does not grow: minutes older than a day and logins older than an hour are dropped."""
    tally = Tally({int(NOON // 60): 1, int((NOON - DAY) // 60) - 1: 9}, [NOON - HOUR, NOON], [NOON - HOUR])
    tally.forget_before(NOON)
    assert tally == Tally({int(NOON // 60): 1}, [NOON])


def test_a_tally_knows_whether_it_holds_anything() -> None:
    """A store need not write for nothing."""
    assert not Tally()
    assert Tally({1: 1})
    assert Tally(logins=[NOON])
    assert Tally(withdrawn=[NOON])


@pytest.mark.parametrize(
    "damaged",
    [
        {"calls": []},
        {"calls": {"x": 1}},
        {"calls": {"1": "many"}},
        {"logins": 7},
        {"logins": ["x"]},
        {"calls": None},
    ],
)
def test_a_damaged_tally_is_empty(damaged: dict[str, object]) -> None:
    """A damaged book does not keep a session from opening."""
    assert tally_from(damaged) == Tally()


def test_a_book_of_an_older_version_tells_of_no_failed_login() -> None:
    """A file from before logins were told apart is read as if all of them had brought a token."""
    assert tally_from({"logins": [NOON, NOON - 9]}).succeeded == NOON
    assert tally_from({"logins": [NOON], "succeeded": 0.0}).succeeded == 0.0
    assert tally_from({}).succeeded is None


def test_a_tally_is_read_back_from_json() -> None:
    """JSON turns minutes into text; they come back as numbers."""
    assert tally_from({"calls": {"29333520": 3}, "logins": [NOON]}) == Tally({29333520: 3}, [NOON])
    assert tally_from({}) == Tally()
