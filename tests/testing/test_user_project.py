"""A user's project: one line of pytest's configuration makes its tests fast, whoever runs the async ones."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CONFTEST = 'pytest_plugins = ["asyncsdk.testing"]\n'

TESTS = '''
import pytest
import pytest_asyncio
from asyncsdk import Session
from asyncsdk.emulator import Emulator
from asyncsdk.testing import fast

MARK


async def sign_up(acton, leads, number):
    await acton.contacts.upsert(leads, email=f"p{number}@example.com", data={})


@pytest_asyncio.fixture
async def app(acton_environment):
    """The code under test, which opens its own session."""
    async with Session.from_env() as acton:
        yield acton


def settings_of(server):
    return server.settings.calls_per_second, server.settings.job_running


async def test_all_that_waits(acton, acton_server):
    leads = acton_server.add_list("Leads", ["Email"])
    for number in range(20):
        await sign_up(acton, leads, number)
    async with acton.contacts.queue(leads, max_age=3600) as queue:
        await queue.put("ada@example.com", wait=True)
    assert len(acton_server.rows(leads)) == 21
    assert acton_server.most_in_any_second() > 5


async def test_the_code_under_test(app, acton_server):
    leads = acton_server.add_list("Leads", ["Email"])
    async with app.contacts.queue(leads, max_age=3600) as queue:
        await queue.put("ada@example.com", wait=True)


@pytest.mark.acton_real_time
async def test_that_keeps_its_limits(acton, acton_server):
    assert settings_of(acton_server) == (5, 1.0)
    for _ in range(6):
        await acton.account.get()
    assert acton_server.most_in_any_second() <= 5


async def test_an_emulator_of_its_own():
    async with Emulator() as server:
        assert settings_of(server) == (5, 1.0)
        with fast(server):
            assert settings_of(server) == (None, 0.0)

'''

SYNC = """
import unittest

from asyncsdk import Session
from asyncsdk.emulator import Emulator
from asyncsdk.testing import environment, fast


class TestOfUnittest(unittest.IsolatedAsyncioTestCase):
    async def test_all_that_waits(self):
        server = await self.enterAsyncContext(Emulator())
        self.enterContext(fast(server))
        self.enterContext(environment(server))
        leads = server.add_list("Leads", ["Email"])
        async with Session.from_env() as acton, acton.contacts.queue(leads, max_age=3600) as queue:
            await queue.put("ada@example.com", wait=True)


def test_without_an_emulator(request):
    assert "acton_server" not in request.fixturenames
"""

ANYIO = """
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_all_that_waits(acton, acton_server):
    leads = acton_server.add_list("Leads", ["Email"])
    async with acton.contacts.queue(leads, max_age=3600) as queue:
        await queue.put("ada@example.com", wait=True)
"""

MODULE = '''
import pytest
import pytest_asyncio
from asyncsdk import PasswordGrant, Session
from asyncsdk.emulator import Emulator

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_server():
    async with Emulator() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def acton_server(shared_server):
    await shared_server.reset()
    return shared_server


@pytest_asyncio.fixture(loop_scope="module")
async def acton(acton_server):
    async with Session(grant=PasswordGrant(**acton_server.credentials), base_url=acton_server.url) as session:
        yield session


@pytest.mark.parametrize("number", range(8))
async def test_on_one_server(acton, acton_server, number):
    """More tests than an hour has logins, and more calls than a second has."""
    leads = acton_server.add_list("Leads", ["Email"], list_id="l-0001")
    async with acton.contacts.queue(leads, max_age=3600) as queue:
        await queue.put("ada@example.com", wait=True)
'''


async def run_tests(project: Path, *options: str) -> str:
    """Run the tests of a project by a pytest of its own; gives what it prints."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:valkey", *options]
    child = await asyncio.create_subprocess_exec(
        *command, cwd=project, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    printed, _ = await child.communicate()
    return printed.decode()


def write_project(folder: Path, mode: str, line: str) -> None:
    """Write the files of a project, with a line of its own in pytest's configuration."""
    auto = mode == "auto"
    (folder / "pyproject.toml").write_text(
        f'[tool.pytest.ini_options]\nasyncio_mode = "{mode}"\nasyncio_default_fixture_loop_scope = "function"\n'
        f'addopts = "--strict-markers"\nfilterwarnings = ["error"]\n{line}\n'
    )
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_async.py").write_text(TESTS.replace("MARK", "" if auto else "pytestmark = pytest.mark.asyncio"))
    (folder / "test_sync.py").write_text(SYNC)
    (folder / "test_module.py").write_text(MODULE)
    if not auto:  # which takes all async tests to itself
        (folder / "test_anyio.py").write_text(ANYIO)


@pytest.mark.parametrize(("mode", "number"), [("auto", 14), ("strict", 15)])
async def test_one_line_makes_all_tests_fast(tmp_path: Path, mode: str, number: int) -> None:
    """With the line all tests pass, those of an hour's waiting for a queue among them."""
    write_project(tmp_path, mode, 'usefixtures = ["acton_fast"]')
    printed = await run_tests(tmp_path, "-q")
    assert f"{number} passed" in printed, printed


async def test_without_the_line_nothing_is_lifted(tmp_path: Path) -> None:
    """The line is what does it: without it a test that asks for nothing keeps its limits."""
    write_project(tmp_path, "auto", "")
    printed = await run_tests(tmp_path, "-q", "-k", "test_that_keeps_its_limits or test_an_emulator_of_its_own")
    assert "2 passed" in printed, printed


async def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """Without pytest-asyncio, the last lines say that it has to be installed; with it, they never do."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text("async def test_it(acton): ...\n\n\ndef test_other(missing): ...\n")
    said = "acton_server is async and needs pytest-asyncio: pip install pytest-asyncio"
    without = await run_tests(tmp_path, "-q", "-p", "no:asyncio", "-p", "no:anyio")
    assert said in without.splitlines()[-6:], without
    assert said not in await run_tests(tmp_path, "-q", "-o", "asyncio_mode=auto")
