"""Where an observer can be given, and what a session without one does not read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from asyncsdk import Session
from asyncsdk.telemetry import CallEnded, SessionEnded, SessionStarted
from tests.support.stage import emulator, issued
from tests.support.virtual_time import virtual_time
from tests.telemetry.watching import Kept


@virtual_time
async def test_the_environment_s_session_takes_an_observer() -> None:
    """``Session.from_env(observer=...)`` is told of what it does, and of its end."""
    kept = Kept()
    async with emulator() as server:
        own = Session.from_env("NOTHING_", token=issued(server), base_url=server.url, observer=kept)
        async with own as acton:
            await acton.account.get()
    assert isinstance(kept[0], SessionStarted)
    assert isinstance(kept[-1], SessionEnded)
    assert kept.one(CallEnded).outcome == "ok"
    kept.check_pairs()


@pytest.mark.slow
def test_a_session_without_an_observer_reads_nothing_of_telemetry() -> None:
    """Neither the events nor OpenTelemetry are imported, even by calls."""
    program = """
import asyncio, sys
from asyncsdk.emulator import Emulator
from asyncsdk import Session

async def main():
    async with Emulator() as server:
        async with Session(token=server.issue_token()["access_token"], base_url=server.url) as acton:
            await acton.account.get()
    ours = ("asyncsdk.telemetry", "asyncsdk.otel", "opentelemetry")
    print([name for name in sys.modules if name.startswith(ours)])

asyncio.run(main())
"""
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180).stdout  # noqa: S603
    assert told == "[]\n"


@pytest.mark.slow
def test_opentelemetry_that_is_missing_is_named() -> None:
    """The error says what to install."""
    program = "import sys; sys.modules['opentelemetry'] = None; import asyncsdk.otel"
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)  # noqa: S603
    assert 'pip install "asyncsdk[otel]"' in told.stderr
