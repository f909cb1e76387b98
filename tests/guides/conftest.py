"""A home for the program of a guide: a folder, and the emulator with the list that all guides write to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asyncsdk.emulator import Emulator, Settings
from tests.docs.shell import variables_of
from tests.guides.home import LIST, Home


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A folder of its own, and an emulator that is quick; the programs keep the limits by themselves."""
    settings = Settings(calls_per_second=None, logins_per_hour=None, job_pending=0.0, job_running=0.1)
    async with Emulator(settings) as server:
        server.add_list("Sign-ups", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")], list_id=LIST)
        variables = {**variables_of(server), "ACTON_TOKEN_FILE": str(tmp_path / "token.json")}
        yield Home(server, tmp_path, variables)
