"""Laws of shared limits over a real file: the same lives as over a home in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncsdk.limits.shared.account_state import AccountState, DayCount
from asyncsdk.limits.shared.closing import close_until_known
from asyncsdk.limits.shared.decision import decide
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.state_file import StateFile
from asyncsdk.limits.shared.turns import TurnReply, TurnRequest
from tests.support.account_life import Life, Step, live, lives_by_file
from tests.support.account_world import STRICT_BY_FILE, Link, MemoryHome

pytestmark = pytest.mark.slow

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
BLOCKS = evolve(STRICT_BY_FILE, grants_blocks=True)

PLACES = 100

_faults = st.lists(
    st.tuples(
        st.integers(0, 59),
        st.builds(
            Step,
            after=st.sampled_from([0.0, 0.05, 0.2]),
            what=st.sampled_from(["cancel", "kill", "freeze", "open", "throttle", "forget", "slow", "call"]),
            process=st.integers(0, 1),
            number=st.integers(1, 12),
        ),
    ),
    max_size=4,
)


def _busy(seed: int, calls: int, apart: float, faults: list[tuple[int, Step]]) -> Life:
    steps = [Step(apart, "call", number % 2, calls) for number in range(60)]
    for at, step in faults:
        steps.insert(at, step)
    return Life(seed, [Link(), Link()], steps, rate=PLACES)


busy_lives = st.builds(
    _busy, st.integers(0, 2**32), st.integers(4, 9), st.sampled_from([0.005, 0.01, 0.02]), _faults
)
"""Lives in which processes make so many calls that they get blocks of places, and use these up."""


class FileHome:
    """Home in a file; each request is carried out by another one of two openers, as by two processes."""

    def __init__(self, path: Path, rules: Rules) -> None:
        self.rules = rules
        self._path = path
        self._files = [StateFile(path, self._begin), StateFile(path, self._begin)]
        self._states = 0
        self._turn = 0

    def _begin(self, day: DayCount, since: float, is_new: bool) -> AccountState:
        self._states += 1
        state = AccountState(f"epoch {self._states}", since, since, self.rules.margin, day=day)
        if not is_new:
            close_until_known(state, since, 1.0, self.rules)
        return state

    def decide(self, request: TurnRequest, now: float, wall: float) -> TurnReply:
        """Carry out one request."""
        self._turn += 1
        file = self._files[self._turn % 2]
        return file.change(lambda state: decide(state, request, now, wall, self.rules))

    def forget(self, now: float) -> None:
        """Damage the file."""
        self._path.write_bytes(b"damaged")

    def close(self) -> None:
        """Close it."""
        for file in self._files:
            file.close()


def live_by_file(life: Life, rules: Rules) -> None:
    """Live over a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = FileHome(Path(folder) / "limits", rules)
        try:
            live(home, life, rules)
        finally:
            home.close()


@given(life=lives_by_file)
@SETTINGS
def test_the_laws_hold_over_a_file(life: Life) -> None:
    """With kills, freezes, 429s and a file that is damaged, the server never sees too many calls."""
    live_by_file(life, STRICT_BY_FILE)


@given(life=busy_lives)
@SETTINGS
def test_the_laws_hold_where_places_are_granted_in_blocks(life: Life) -> None:
    """The same for processes that get blocks of an account's many places."""
    live_by_file(life, BLOCKS)


@given(life=busy_lives)
@SETTINGS
def test_the_laws_hold_with_blocks_in_memory(life: Life) -> None:
    """The same without a file, for more lives in the same time."""
    live(MemoryHome(BLOCKS), life, BLOCKS)


def test_a_block_that_holds_one_place_only_is_found_out() -> None:
    """The control: with a home that forgets how many places a block holds, the server sees too many calls."""

    class Forgetful(MemoryHome):
        def decide(self, request: TurnRequest, now: float, wall: float) -> TurnReply:
            reply = super().decide(request, now, wall)
            for hold in self.state.holds:
                if not hold.landed:
                    hold.count = 1
            return reply

    steps = [Step(0.01, "call", number % 2, 7) for number in range(60)]
    with pytest.raises(AssertionError, match="allowed"):
        live(Forgetful(BLOCKS), Life(0, [Link(), Link()], steps, rate=PLACES), BLOCKS)
