"""The backoff between failed logins: two in the first minute, and nothing that a wrong clock can lock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.auth.login_backoff import WAITS, login_wait
from asyncsdk.limits.tally import HOUR, Tally

NOON = 1_760_011_200.0


def tried(gaps: list[float]) -> list[float]:
    """When logins are made, none of which succeeds, by callers that come after these gaps."""
    now, tally = NOON, Tally(succeeded=0.0)
    made: list[float] = []
    for gap in gaps:
        now += gap
        tally.forget_before(now)
        if login_wait(tally.logins, 0.0, now) == 0:
            tally.add(Tally(logins=[now]))
            made.append(now)
    return made


def test_nothing_failed_means_no_wait() -> None:
    """The first login is made at once, and so is one after a login that worked."""
    assert login_wait([], 0.0, NOON) == 0
    assert login_wait([NOON - 1], NOON - 1, NOON) == 0
    assert login_wait([NOON - 1], NOON, NOON) == 0


def test_the_second_login_comes_soon_and_the_third_after_a_minute() -> None:
    """After one failure a login is due within 12 s; after two, not within the first minute."""
    assert 9 < login_wait([NOON], 0.0, NOON) <= 12
    assert login_wait([NOON], 0.0, NOON + 12) == 0
    assert login_wait([NOON, NOON + 9.5], 0.0, NOON + 60) > 0
    assert login_wait([NOON, NOON + 12], 0.0, NOON + 12 + 72) == 0


@pytest.mark.slow
@given(st.lists(st.floats(0.0, 90.0), max_size=200))
def test_no_minute_holds_more_than_two_failed_logins(gaps: list[float]) -> None:
    """However often callers come, at most two logins that fail are made in any minute."""
    made = tried(gaps)
    for number, first in enumerate(made):
        assert len([login for login in made[number:] if login < first + 60]) <= 2


def test_a_long_outage_keeps_logins_for_later() -> None:
    """Of callers that come every second for 25 minutes four logins are made: one is left of the hour's five."""
    assert len(tried([1.0] * 1_500)) == 4


@pytest.mark.slow
@given(ahead=st.floats(0, 1e9), number=st.integers(1, 6))
def test_a_clock_that_was_ahead_holds_up_nobody_for_longer_than_a_wait(ahead: float, number: int) -> None:
    """Failed logins of the future count as now, or not at all."""
    logins = [NOON + ahead + each for each in range(number)]
    assert login_wait(logins, 0.0, NOON) <= WAITS[-1] * 1.2
    if ahead > 61:
        assert login_wait(logins, 0.0, NOON) == 0


@pytest.mark.slow
@given(now=st.floats(1e9, 2e9), logins=st.lists(st.floats(0, 3e9), max_size=8), succeeded=st.floats(0, 3e9))
def test_the_wait_is_the_same_for_all_who_share_counts(now: float, logins: list[float], succeeded: float) -> None:
    """No process draws a wait of its own, and none is negative or longer than an hour."""
    wait = login_wait(logins, succeeded, now)
    assert 0 <= wait < HOUR
    assert login_wait(list(reversed(logins)), succeeded, now) == wait
