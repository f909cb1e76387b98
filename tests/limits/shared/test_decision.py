"""Decision of the coordinator: what it makes of late requests, of lost memories and of clocks that jump."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve

from asyncsdk.limits.shared.account_state import AccountState
from asyncsdk.limits.shared.decision import decide
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.state_codec import decode_state, encode_state
from asyncsdk.limits.shared.turns import Report, TurnReply, TurnRequest

RULES = Rules()
WALL = 1_760_000_000.0


class Coordinator:
    """Coordinator whose clock is set by hand."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.state = AccountState("epoch", 100.0, 100.0, rules.margin)
        self.rules = rules
        self.now = 100.0
        self.last: dict[str, tuple[TurnReply, float, TurnRequest]] = {}

    def ask(self, process: str = "a", interactive: int = 0, **what: Any) -> TurnReply:
        """One request, as a process makes it that has got all replies."""
        request = TurnRequest(process=process, want=(0, 0, interactive, 0, 0))
        if process in self.last:
            reply, at, before = self.last[process]
            number = before.number + len(reply.grants)
            request = evolve(
                request,
                epoch=reply.epoch,
                number=number,
                serial=before.serial + 1,
                clock=reply.clock,
                since=self.now - at,
                spare=reply.spare,
            )
        else:
            request = evolve(request, serial=1)
        request = evolve(request, **what)
        reply = decide(self.state, request, self.now, WALL + self.now, self.rules)
        self.last[process] = reply, self.now, request
        return reply

    def numbers(self) -> Sequence[int]:
        """Of the calls that hold places."""
        return [hold.number for hold in self.state.holds]


def test_grants_of_a_lost_reply_are_dropped_and_count_nowhere() -> None:
    """The process tells the last number that it knows, so that the places are free at once."""
    coordinator = Coordinator()
    lost = coordinator.ask(interactive=3)
    assert len(lost.grants) == 3
    coordinator.now += 0.5
    reply = coordinator.ask(interactive=3, number=0)
    assert [grant.number for grant in reply.grants] == [1, 2, 3]
    assert reply.calls_made == 3


def test_a_request_that_was_overtaken_changes_nothing() -> None:
    """It would else take the grants of a later reply, whose calls are under way, for lost ones."""
    coordinator = Coordinator()
    coordinator.ask()
    late = TurnRequest(process="a", epoch="epoch", serial=2, want=(0, 0, 5, 0, 0), throttled=60.0)
    coordinator.ask(interactive=2, serial=3)
    state = encode_state(coordinator.state)
    coordinator.now += 0.2
    assert not decide(coordinator.state, late, coordinator.now, WALL, RULES).grants
    assert encode_state(coordinator.state) == state


def test_a_jump_forward_closes_the_account_once() -> None:
    """What the clock says is over is not; the second process that notices the same jump closes nothing again."""
    coordinator = Coordinator()
    coordinator.ask("b")
    coordinator.ask("a", interactive=5)
    coordinator.now += 3_600.0
    closed = coordinator.ask("a", 1, since=0.1)
    assert not closed.grants
    assert closed.ask_in == pytest.approx(0.25 + 0.6 + 1.0 + 0.05)
    assert closed.processes == 2
    coordinator.now += 1.0
    again = coordinator.ask("b", 1, since=1.1)
    assert again.paused == pytest.approx(closed.paused - 1.0)


def test_a_clock_that_went_back_closes_the_account_once() -> None:
    """No place is taken until a time that the clock reaches in an hour."""
    coordinator = Coordinator()
    coordinator.ask("a", interactive=5)
    coordinator.now -= 50.0
    assert 0 < coordinator.ask("a", 1).paused < 2.0
    coordinator.now += 2.0
    assert len(coordinator.ask("a", 5).grants) == 5


@pytest.mark.parametrize("who", ["a", "b"])
def test_an_older_state_that_came_back_is_noticed(who: str) -> None:
    """By the process whose grants are forgotten, and by any other that was told a later time."""
    coordinator = Coordinator()
    coordinator.ask("a")
    coordinator.ask("b")
    older = encode_state(coordinator.state)
    coordinator.now += 0.5
    coordinator.ask("a", 5)
    coordinator.now += 0.1
    coordinator.ask("b")
    coordinator.state = decode_state(older, coordinator.state.day)
    coordinator.now += 0.1
    reply = coordinator.ask(who, 1)
    assert not reply.grants
    assert reply.paused > 1.5


def test_an_older_state_of_another_epoch_that_came_back_is_noticed() -> None:
    """A copy of a file that was begun anew since is put back: what the newer one let through is still under way."""
    coordinator = Coordinator(Rules(has_one_clock=True))
    coordinator.ask("a")
    older = coordinator.state
    coordinator.now += 10.0
    coordinator.state = AccountState("newer", coordinator.now, coordinator.now, RULES.margin)
    coordinator.now += 5.0
    coordinator.ask("a")
    assert len(coordinator.ask("a", 5).grants) == 5
    coordinator.state = older
    coordinator.now += 0.1
    reply = coordinator.ask("a", 5)
    assert not reply.grants
    assert reply.paused > 1.5


def test_a_process_that_knows_another_epoch_closes_the_account_for_what_it_may_have_under_way() -> None:
    """But not for what was long ago when this state began."""
    coordinator = Coordinator()
    assert coordinator.ask("old", 1, epoch="an earlier one", number=7).paused == pytest.approx(1.9)
    coordinator = Coordinator()
    coordinator.now += 60.0
    assert coordinator.ask("old", 1, epoch="an earlier one", number=7).grants


def test_alone_time_closes_the_account_until_others_have_noticed() -> None:
    """Others may still make calls without the coordinator; nonsense closes no longer than a lease."""
    coordinator = Coordinator()
    assert coordinator.ask(interactive=1, alone_for=2.0).paused == pytest.approx(2.0 + 1.9)
    assert coordinator.ask("b", alone_for=1e9).paused < 35.0


def test_a_report_of_nonsense_holds_no_place_for_long() -> None:
    """Nor does it free more than its own."""
    coordinator = Coordinator()
    coordinator.ask("a", 2)
    coordinator.ask("b", 3)
    coordinator.ask("a", reports=(Report(1, -1e9, False), Report(2, 1e9, True), Report(99, 0.0, True)))
    assert sorted(coordinator.numbers()) == [1, 1, 2, 3]
    coordinator.now += 3.0
    assert len(coordinator.ask("b", 5).grants) == 5


def test_a_block_gives_back_no_more_than_it_holds() -> None:
    """Whatever number of its places is said to be used: neither the second nor the day gains by it."""
    coordinator = Coordinator()
    coordinator.ask("a", 2)
    coordinator.ask("a", reports=(Report(1, 0.0, True, used=-5), Report(2, 0.0, True, used=9)))
    reply = coordinator.ask("b", 9)
    assert (len(reply.grants), reply.calls_made) == (4, 1 + 4)


def test_a_process_with_a_smaller_limit_is_held_to_it() -> None:
    """Beside one with the whole limit: two in a second of the account's five, and asked again when one is free."""
    coordinator = Coordinator()
    coordinator.ask("whole")
    reply = coordinator.ask("small", 9, places=2)
    assert len(reply.grants) == 2
    assert reply.places == 5
    assert reply.ask_in == pytest.approx(1.05)
    assert len(coordinator.ask("whole", 9).grants) == 3


def test_a_waiting_process_that_died_is_passed_over() -> None:
    """A place is kept for it until a quarter of a second after it should have asked."""
    coordinator = Coordinator()
    coordinator.ask("full", 5)
    dead = coordinator.ask("dead", 5)
    assert dead.ask_in is not None
    coordinator.now += dead.ask_in
    coordinator.ask("full", 0, released=(1,))
    assert not coordinator.ask("living", 1).grants
    coordinator.now += 0.26
    assert coordinator.ask("living", 1).grants


def test_more_is_dealt_out_only_when_less_is_known() -> None:
    """A process whose reply was lost may go by what it knew before: that is not given to others meanwhile."""
    coordinator = Coordinator(Rules(settling=0.0))
    assert coordinator.ask("a").spare == 5
    assert coordinator.ask("b").spare == 0
    coordinator.ask("a", spare=5)  # this reply, with less, is lost
    assert coordinator.ask("b").spare == 0
    assert coordinator.ask("a", spare=2).spare == 2
    assert coordinator.ask("b").spare == 2
    assert coordinator.ask("c").spare == 1


def test_a_new_state_deals_nothing_out_that_an_old_one_may_have_dealt_out() -> None:
    """Until all processes have asked it."""
    coordinator = Coordinator()
    assert coordinator.ask("a", spare=1, epoch="an earlier one").spare == 1
    assert coordinator.ask("b").spare == 0
    coordinator.now += 12.0
    assert coordinator.ask("b").spare == 2


def test_usage_that_is_told_again_counts_once() -> None:
    """What was told by a request whose reply was lost is not added to the day again; what is new is."""
    coordinator = Coordinator()
    coordinator.ask()
    told: dict[str, Any] = {"calls": {0: 20_000}, "logins": [60.0]}
    for _ in range(3):
        reply = coordinator.ask(**told, told_since=2)
        assert (reply.calls_made, reply.logins_made) == (20_000, 1)
    reply = coordinator.ask(calls={0: 1}, told_since=5)
    assert (reply.calls_made, reply.logins_made) == (20_001, 1)
