"""Clocks: what the processes of one machine share of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from asyncsdk import clock
from tests.support.virtual_time import virtual_time


@pytest.mark.slow
def test_the_processes_of_a_boot_share_the_monotonic_clock() -> None:
    """Another process reads a time between two that are read here, before it and after it."""
    command = [sys.executable, "-c", "from asyncsdk import clock; print(repr(clock.monotonic()))"]
    before = clock.monotonic()
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180).stdout  # noqa: S603
    assert before < float(told) < clock.monotonic()


@virtual_time
async def test_in_virtual_time_both_clocks_follow_the_loop() -> None:
    """An hour of waiting is an hour on each, and the monotonic one is the same in a thread."""
    monotonic, wall = clock.monotonic(), clock.wall()
    await asyncio.sleep(3_600)
    assert (clock.monotonic() - monotonic, clock.wall() - wall) == (3_600, 3_600)
    assert await asyncio.to_thread(clock.monotonic) == clock.monotonic()


def test_the_clock_that_counts_sleep_goes_as_the_others_do() -> None:
    """On a machine that is awake it goes on by the same seconds as the monotonic clock."""
    begin, begin_asleep = clock.monotonic(), clock.awake_or_asleep()
    least, passed = clock.monotonic() - begin, clock.awake_or_asleep() - begin_asleep
    assert least <= passed + 0.001
    assert passed <= clock.monotonic() - begin + 0.001
