"""Any request: whatever a process says, the law keeps its bounds and never fails."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncsdk.limits.shared.account_state import AccountState, MinuteCounts
from asyncsdk.limits.shared.decision import decide
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.state_codec import decode_state, encode_state
from asyncsdk.limits.shared.turns import Report, TurnReply, TurnRequest

pytestmark = pytest.mark.slow

RULES = Rules()
MOST = 7
TIMES = st.one_of(st.floats(-3.0, 3.0), st.sampled_from([-1e12, -60.0, 0.0, 60.0, 1e12]))
NUMBERS = st.one_of(st.integers(0, 12), st.sampled_from([-5, 10**9]))

REQUESTS = st.builds(
    TurnRequest,
    process=st.sampled_from(["a", "b", "c"]),
    epoch=st.sampled_from(["epoch", "epoch", "epoch", "", "another"]),
    serial=st.one_of(st.just(0), st.integers(1, 40)),
    number=st.integers(0, 30),
    promise=st.sampled_from([0.1, 0.25, 1.0, 1e12]),
    spare=st.integers(0, MOST),
    places=st.integers(1, MOST),
    period=st.sampled_from([1.0, 1.0, 2.0]),
    calls_per_day=st.sampled_from([0, 3, 30_000]),
    want=st.lists(st.integers(0, 60), min_size=5, max_size=5),
    reports=st.lists(st.builds(Report, NUMBERS, TIMES, st.booleans(), st.one_of(st.none(), NUMBERS)), max_size=4),
    released=st.lists(NUMBERS, max_size=3),
    throttled=st.one_of(st.none(), st.none(), st.floats(0.0, 2.0)),
    samples=NUMBERS,
    shortest=st.floats(0.0, 60.0),
    clock=st.one_of(st.none(), st.floats(990.0, 1_010.0)),
    since=TIMES,
    calls=st.dictionaries(st.integers(-3, 2_000), NUMBERS, max_size=2),
    logins=st.lists(TIMES, max_size=2),
    alone_for=st.one_of(st.just(0.0), TIMES),
    leaving=st.booleans(),
    block=st.one_of(st.just(0), st.just(0), NUMBERS),
)


@given(steps=st.lists(st.tuples(st.sampled_from([0.0, 0.01, 0.3, 1.0, 2.0, -5.0, 40.0]), REQUESTS), max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_request_is_carried_out_within_the_bounds(steps: list[tuple[float, TurnRequest]]) -> None:
    """No more places than there are, no negative count, an end to each pause; and the state can be kept."""
    state, now = AccountState("epoch", 1_000.0, 1_000.0, RULES.margin), 1_000.0
    for seconds, request in steps:
        now += seconds
        reply = decide(state, request, now, 1_760_000_000.0 + now, RULES)
        _check(state, request, reply)
        kept = encode_state(state)
        assert encode_state(decode_state(kept, MinuteCounts())) != b""


def _check(state: AccountState, request: TurnRequest, reply: TurnReply) -> None:
    assert sum(hold.count for hold in state.holds) <= MOST
    assert all(hold.count >= 0 for hold in state.holds)
    assert sum(grant.count for grant in reply.grants) <= reply.places
    assert sum(grant.count == 1 for grant in reply.grants) <= sum(request.want)
    assert state.day.made >= 0
    assert RULES.narrowest <= state.margin <= RULES.widest
    assert 0.0 <= reply.paused < 40.0
    assert 0 <= reply.spare <= MOST
    assert reply.ask_in is None or 0.0 < reply.ask_in < 200.0
    for hold in state.holds:
        assert hold.free_at - state.clock < 6.0
