"""Blocks of places: a few lives of processes that make many calls of an account with many places."""

from __future__ import annotations

import pytest
from attrs import evolve

from tests.support.account_life import Life, Step, live
from tests.support.account_world import STRICT_BY_FILE, Link, MemoryHome

BLOCKS = evolve(STRICT_BY_FILE, grants_blocks=True)


@pytest.mark.parametrize("what", ["call", "cancel", "kill", "freeze", "open", "throttle", "forget", "slow"])
def test_a_block_is_used_within_the_limits(what: str) -> None:
    """Whatever happens in the middle, the server never sees too many calls, and the day counts what was sent."""
    steps = [Step(0.01, "call", number % 2, 5) for number in range(12)]
    steps.insert(6, Step(0.0, what, 0, 3))
    live(MemoryHome(BLOCKS), Life(3, [Link(), Link()], steps, rate=100), BLOCKS)
