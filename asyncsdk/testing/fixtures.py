"""Pytest fixtures: an emulator, a session on it, tests that are fast, and the environment of a program."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest

from asyncsdk.testing.environment import environment
from asyncsdk.testing.fast import fast

if TYPE_CHECKING:
    from asyncsdk import Session
    from asyncsdk.emulator import Emulator

__all__ = [
    "acton",
    "acton_environment",
    "acton_fast",
    "acton_server",
    "pytest_collection_finish",
    "pytest_configure",
    "pytest_terminal_summary",
]

REAL_TIME: Final = "acton_real_time"
"""The marker of tests that are not fast."""


def _async_fixture() -> Callable[..., Any]:
    """The decorator that async fixtures need; strict mode knows only its own."""
    try:
        from pytest_asyncio import fixture
    except ImportError:
        return pytest.fixture
    return fixture


_fixture = _async_fixture()


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the marker, so that ``--strict-markers`` knows it."""
    config.addinivalue_line(
        "markers", f"{REAL_TIME}: the test keeps all limits and waits, whatever acton_fast does"
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Import what the tests need before the first of them begins: half a second that is not its own."""
    if any("acton_server" in getattr(item, "fixturenames", ()) for item in session.items):
        import_module("asyncsdk.session")
        import_module("asyncsdk.emulator")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell in the last lines what is missing where nothing runs async fixtures; pytest does not name it."""
    errors = terminalreporter.getreports("error")
    if not _runs_async(config) and any("acton_server" in str(each.longrepr) for each in errors):
        terminalreporter.write_line("acton_server is async and needs pytest-asyncio: pip install pytest-asyncio")


def _runs_async(config: pytest.Config) -> bool:
    """Whether a plugin is at work that runs async fixtures: pytest-asyncio, one like it, or anyio's."""
    plugins = config.pluginmanager.list_name_plugin()
    return any(plugin is not None and ("asyncio" in name or name == "anyio") for name, plugin in plugins)


@_fixture
async def acton_server() -> AsyncIterator[Emulator]:
    """A running emulator, new for each test."""
    from asyncsdk.emulator import Emulator

    async with Emulator() as server:
        yield server


@pytest.fixture
def acton_fast(request: pytest.FixtureRequest) -> Generator[None]:
    """Nothing takes time that a session on ``acton_server`` would wait for; ``fast`` says what.

    Tests without ``acton_server`` start none, and tests with ``@pytest.mark.acton_real_time`` wait as ever.
    """
    if "acton_server" not in request.fixturenames or request.node.get_closest_marker(REAL_TIME):
        yield
        return
    with fast(request.getfixturevalue("acton_server")):
        yield


@_fixture
async def acton(acton_server: Emulator, request: pytest.FixtureRequest) -> AsyncIterator[Session]:
    """An open session on ``acton_server``."""
    from asyncsdk import PasswordGrant, Session

    if "acton_fast" in request.fixturenames:  # it may stand behind this one: a session is fast from its beginning
        request.getfixturevalue("acton_fast")
    grant = PasswordGrant(**acton_server.credentials)
    async with Session(grant=grant, base_url=acton_server.url) as session:
        yield session


@pytest.fixture
def acton_environment(acton_server: Emulator) -> Generator[Mapping[str, str]]:
    """The variables ``ACTON_...`` lead ``Session.from_env`` to ``acton_server``; ``environment`` says which."""
    with environment(acton_server) as variables:
        yield variables
