"""Laws of shared limits: they hold in any life of an account, over a home in memory."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from asyncsdk.limits.shared.rules import Rules
from tests.support.account_life import Life, Step, faultless_lives, live, lives, lives_by_file
from tests.support.account_world import STRICT_BY_FILE, Link, MemoryHome

pytestmark = pytest.mark.slow

SETTINGS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@given(life=lives)
@SETTINGS
def test_no_second_holds_more_calls_than_places_whatever_happens(life: Life) -> None:
    """With kills, freezes, 429s, lost and late requests, and a lost state, the server never sees too many."""
    live(MemoryHome(), life)


@given(life=lives_by_file)
@SETTINGS
def test_no_second_holds_more_calls_than_places_where_a_file_is_shared(life: Life) -> None:
    """The same with the shorter times that a file makes possible."""
    live(MemoryHome(STRICT_BY_FILE), life, STRICT_BY_FILE)


@given(life=faultless_lives)
@SETTINGS
def test_the_day_counts_exactly_what_was_sent_where_nothing_is_lost(life: Life) -> None:
    """Calls that were cancelled before they were sent count in no budget."""
    live(MemoryHome(), life, exact_day=True)


@pytest.mark.parametrize("fault", [{"travel": 0.0, "opening": 0.0}, {"opening": 0.2}])
def test_a_law_that_forgets_the_way_to_the_server_is_found_out(fault: dict[str, float]) -> None:
    """The control: rules by which calls arrive at once, or new connections as fast as old ones, break the law."""
    rules = Rules(samples=10**9, **fault)
    steps = [Step(0.3, ("open", "call")[number % 2], number % 2, 2 + number % 2) for number in range(60)]
    with pytest.raises(AssertionError, match="where 5 are allowed"):
        _live_often(rules, steps)


def _live_often(rules: Rules, steps: list[Step]) -> None:
    for seed in range(20):
        live(MemoryHome(rules), Life(seed, [Link(), Link()], steps), rules)
