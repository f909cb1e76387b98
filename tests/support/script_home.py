"""Script home: the law in Redis as it is, but for its clock, which a test sets."""

from __future__ import annotations

import time
from importlib.resources import files
from typing import Any
from uuid import uuid4

from attrs import asdict
from redis import Redis

from asyncsdk.limits.shared.account_state import MinuteCounts
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.state_codec import decode_state
from asyncsdk.limits.shared.turns import TurnReply, TurnRequest
from asyncsdk.redis.account_keys import account_key
from asyncsdk.redis.turn_codec import decode_reply, encode_request, encode_rules

__all__ = ["BASE", "ScriptHome", "age_account"]

BASE = 1_790_000_000
"""The time of day, in seconds, at which the clocks of tests begin."""

SOURCE = files("asyncsdk.redis").joinpath("turn.lua").read_text()
CLOCK = "local TIME = redis.call('TIME')\n"
WITH_A_SET_CLOCK = SOURCE.replace(CLOCK, "local TIME = {ARGV[3], ARGV[4]}\n")


def age_account(url: str, account: str, seconds: float = 60.0) -> None:
    """Begin an account as it was so many seconds ago, so that it is not closed any more."""
    began = time.time() - seconds
    arguments = [encode_request(TurnRequest("first", leaving=True)), encode_rules(Rules())]
    keys = [account_key(account, part) for part in ("limits", "calls")]
    with Redis.from_url(url) as redis:
        redis.eval(WITH_A_SET_CLOCK, 2, *keys, *arguments, int(began), int(began % 1 * 1e6))


class ScriptHome:
    """The law in Redis, at times that a test sets."""

    def __init__(self, redis: Redis, rules: Rules) -> None:
        self._run = redis.register_script(WITH_A_SET_CLOCK)
        self._redis = redis
        self._rules = encode_rules(rules)
        name = uuid4().hex
        self.keys = [f"asyncsdk:{{{name}}}:limits", f"asyncsdk:{{{name}}}:calls"]

    def decide(self, request: TurnRequest, now: float, wall: float) -> TurnReply:
        """Carry out a request; the time of day is the one that the script makes of the time."""
        return self.decide_at(request, round(now * 1e6))

    def forget(self, now: float) -> None:
        """Lose what Redis holds; what comes then is a new state."""
        self._redis.delete(*self.keys)
        self.begin(now)

    def begin(self, now: float) -> None:
        """Begin a state, which is closed at first."""
        self.decide_at(TurnRequest("first", leaving=True), round(now * 1e6))

    def decide_at(self, request: TurnRequest, micros: int) -> TurnReply:
        """Carry out a request, so many microseconds after the base."""
        arguments = [encode_request(request), self._rules, BASE + micros // 1_000_000, micros % 1_000_000]
        return decode_reply(self._run(self.keys, arguments))

    def state(self) -> tuple[dict[str, Any], dict[int, int]]:
        """What is kept: the state, and the calls by minute."""
        kept = self._redis.get(self.keys[0])
        assert isinstance(kept, bytes)
        calls = {int(minute): int(number) for minute, number in self._redis.hgetall(self.keys[1]).items()}
        return asdict(decode_state(kept, MinuteCounts()), filter=lambda each, _: each.name != "day"), calls
