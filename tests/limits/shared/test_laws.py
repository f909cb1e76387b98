"""Laws of shared limits: they hold in any life of an account, over a home in memory."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from asyncsdk.limits.shared.rules import Rules
from tests.support.account_life import Life, Step, faultless_lives, live, lives
from tests.support.account_world import MemoryHome

pytestmark = pytest.mark.slow

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@given(life=lives)
@SETTINGS
def test_no_second_holds_more_calls_than_places_whatever_happens(life: Life) -> None:
    """With kills, freezes, 429s, lost and late requests, and a state that is lost: the server never sees too many."""
    live(MemoryHome(), life)


@given(life=faultless_lives)
@SETTINGS
def test_the_day_counts_exactly_what_was_sent_where_nothing_is_lost(life: Life) -> None:
    """Calls that were cancelled before they were sent count in no budget."""
    live(MemoryHome(), life, exact_day=True)
