"""An emulator with the reference's data, to be probed, and a session on it without waits."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest_asyncio

from asyncsdk import Limits, PasswordGrant, Session
from asyncsdk.emulator import Emulator
from asyncsdk.probe import ProbedAccount
from asyncsdk.probe.budget import CallBudget
from asyncsdk.probe.reference import moved_clock, reference_settings, standing_clock
from asyncsdk.probe.reference_data import load_reference_data


@asynccontextmanager
async def probed(server: Emulator, most: int = 10_000) -> AsyncGenerator[ProbedAccount]:
    """The account of an emulator, as checks run against it."""
    grant = PasswordGrant(**server.credentials)
    async with Session(grant=grant, base_url=server.url, limits=Limits(calls_per_second=1_000_000)) as acton:
        yield ProbedAccount(acton, CallBudget(most), pause=moved_clock(server))


@pytest_asyncio.fixture
async def server() -> AsyncGenerator[Emulator]:
    """An emulator that holds what the reference holds."""
    async with Emulator(reference_settings(), clock=standing_clock()) as emulator:
        load_reference_data(emulator)
        yield emulator


@pytest_asyncio.fixture
async def account(server: Emulator) -> AsyncGenerator[ProbedAccount]:
    """Its account."""
    async with probed(server) as account:
        yield account
