"""View of an account's limits: what ``asyncsdk fleet`` shows, from the state that processes share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.limits import Limits
from asyncsdk.limits.shared.account_state import AccountState
from asyncsdk.limits.shared.account_view import AccountView, view
from asyncsdk.limits.shared.decision import decide
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.state_codec import encode_state
from asyncsdk.limits.shared.turns import Report, TurnReply, TurnRequest

NOW, WALL = 1_000.0, 1_700_000_000.0
RULES, LIMITS = Rules(), Limits()
DAY = 86_400.0


class Account:
    """A state, and a clock that a test moves."""

    def __init__(self) -> None:
        self.state = AccountState("epoch", NOW, NOW, RULES.margin)
        self.time = 0.0
        self.ask("first")  # drops the minutes that no account has had

    def ask(self, process: str, **parts: object) -> TurnReply:
        """A process asks for turns."""
        request = TurnRequest(process=process, **parts)  # type: ignore[arg-type]
        return decide(self.state, request, NOW + self.time, WALL + self.time, RULES)

    def view(self, limits: Limits = LIMITS) -> AccountView:
        """What is seen now."""
        return view(self.state, NOW + self.time, WALL + self.time, limits)


def test_a_busy_account() -> None:
    """Each process is told with its places and with who waits of it; the account with the sum."""
    account = Account()
    account.ask("web", want=(1, 0, 6, 0, 0))
    account.time = 0.1
    account.ask("nightly", want=(0, 0, 0, 40, 2))
    seen = account.view()
    first, nightly, web = seen.processes
    assert (first.name, first.places_taken, first.waiting) == ("first", 0, {})
    assert (web.name, web.places_taken, web.waiting) == ("web", 5, {"interactive": 2})
    assert web.seen_ago == pytest.approx(0.1)
    assert (nightly.name, nightly.places_taken, nightly.waiting) == ("nightly", 0, {"bulk": 40, "poll": 2})
    assert nightly.seen_ago == 0.0
    assert seen.waiting == {"interactive": 2, "bulk": 40, "poll": 2}
    assert (seen.places_taken, seen.places, seen.period) == (5, 5, 1.0)
    assert (seen.calls_made, seen.calls_left, seen.logins_made, seen.logins_left) == (5, 29_995, 1, 4)
    assert seen.logins_reset_in == pytest.approx(3_599.9)
    assert (seen.paused_for, seen.shortest_round_trip) == (0.0, None)


def test_an_account_of_which_nothing_is_known() -> None:
    """Before the first process asks there is nothing but the limits."""
    seen = view(AccountState("epoch", NOW, NOW, RULES.margin), NOW, WALL, Limits(calls_per_second=2))
    assert (seen.processes, seen.places, seen.places_taken, seen.calls_left) == ((), 2, 0, 30_000)
    assert (seen.calls_reset_in, seen.logins_reset_in, seen.waiting) == (0.0, 0.0, {})


def test_a_smaller_rate_is_told_of_the_process_that_has_it() -> None:
    """The account has the highest rate; who was told another one can be found."""
    account = Account()
    account.ask("small", places=1, period=2.0)
    seen = {each.name: each.calls_per_second for each in account.view().processes}
    assert seen == {"first": None, "small": 0.5}


def test_a_killed_process_fades() -> None:
    """It is overdue when it does not ask; its places are free, and after 30 seconds it is gone."""
    account = Account()
    reply = account.ask("web", want=(0, 0, 9, 0, 0))
    assert account.view().waiting == {"interactive": 4}
    assert [each.overdue_for for each in account.view().processes] == [None, None]
    assert reply.ask_in is not None
    account.time = 3.0
    seen = account.view()
    assert (seen.waiting, seen.places_taken, len(seen.processes)) == ({}, 0, 2)
    web = seen.processes[1]
    assert (web.name, web.waiting) == ("web", {"interactive": 4})
    assert web.overdue_for == pytest.approx(3.0 - reply.ask_in)
    account.time = 30.0
    assert account.view().processes == ()


def test_calls_of_a_full_share_wait_as_well() -> None:
    """Who has all places of the account still tells how many of its calls wait."""
    account = Account()
    account.ask("web", want=(0, 0, 50, 50, 0))
    assert account.view().waiting == {"interactive": 46, "bulk": 49}


def test_a_spent_day_lets_nobody_wait() -> None:
    """The processes refuse their calls then."""
    account = Account()
    account.ask("web", want=(0, 0, 3, 0, 0), calls_per_day=2)
    account.ask("web", want=(0, 0, 1, 0, 0), number=2, calls_per_day=2)
    assert account.view().waiting == {}


def test_calls_and_logins_stop_counting_though_nobody_asks() -> None:
    """An hour or a day later what is left is told as it is then, not as it was last written."""
    account = Account()
    account.ask("web", want=(1, 0, 1, 0, 0))
    account.time = 3_601.0
    assert (account.view().logins_left, account.view().calls_made) == (5, 2)
    account.time = DAY - 60.0
    assert account.view().calls_made == 2
    assert 0 < account.view().calls_reset_in <= 120.0
    account.time = DAY + 60.0
    assert (account.view().calls_made, account.view().calls_reset_in) == (0, 0.0)


def test_a_429_is_seen_by_the_pause() -> None:
    """For as long as the server asked."""
    account = Account()
    account.ask("web", throttled=12.0)
    account.time = 2.0
    assert account.view().paused_for == pytest.approx(10.0)


def test_smaller_limits_than_what_was_spent() -> None:
    """Nothing is left then, rather than less than nothing."""
    account = Account()
    account.ask("web", want=(2, 0, 2, 0, 0))
    seen = account.view(Limits(calls_per_day=1, grants_per_hour=1))
    assert (seen.calls_left, seen.logins_left) == (0, 0)


counts = st.integers(0, 4)
steps = st.tuples(
    st.sampled_from("abcd"), st.tuples(*[counts] * 5), st.booleans(), st.floats(0.0, 40.0, allow_nan=False)
)


@pytest.mark.slow
@given(st.lists(steps, max_size=30))
def test_the_view_agrees_with_the_law(asked: list[tuple[str, tuple[int, ...], bool, float]]) -> None:
    """Looking changes nothing, and tells what the next reply of the coordinator would tell."""
    account, numbers = Account(), dict.fromkeys("abcd", 0)
    for process, want, landed, wait in asked:
        reports = [Report(numbers[process], 0.0, True)] if landed and numbers[process] else []
        throttled = 1.0 if want == (0, 0, 0, 0, 0) else None
        reply = account.ask(
            process,
            number=numbers[process],
            want=want,
            reports=reports,
            throttled=throttled,
            samples=3,
            shortest=0.1,
        )
        numbers[process] += len(reply.grants)
        account.time += wait
        now, before = NOW + account.time, encode_state(account.state)
        seen = account.view()
        assert encode_state(account.state) == before
        assert seen.places_taken == sum(each.places_taken for each in seen.processes) <= seen.places
        assert sum(seen.waiting.values()) >= sum(each.count for each in account.state.waiting if each.due >= now)
        told = account.ask("e", reports=())
        assert len(told.grants) == 0
        assert (seen.calls_made, seen.logins_made) == (told.calls_made, told.logins_made)
        assert seen.calls_reset_in == pytest.approx(told.calls_reset_in)
        assert seen.logins_reset_in == pytest.approx(told.logins_reset_in)
        assert seen.paused_for == pytest.approx(told.paused)
        assert (seen.shortest_round_trip or 0.0) == told.shortest
