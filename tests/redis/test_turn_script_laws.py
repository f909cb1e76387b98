"""Laws of shared limits: they hold in any life of an account, over the script in Redis as over Python."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from redis import Redis

from tests.support.account_life import Life, faultless_lives, live, lives
from tests.support.account_world import STRICT
from tests.support.script_home import ScriptHome

pytestmark = pytest.mark.slow

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def redis(each_redis_url: str) -> Iterator[Redis]:
    """A client that does not wait for a loop."""
    with Redis.from_url(each_redis_url) as client:
        yield client


def home_in(redis: Redis) -> ScriptHome:
    """A home whose account was in use before."""
    home = ScriptHome(redis, STRICT)
    home.begin(-60.0)
    return home


@given(life=lives)
@SETTINGS
def test_no_second_holds_more_calls_than_places_whatever_happens(redis: Redis, life: Life) -> None:
    """With kills, freezes, 429s, lost and late requests, and an emptied Redis, the server never sees too many."""
    live(home_in(redis), life)


@given(life=faultless_lives)
@SETTINGS
def test_the_day_counts_exactly_what_was_sent_where_nothing_is_lost(redis: Redis, life: Life) -> None:
    """Calls that were cancelled before they were sent count in no budget."""
    live(home_in(redis), life, exact_day=True)
