"""A running emulator, and a plain HTTP client on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from asyncsdk.emulator import Clock, Emulator, Settings
from tests.emulator.driver import Raw


@pytest.fixture
async def server() -> AsyncIterator[Emulator]:
    """An emulator without a limit per second, on a clock that stands still unless it is moved."""
    settings = Settings(calls_per_second=None)
    async with Emulator(settings, clock=Clock(lambda: 1_700_000_000.0)) as running:
        yield running


@pytest.fixture
async def raw(server: Emulator) -> AsyncIterator[Raw]:
    """A plain client with a bearer token."""
    async with aiohttp.ClientSession() as http:
        yield Raw(server, http)
