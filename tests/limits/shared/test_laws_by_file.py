"""Laws of shared limits over a real file: the same lives as over a home in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings

from asyncsdk.limits.shared.account_state import AccountState, DayCount
from asyncsdk.limits.shared.decision import close_until_known, decide
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.state_file import StateFile
from asyncsdk.limits.shared.turns import TurnReply, TurnRequest
from tests.support.account_life import Life, live, lives_by_file
from tests.support.account_world import STRICT_BY_FILE, MemoryHome

pytestmark = pytest.mark.slow

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
BLOCKS = evolve(STRICT_BY_FILE, grants_blocks=True)


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


@given(life=lives_by_file)
@SETTINGS
def test_the_laws_hold_where_places_are_granted_in_blocks(life: Life) -> None:
    """The same for processes that get blocks of an account's many places."""
    live_by_file(_busy(life), BLOCKS)


@given(life=lives_by_file)
@SETTINGS
def test_the_laws_hold_with_blocks_in_memory(life: Life) -> None:
    """The same without a file, for more lives in the same time."""
    live(MemoryHome(BLOCKS), _busy(life), BLOCKS)


def _busy(life: Life) -> Life:
    """The same life with many places, and with many more calls."""
    steps = [evolve(step, number=step.number * 8) if step.what == "call" else step for step in life.steps]
    return evolve(life, places=80, steps=steps)
