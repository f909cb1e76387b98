"""Reference account: a private emulator in this process, whose answers are what asyncsdk expects so far."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from attrs import frozen

from asyncsdk import clock
from asyncsdk.auth.grants import PasswordGrant
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.limits.policy import Limits
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.budget import CallBudget
from asyncsdk.probe.check import Access
from asyncsdk.session import Session

if TYPE_CHECKING:
    from asyncsdk.emulator import Clock, Emulator, Settings

__all__ = ["Reference", "moved_clock", "open_reference", "reference_settings", "standing_clock"]

NO_LIMIT: Final = 1_000_000

JOB_PENDING: Final = 60.0
"""Seconds; nobody waits for them, as a pause moves the clock. So a check sees each word of a job, however slow the
machine is."""

JOB_RUNNING: Final = 60.0

SHORTEST_PAUSE: Final = 40.0
"""Seconds by which a pause moves the clock at least."""


@frozen
class Reference:
    """The reference."""

    account: ProbedAccount
    """What checks run against."""

    emulator: Emulator
    """The emulator behind it."""

    def before(self, access: Access) -> None:
        """Get ready for a check: those of the limits find the limits that Act-On has, all others none."""
        self.emulator.settings.calls_per_second = 5 if access is Access.LIMITS else None
        if access is Access.LIMITS:  # the calls of the checks before it were all in the second that stands still
            self.emulator.clock.advance(SHORTEST_PAUSE)


@asynccontextmanager
async def open_reference() -> AsyncGenerator[Reference]:
    """Start the reference: an example company, so rich that no array of an answer is empty."""
    from asyncsdk.emulator import Emulator
    from asyncsdk.probe.reference_data import load_reference_data

    async with Emulator(reference_settings(), clock=standing_clock()) as server:
        load_reference_data(server)
        limits = Limits(calls_per_second=NO_LIMIT, calls_per_day=NO_LIMIT, grants_per_hour=NO_LIMIT)
        grant = PasswordGrant(**server.credentials)
        async with Session(
            grant=grant, base_url=server.url, limits=limits, polling=PollPolicy(min_gap=0.02)
        ) as acton:
            yield Reference(ProbedAccount(acton, CallBudget(NO_LIMIT), pause=moved_clock(server)), server)


def standing_clock() -> Clock:
    """A clock that only pauses move: how many calls arrive in a second does not depend on the machine's load."""
    from asyncsdk.emulator import Clock

    now = clock.wall()
    return Clock(lambda: now)


def moved_clock(server: Emulator) -> Callable[[float], Awaitable[None]]:
    """A pause that nobody waits for: it moves the clock of an emulator instead."""

    async def pause(seconds: float) -> None:
        server.clock.advance(max(seconds, SHORTEST_PAUSE))

    return pause


def reference_settings() -> Settings:
    """The settings of the reference emulator: no limits, and jobs that take their time by its clock."""
    from asyncsdk.emulator import Settings

    return Settings(
        calls_per_second=None,
        calls_per_day=None,
        logins_per_hour=None,
        job_pending=JOB_PENDING,
        job_running=JOB_RUNNING,
    )
