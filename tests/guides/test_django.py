"""docs/guides/django.md: views of both kinds put into the queue of the worker's loop, which closes with it."""

from __future__ import annotations

import pytest

from tests.docs.documents import ROOT, command_of
from tests.guides.home import Home

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs/guides/django.md"


async def test_both_kinds_of_views_use_one_queue(home: Home) -> None:
    """A view with async and one without it take addresses, and the server closes the queue when it stops."""
    command = command_of(PAGE, "uvicorn django_app")
    async with home.serving(command, program="django_app.py") as server:
        assert await server.sign_up("async@example.com", form=True) == 200
        assert await server.sign_up("thread@example.com", "/sign-up-in-a-thread", form=True) == 200
        assert await server.sign_up("nobody", form=True) == 400
        assert await home.command(server.reached(command_of(PAGE, "curl"))) == "Welcome!"
        await server.stops()
    people = ["ada@example.com", "async@example.com", "thread@example.com"]
    await home.has_all(people, command_of(PAGE, "asyncsdk queue drain"))
