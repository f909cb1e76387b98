"""Pytest fixtures: an emulator, and a session that is connected to it.

Ask for them in your ``conftest.py``, then use them in any async test; they work with ``pytest-asyncio``, in its
auto mode and in its strict mode::

    pytest_plugins = ["asyncsdk.testing"]

    async def test_a_lead_is_saved(acton, acton_server):
        leads = acton_server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])

        await acton.contacts.upsert(leads, email="ada@example.com", data={"First Name": "Ada"})

        assert acton_server.rows(leads) == [["ada@example.com", "Ada"]]

Everything that ``acton_server`` can do, such as ``acton_server.faults`` and ``acton_server.clock``, is told
in ``asyncsdk.emulator``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from asyncsdk import Session
    from asyncsdk.emulator import Emulator

__all__ = ["acton", "acton_server"]


def _async_fixture() -> Callable[..., Any]:
    """The decorator that async fixtures need; strict mode knows only its own."""
    if find_spec("pytest_asyncio") is None:
        return pytest.fixture
    import pytest_asyncio

    return pytest_asyncio.fixture


_fixture = _async_fixture()


@_fixture
async def acton_server() -> AsyncIterator[Emulator]:
    """A running emulator, new for each test."""
    from asyncsdk.emulator import Emulator

    async with Emulator() as server:
        yield server


@_fixture
async def acton(acton_server: Emulator) -> AsyncIterator[Session]:
    """An open session on ``acton_server``."""
    from asyncsdk import PasswordGrant, Session

    grant = PasswordGrant(**acton_server.credentials)
    async with Session(grant=grant, base_url=acton_server.url) as session:
        yield session
