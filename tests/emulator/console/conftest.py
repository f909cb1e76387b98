"""A client for the JSON of a running emulator's console."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from asyncsdk.emulator import Emulator
from tests.emulator.console.client import ConsoleClient


@pytest.fixture
async def console(server: Emulator) -> AsyncIterator[ConsoleClient]:
    """A client that speaks JSON to the console, as a program does."""
    async with aiohttp.ClientSession() as http:
        yield ConsoleClient(server.url, http)
