"""Turn codec: whatever a server answers, it is a reply within bounds, or told to be none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite

import pytest
from attrs import asdict
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.limits.shared.turns import LANES
from asyncsdk.redis.turn_codec import UnreadableReply, decode_reply

REPLY: Mapping[str, object] = {
    "epoch": "1790000000.5",
    "clock": 1.5,
    "grants": [[7, 2, 29_833_333, None]],
    "ask_in": None,
    "calls_made": 3,
    "calls_reset_in": 0,
    "logins_made": 0,
    "logins_reset_in": 0,
    "paused": 0,
    "processes": 1,
    "spare": 5,
    "margin": 0.05,
    "shortest": 0,
    "waiting": [0, 0, 0, 0, 0],
    "rivals": [0, 0, 0, 0, 0],
    "places": 5,
    "period": 1,
}

NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -(10**30), 2**53, 0.5]))
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


def test_a_reply_is_read() -> None:
    """The reply of the script comes as it is, also where Redis writes an empty list as an object."""
    reply = decode_reply(json.dumps({**REPLY, "rivals": REPLY["waiting"]}))
    assert [(grant.number, grant.lane) for grant in reply.grants] == [(7, 2)]
    assert (reply.spare, reply.period, reply.ask_in) == (5, 1.0, None)
    assert decode_reply(json.dumps({**REPLY, "grants": {}})).grants == []


@pytest.mark.slow
@given(name=st.sampled_from(sorted(REPLY)), value=ANYTHING)
def test_a_part_may_be_anything(name: str, value: object) -> None:
    """A reply with one odd part is refused, or all its numbers are such that can be counted with."""
    try:
        reply = decode_reply(json.dumps({**REPLY, name: value}))
    except UnreadableReply:
        return
    told = asdict(reply)
    assert all(isfinite(each) for each in told.values() if isinstance(each, (int, float)))
    assert reply.places >= 1
    assert all(0 <= grant.lane < len(LANES) for grant in reply.grants)


@pytest.mark.parametrize(
    "answer",
    [None, 7, [], b"", b"\xff", "{", "[]", "[" * 100_000, "9" * 10_000, b" " * 2_000_000],
    ids=range(10),
)
def test_what_is_no_reply_is_told(answer: object) -> None:
    """Whatever else comes is no reply: deep, long, of another kind, or no text at all."""
    with pytest.raises(UnreadableReply):
        decode_reply(answer)
