"""The law in Lua is the law in Python: both get the same requests at the same times, and give the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import asdict, define, evolve, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from asyncsdk.limits.shared.account_state import AccountState
from asyncsdk.limits.shared.closing import close_until_known
from asyncsdk.limits.shared.decision import decide
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import LANES, Report, TurnReply, TurnRequest
from tests.support.script_home import BASE, ScriptHome

RULES = Rules(settling=2.0)


class PythonHome:
    """The law in Python, with a state that begins as the script begins it."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._state: AccountState | None = None
        self._base = 0

    def decide(self, request: TurnRequest, micros: int) -> TurnReply:
        """Carry out a request, so many microseconds after the base."""
        if self._state is None:
            self._base = BASE + micros // 1_000_000
            now = micros % 1_000_000 / 1e6
            epoch = f"{self._base}.{micros % 1_000_000}"
            self._state = AccountState(epoch, now, now, self._rules.margin)
            close_until_known(self._state, now, request.period, self._rules)
        now = BASE + micros // 1_000_000 - self._base + micros % 1_000_000 / 1e6
        return decide(self._state, request, now, self._base + now, self._rules)

    def state(self) -> tuple[dict[str, Any], dict[int, int]]:
        """What is kept: the state, and the calls by minute."""
        assert self._state is not None
        kept = asdict(self._state, filter=lambda each, _: each.name != "day")
        for login in kept["logins"]:
            login["time"] -= self._base
        for hold in kept["holds"]:
            hold["login"] = hold["login"] and hold["login"] - self._base
        day: Any = self._state.day
        return kept, {minute: number for minute, number in day._calls.items() if number}


def near(value: Any) -> Any:
    """The same, whose numbers need not be equal to the last digit."""
    if isinstance(value, dict):
        return {name: near(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [near(each) for each in value]
    return pytest.approx(value, abs=1e-5, rel=0) if isinstance(value, float) else value


@define
class Client:
    """What a process knows that uses the account."""

    request: TurnRequest
    grants: list[int] = field(factory=lambda: list[int]())

    def learn(self, request: TurnRequest, reply: TurnReply) -> None:
        """Remember what a reply says."""
        numbers = [grant.number for grant in reply.grants]
        self.grants = [n for n in self.grants if n not in request.released] + numbers
        number = max([request.number, *numbers])
        self.request = evolve(
            self.request, epoch=reply.epoch, serial=request.serial, number=number, clock=reply.clock
        )


counts = st.lists(st.sampled_from([0, 0, 0, 1, 2, 7]), min_size=len(LANES), max_size=len(LANES))
# Microseconds that are no sums of the constants of the law: Redis rounds times, and may decide a tie otherwise.
gaps = st.sampled_from([0, 1, 907, 50_021, 260_047, 310_091, 1_050_113, 1_600_237, 31_000_487, 61_000_973])
rare_gaps = st.sampled_from([-3_000_331, -700_179, 3_700_000_613, 86_000_000_191, 90_000_000_417])
seconds = st.floats(0.0, 3.0)


@st.composite
def steps(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What processes do, one after the other."""
    rarely = st.integers(0, 9).map(lambda number: number == 0)
    number = draw(st.integers(1, 30))
    return [
        {
            "process": draw(st.integers(0, 3)),
            "gap": draw(rare_gaps if draw(rarely) else gaps),
            "want": draw(counts),
            "told": draw(st.lists(st.tuples(st.floats(-0.6, 1.5), st.booleans()), max_size=4)),
            "released": draw(st.integers(0, 1)),
            "throttled": draw(st.sampled_from([0.0, 1.5, 200.0])) if draw(rarely) else None,
            "samples": draw(st.sampled_from([0, 0, 3, 20])),
            "shortest": draw(st.floats(0.01, 0.3)),
            "since": draw(seconds),
            "promise": draw(st.sampled_from([0.25, 0.25, 0.6, 5.0])),
            "spare": draw(st.integers(0, 3)),
            "overtaken": draw(rarely),
            "calls": draw(st.dictionaries(st.integers(-1, 1_441), st.integers(1, 20), max_size=2))
            if draw(rarely)
            else {},
            "logins": draw(st.lists(st.floats(0.0, 3_700.0), max_size=2)) if draw(rarely) else [],
            "told_again": draw(st.booleans()),
            "alone_for": draw(seconds) if draw(rarely) else 0.0,
            "leaving": draw(rarely),
            "forgets": draw(rarely),
            "lost": draw(rarely),
        }
        for _ in range(number)
    ]


def client_of(index: int, places: list[int], calls_per_day: int) -> Client:
    """A process as it begins."""
    period = 1.0 if places[index] else 4.0
    return Client(
        TurnRequest(
            process=f"web-{index}@host/{index}",
            places=max(1, places[index]),
            period=period,
            calls_per_day=calls_per_day,
            logins_per_hour=3,
        )
    )


@pytest.fixture
def redis(each_redis_url: str) -> Iterator[Redis]:
    """A client that does not wait for a loop."""
    with Redis.from_url(each_redis_url) as client:
        yield client


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=steps(),
    places=st.lists(st.sampled_from([0, 1, 5, 5, 5, 100]), min_size=4, max_size=4),
    calls_per_day=st.sampled_from([9, 40, 30_000]),
)
@pytest.mark.slow
def test_lua_and_python_give_the_same_answers(
    redis: Redis, steps: list[dict[str, Any]], places: list[int], calls_per_day: int
) -> None:
    """Whatever processes ask and report, every answer and all that is kept are the same in both."""
    script, python = ScriptHome(redis, RULES), PythonHome(RULES)
    clients = [client_of(index, places, calls_per_day) for index in range(4)]
    micros = 123_456
    for step in steps:
        client = clients[step["process"]]
        micros = max(0, micros + step["gap"])
        told = [Report(n, ago, landed) for n, (ago, landed) in zip(client.grants, step["told"], strict=False)]
        request = evolve(
            client.request,
            serial=client.request.serial if step["overtaken"] else client.request.serial + 1,
            want=step["want"],
            reports=told,
            released=client.grants[-step["released"] :] if step["released"] else [],
            **{
                name: step[name]
                for name in (
                    *("promise", "spare", "throttled", "samples", "shortest", "since", "calls", "logins"),
                    *("alone_for", "leaving"),
                )
            },
        )
        if step["forgets"]:
            request = evolve(request, epoch="another")
        if request.calls or request.logins:
            request = evolve(request, told_since=max(0, request.serial - step["told_again"]))
        expected, given = python.decide(request, micros), script.decide_at(request, micros)
        assert asdict(given) == near(
            asdict(
                evolve(
                    expected, grants=[evolve(g, login=g.login and g.login - python._base) for g in expected.grants]
                )
            )
        )
        if not step["lost"]:
            client.learn(request, expected)
    state, calls = script.state()
    expected_state, expected_calls = python.state()
    assert state == near(expected_state)
    assert calls == expected_calls
    redis.delete(*script.keys)


def test_a_lost_reply_of_a_day_that_is_over_uncounts_nothing(redis: Redis) -> None:
    """Grants that nobody heard of count no more after a day, and are not subtracted from the next one."""
    script = ScriptHome(redis, RULES)
    script.begin(0.0)
    lost = script.decide(TurnRequest("a", serial=1, want=(0, 0, 3, 0, 0)), 60.0, 0.0)
    assert (len(lost.grants), lost.calls_made) == (3, 3)
    reply = script.decide(TurnRequest("a", serial=2), 90_060.0, 0.0)
    assert reply.calls_made == 0
    redis.delete(*script.keys)
