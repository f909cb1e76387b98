"""docs/guides/fastapi.md: the application serves, and what visitors were thanked for outlives it."""

from __future__ import annotations

import pytest

from asyncsdk.emulator import Hang
from tests.docs.documents import ROOT, command_of
from tests.guides.home import Home

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs/guides/fastapi.md"


async def test_it_serves_and_a_kill_loses_nothing(home: Home) -> None:
    """It takes addresses also while Act-On hangs; when it was killed, a command sends all of them."""
    people = [f"new{n}@example.com" for n in range(3)]
    async with home.serving(command_of(PAGE, "uvicorn fastapi_app"), program="fastapi_app.py") as server:
        assert await server.sign_up(people[0]) == 200
        home.acton.faults.add(Hang(), on="any", times=999)
        assert [await server.sign_up(email) for email in people[1:]] == [200] * 2
        assert await server.sign_up("nobody") == 400
        assert await home.command(server.reached(command_of(PAGE, "curl"))) == '"Welcome!"'
        assert 0 < (await server.health())["calls_left"] < 30_000
        server.process.kill()
        await server.process.wait()
    home.acton.faults.clear()
    await home.has_all(["ada@example.com", *people], command_of(PAGE, "asyncsdk queue drain"))
