"""Quota of several processes: what is not in the store yet, and clocks that are set back."""

from __future__ import annotations

from pathlib import Path

from asyncsdk import FileStore, clock
from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.tally import HOUR, Tally

NOON = 1_760_011_200.0
MINUTE = int(NOON // 60)


def test_calls_of_others_are_learned_beside_those_that_the_store_does_not_know_yet() -> None:
    """Three calls of ours that are not entered and five of others in the store are eight, also once ours are."""
    ours, kept = QuotaUsage(10, 5), Tally({MINUTE: 5})
    for _ in range(3):
        ours.take_call(NOON)
    ours.merge_shared(kept)
    assert (ours.calls_made(NOON), ours.calls_left(NOON)) == (8, 2)
    kept.add(ours.take_unsynced())
    ours.merge_shared(kept)
    assert (ours.calls_made(NOON), kept.calls) == (8, {MINUTE: 8})


def test_a_store_that_knows_less_takes_nothing_away() -> None:
    """Counts that were lost and begun anew do not give back what this process has spent."""
    ours = QuotaUsage(10, 5)
    for _ in range(4):
        ours.take_call(NOON)
    ours.take_unsynced()
    ours.merge_shared(Tally({MINUTE: 1}))
    assert ours.calls_made(NOON) == 4


def test_a_clock_that_is_set_back_counts_calls_when_they_are_made() -> None:
    """A call after the clock was set back by an hour is counted in the minute in which it is made."""
    ledger = QuotaUsage(10, 5)
    assert ledger.take_call(NOON) == MINUTE
    assert ledger.take_call(NOON - HOUR) == MINUTE - 60


def test_minutes_begin_and_end_on_the_second() -> None:
    """The last moment of a minute counts for it, and the next moment for the next."""
    ledger = QuotaUsage(10, 5)
    minutes = [ledger.take_call(NOON + seconds) - MINUTE for seconds in (0.0, 59.999, 60.0, 119.999, 120.0)]
    assert minutes == [0, 0, 1, 1, 2]


def test_a_login_is_free_exactly_an_hour_later() -> None:
    """Not a moment sooner, and not later."""
    ledger = QuotaUsage(10, 1)
    ledger.take_login(NOON)
    assert ledger.logins_left(NOON + HOUR - 0.001) == 0
    assert ledger.logins_left(NOON + HOUR) == 1


async def test_a_login_that_never_left_counts_nowhere_once_it_is_withdrawn(tmp_path: Path) -> None:
    """Another process that learned of a login from the store unlearns it there, and takes no login for failed."""
    ours, theirs = QuotaUsage(10, 5), QuotaUsage(10, 5)
    our_store, their_store = FileStore(tmp_path / "token"), FileStore(tmp_path / "token")
    now = clock.wall()
    login = ours.take_login(now)
    await our_store.count(ours.take_unsynced())
    theirs.merge_shared(await their_store.count(theirs.take_unsynced()))
    assert theirs.logins_left(now) == 4
    ours.uncount_login(login)
    await our_store.count(ours.take_unsynced())
    kept = await their_store.count(theirs.take_unsynced())
    theirs.merge_shared(kept)
    assert (theirs.logins_left(now), kept.logins) == (5, [])
    # Nor does a process come back with it that could not enter what it knows until now.
    assert (await their_store.count(Tally(logins=[login]))).logins == []
