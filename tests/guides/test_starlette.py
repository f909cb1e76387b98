"""docs/guides/starlette.md: workers share a queue and a login, and one that is killed takes nothing with it."""

from __future__ import annotations

import pytest

from tests.docs.documents import ROOT, command_of
from tests.guides.home import Home

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs/guides/starlette.md"


async def test_a_worker_is_killed(home: Home) -> None:
    """The others go on, with the same login; after the end the list holds all whom a visitor was thanked for."""
    people = [f"new{n}@example.com" for n in range(8)]
    async with home.serving(command_of(PAGE, "uvicorn starlette_app"), program="starlette_app.py") as server:
        assert [await server.sign_up(email) for email in people[:4]] == [200] * 4
        assert await server.sign_up("nobody") == 400
        assert await home.command(server.reached(command_of(PAGE, "curl"))) == "Welcome!"
        server.workers()[0].kill()
        assert [await server.sign_up(email) for email in people[4:]] == [200] * 4
        assert await server.stops() == 0
    await home.has_all(["ada@example.com", *people], command_of(PAGE, "asyncsdk queue drain"))
    assert len(home.acton.calls.of("token")) == 1
