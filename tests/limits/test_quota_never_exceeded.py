"""Quota: it never lets through more than the budget, whatever happens in whatever order."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.tally import DAY, HOUR, Tally

pytestmark = pytest.mark.slow

CALLS, LOGINS = 6, 3


class Account(RuleBasedStateMachine):
    """Two processes, one store, one account; a server's own list of what arrived is the judge."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_760_000_000.0
        self.store = Tally()
        self.calls: list[float] = []
        self.logins: list[float] = []
        self.wall = 0

    @initialize()
    def begin(self) -> None:
        """Nothing is spent."""
        self.quotas = [QuotaUsage(CALLS, LOGINS), QuotaUsage(CALLS, LOGINS)]

    @rule(seconds=st.sampled_from([0.0, 0.001, 1.0, 59.0, 61.0, 1_000.0, HOUR, DAY / 3, DAY]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds

    @rule(who=st.integers(0, 1), lost=st.booleans())
    def call(self, who: int, lost: bool) -> None:
        """A process that knows what the other did makes a call, unless its day is spent."""
        self.balance(who)
        quota = self.quotas[who]
        if quota.calls_left(self.now):
            minute = quota.take_call(self.now)
            if lost:
                self.balance(who)
                quota.uncount_call(minute)
            else:
                self.calls.append(self.now)
        self.balance(who)

    @rule(who=st.integers(0, 1), lost=st.booleans())
    def login(self, who: int, lost: bool) -> None:
        """A process logs in, unless its hour is spent; some logins never arrive."""
        self.balance(who)
        quota = self.quotas[who]
        if quota.logins_left(self.now):
            login = quota.take_login(self.now)
            if lost:
                self.balance(who)
                quota.uncount_login(login)
            else:
                self.logins.append(self.now)
        self.balance(who)

    @precondition(lambda self: self.store)
    @rule(who=st.integers(0, 1))
    def restart(self, who: int) -> None:
        """A process starts anew, and learns from the store."""
        self.quotas[who] = QuotaUsage(CALLS, LOGINS)
        self.balance(who)

    @rule(who=st.integers(0, 1))
    def store_fails(self, who: int) -> None:
        """What could not be kept is kept for later."""
        self.quotas[who].put_back(self.quotas[who].take_unsynced())

    def balance(self, who: int) -> None:
        """Enter what was counted, and learn of the rest."""
        self.store.add(self.quotas[who].take_unsynced())
        self.store.forget_before(self.now)
        self.quotas[who].merge_shared(self.store)

    @invariant()
    def no_budget_is_overdrawn(self) -> None:
        """No 24 hours hold more calls, and no hour more logins, than are allowed."""
        assert len([call for call in self.calls if call > self.now - DAY]) <= CALLS
        assert len([login for login in self.logins if login > self.now - HOUR]) <= LOGINS

    @invariant()
    def what_is_left_is_not_understated_for_long(self) -> None:
        """A day and a minute after the last call the whole budget is there again."""
        for who, quota in enumerate(getattr(self, "quotas", [])):
            later = max([0.0, *self.calls]) + DAY + 61
            if self.now >= later and self.now >= max([0.0, *self.logins]) + HOUR + 1:
                self.balance(who)
                assert (quota.calls_left(self.now), quota.logins_left(self.now)) == (CALLS, LOGINS)


Account.TestCase.settings = settings(max_examples=50, stateful_step_count=30)
TestAccount = Account.TestCase
TestAccount.__doc__ = "Two processes on one store never overdraw the day or the hour, and get all of it back."
