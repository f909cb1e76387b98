"""docs/guides/gunicorn.md: both kinds of workers serve, and a reload loses nothing."""

from __future__ import annotations

import signal

import pytest

from tests.docs.documents import ROOT, command_of
from tests.guides.home import PATIENCE, Home
from tests.support.stage import until

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs/guides/gunicorn.md"


async def test_a_reload_loses_nothing(home: Home) -> None:
    """SIGHUP replaces all workers; what was taken before and after arrives, with one login."""
    people = [f"new{n}@example.com" for n in range(6)]
    async with home.serving(command_of(PAGE, "gunicorn starlette_app"), program="starlette_app.py") as server:
        assert [await server.sign_up(email) for email in people[:3]] == [200] * 3
        before = {each.pid for each in server.workers()}
        server.process.send_signal(signal.SIGHUP)
        await until(lambda: (now := {each.pid for each in server.workers()}) and not now & before, PATIENCE)
        assert [await server.sign_up(email) for email in people[3:]] == [200] * 3
        assert await server.stops() == 0
    await home.has_all(people, command_of(PAGE, "asyncsdk queue drain"))
    assert len(home.acton.calls.of("token")) == 1


async def test_a_worker_of_aiohttp_is_killed(home: Home) -> None:
    """Another one is started, and nothing is lost."""
    people = [f"new{n}@example.com" for n in range(6)]
    async with home.serving(command_of(PAGE, "gunicorn web_backend"), program="web_backend.py") as server:
        assert [await server.sign_up(email, form=True) for email in people[:3]] == [200] * 3
        killed = server.workers()[0]
        killed.kill()
        assert [await server.sign_up(email, form=True) for email in people[3:]] == [200] * 3
        assert await server.stops() == 0
    await home.has_all(people, command_of(PAGE, "asyncsdk queue drain"))
